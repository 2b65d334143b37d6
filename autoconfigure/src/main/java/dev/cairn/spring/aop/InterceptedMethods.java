package dev.cairn.spring.aop;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.autoproxy.AbstractAdvisorAutoProxyCreator;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.framework.autoproxy.ProxyCreationContext;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * The methods of beans that a feature has selected, and the interceptor of their calls.
 * Methods are looked up once for each class, when its first bean is created. Thread-safe.
 *
 * @param <M> what the feature has found out about a method
 */
public abstract class InterceptedMethods<M> extends StaticMethodMatcherPointcut implements MethodInterceptor {

	private static final Logger logger = LoggerFactory.getLogger(InterceptedMethods.class);

	/** Just outside of advisors without an order, such as transactions. */
	private static final int ORDER = Ordered.LOWEST_PRECEDENCE - 1;

	private static final int NOT_OVERRIDABLE = Modifier.PRIVATE | Modifier.STATIC;

	private final Map<Class<?>, Map<Method, M>> known = new ConcurrentHashMap<>();

	private final Set<Method> customMethods = ConcurrentHashMap.newKeySet();

	protected InterceptedMethods() {
		setClassFilter((type) -> isIn(type, ProxyCreationContext.getCurrentProxiedBeanName()));
	}

	/**
	 * Returns an advisor of the calls: outside of transactions, so that a change has been
	 * committed when a call has returned, and without AspectJ, whose join points are
	 * expensive.
	 * @return the advisor
	 */
	public DefaultPointcutAdvisor advisor() {
		DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(this, this);
		advisor.setOrder(ORDER);
		return advisor;
	}

	/**
	 * Returns whether a bean may have such methods.
	 * @param type the class of the bean
	 * @param beanName the name, {@code null} if it is unknown
	 * @return {@code false} if its methods need not be looked at
	 */
	protected abstract boolean isCandidate(Class<?> type, @Nullable String beanName);

	/**
	 * Returns whether a method of a bean is one of them.
	 * @param type the class of the bean
	 * @param method the method
	 * @return {@code true} if its calls are intercepted
	 */
	protected abstract boolean isSelected(Class<?> type, Method method);

	/**
	 * Prepares a selected method.
	 * @param type the class of the bean
	 * @param method the method
	 * @param beanName the name of the bean, {@code null} if it is unknown
	 * @return what {@link #proceed} needs
	 * @throws RuntimeException if what is declared does not fit the method
	 */
	protected abstract M prepare(Class<?> type, Method method, @Nullable String beanName);

	/**
	 * Called for a selected method whose calls cannot be intercepted.
	 * @param type the class of the bean
	 * @param method the method
	 * @param reason the reason and the remedy
	 */
	protected abstract void obstructed(Class<?> type, Method method, String reason);

	/**
	 * Returns what cannot be intercepted, to log it once.
	 * @param type the class of the bean
	 * @param method the method
	 * @return the class if none of its methods can be, or else the method
	 */
	protected static String subject(Class<?> type, Method method) {
		return (Calls.obstacle(type) != null) ? type.getName() : method.toString();
	}

	/**
	 * Proceeds with a call.
	 * @param method what was prepared
	 * @param invocation the call
	 * @return the result
	 * @throws Throwable what the method throws
	 */
	protected abstract @Nullable Object proceed(M method, MethodInvocation invocation) throws Throwable;

	/**
	 * Returns whether calls of a bean are intercepted.
	 * @param type the class of the bean
	 * @param beanName the name, {@code null} if it is unknown
	 * @return {@code true} if there is a selected method
	 */
	public final boolean isIn(Class<?> type, @Nullable String beanName) {
		return isCandidate(type, beanName)
				&& !this.known.computeIfAbsent(type, (unknown) -> select(unknown, beanName)).isEmpty();
	}

