package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * Which methods of which classes have points. Looked up once for each class, when its
 * first bean is made. Thread-safe.
 */
abstract class PointedMethods {

	private static final Logger logger = LoggerFactory.getLogger(Points.class);

	private final Points points;

	private final Map<Class<?>, Map<Method, PointedMethod>> known = new ConcurrentHashMap<>();

	PointedMethods(Points points) {
		this.points = points;
	}

	Points points() {
		return this.points;
	}

	/**
	 * Whether a bean may have such methods.
	 * @param type its class
	 * @param beanName its name; {@code null} where it is not known
	 */
	abstract boolean isCandidate(Class<?> type, @Nullable String beanName);

	/** Whether a method has points. */
	abstract boolean isPointed(Class<?> type, Method method);

	/**
	 * Have the points of a method serve it.
	 * @param type the class of the bean
	 * @param method one of its methods
	 * @param signature what the arguments are called
	 * @param beanName the name of the bean; {@code null} where it is not known
	 * @return the points
	 * @throws RuntimeException when one cannot serve it
	 */
	abstract List<LivePoint> serve(Class<?> type, Method method, Signature signature, @Nullable String beanName);

	/**
	 * Return the methods of a bean that have points.
	 * @param type its class
	 * @param beanName its name; {@code null} where it is not known
	 */
	Map<Method, PointedMethod> of(Class<?> type, @Nullable String beanName) {
		if (!isCandidate(type, beanName)) {
			return Map.of();
		}
		Map<Method, PointedMethod> methods = this.known.get(type);
		return (methods != null) ? methods : lookUp(type, beanName);
	}

	/** Return a method of a class whose beans were looked at before. */
	@Nullable PointedMethod of(Method method, Class<?> type) {
		Map<Method, PointedMethod> methods = this.known.get(type);
		if (methods == null || methods.isEmpty()) {
			return null;
		}
		PointedMethod found = methods.get(AopUtils.getMostSpecificMethod(method, type));
		return (found != null) ? found : methods.get(method);
	}

	private Map<Method, PointedMethod> lookUp(Class<?> type, @Nullable String beanName) {
		synchronized (this.known) {
			Map<Method, PointedMethod> methods = this.known.get(type);
			if (methods != null) {
				return methods;
			}
			methods = new HashMap<>();
			for (Method method : select(type)) {
				Signature signature = Signature.of(type, method);
				if (isVisible(method)) {
					List<LivePoint> live = serve(type, method, signature, beanName);
					methods.put(method, new PointedMethod(this.points, method, signature, live));
				}
				else {
					logger
						.warn("Cairn: calls of {} cannot be published: it is private, static or final, so that nobody "
								+ "sees them", signature.describe());
				}
			}
			this.known.put(type, Map.copyOf(methods));
			return methods;
		}
	}

	private Set<Method> select(Class<?> type) {
		try {
			return MethodIntrospector.selectMethods(type, (MethodFilter) (method) -> isPointed(type, method));
		}
		catch (IllegalStateException | LinkageError ex) {
			// A class of which a library is missing: somebody else's matter
			logger.debug("Cairn: {} cannot be looked at: {}", type.getName(), ex.toString());
			return Set.of();
		}
	}

	private static boolean isVisible(Method method) {
		int modifiers = method.getModifiers();
		return !Modifier.isPrivate(modifiers) && !Modifier.isStatic(modifiers) && !Modifier.isFinal(modifiers);
	}

}