	/**
	 * Returns the classes of all beans, lazy ones included.
	 * @param beans the beans
	 * @return the classes by the name of the bean
	 */
	public static Map<String, Class<?>> types(ConfigurableListableBeanFactory beans) {
		Map<String, Class<?>> types = new TreeMap<>();
		for (String name : beans.getBeanDefinitionNames()) {
			try {
				Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
				if (type != null) {
					types.put(name, type);
				}
			}
			catch (RuntimeException | LinkageError ex) {
				logger.debug("Cairn: failed to determine the class of the bean {}: {}", name, ex.toString());
			}
		}
		return types;
	}

	/**
	 * Returns whether a context creates proxies that intercept calls.
	 * @param beans the beans
	 * @return {@code false} if no advisor has an effect
	 */
	public static boolean areIntercepted(ConfigurableListableBeanFactory beans) {
		return beans.getBeanNamesForType(AbstractAdvisorAutoProxyCreator.class, true, false).length > 0;
	}

	/**
	 * Looks up the methods of all beans, lazy ones included, once the singletons have
	 * been created, and finds those whose calls are not intercepted, though the context
	 * creates proxies.
	 * @param beans the beans
	 * @return the classes of the beans without a proxy, by their names
	 */
	public final Map<String, Class<?>> unseen(ConfigurableListableBeanFactory beans) {
		Map<String, Class<?>> unseen = new TreeMap<>();
		boolean intercepted = areIntercepted(beans);
		types(beans).forEach((name, type) -> {
			Object bean = (isIn(type, name) && intercepted) ? beans.getSingleton(name) : null;
			if (bean != null && isUnseen(bean, type)) {
				unseen.put(name, type);
			}
		});
		return unseen;
	}

	/** A factory has another class than its bean. */
	private boolean isUnseen(Object bean, Class<?> type) {
		return AopUtils.getTargetClass(bean) == type && !(bean instanceof Advised advised
				&& Arrays.stream(advised.getAdvisors()).anyMatch((advisor) -> advisor.getAdvice() == this));
	}

	@Override
	public final boolean matches(Method method, Class<?> type) {
		return find(method, type) != null;
	}

	/** Returns a method of a class whose methods have been looked up. */
	private @Nullable M find(Method method, Class<?> type) {
		Map<Method, M> methods = this.known.get(type);
		if (methods == null || methods.isEmpty()) {
			return null;
		}
		M found = methods.get(method);
		if (found == null) {
			found = methods.get(Calls.selected(type, method));
			if (found != null) {
				methods.put(method, found);
			}
		}
		return found;
	}

	// Interceptors may return null, though the interface does not declare it
	@SuppressWarnings("NullAway")
	@Override
	public final @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass();
		M method = find(invocation.getMethod(), type);
		return (method != null && !Calls.isReportedByRepository(this.customMethods, type, invocation.getMethod()))
				? proceed(method, invocation) : invocation.proceed();
	}

	private Map<Method, M> select(Class<?> type, @Nullable String beanName) {
		Map<Method, M> selected = new ConcurrentHashMap<>();
		for (Method method : methods(type)) {
			String obstacle = Calls.obstacle(type, method);
			if (obstacle == null && (method.getModifiers() & NOT_OVERRIDABLE) != 0) {
				obstacle = "it is private or static";
			}
			if (obstacle == null) {
				selected.put(method, prepare(type, Calls.declared(type, method), beanName));
				if (Calls.isCustomMethod(type, method)) {
					this.customMethods.add(method);
				}
			}
			else {
				obstructed(type, method, obstacle);
			}
		}
		return selected;
	}

	private Set<Method> methods(Class<?> type) {
		try {
			return MethodIntrospector.selectMethods(type, (MethodFilter) (method) -> isSelected(type, method));
		}
		catch (IllegalStateException | LinkageError ex) {
			// The class refers to a library that is not on the class path
			logger.debug("Cairn: failed to introspect {}: {}", type.getName(), ex.toString());
			return Set.of();
		}
	}

}
