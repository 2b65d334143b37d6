package dev.cairn.spring.context;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.cairn.Binding;
import dev.cairn.annotation.Bind;
import dev.cairn.context.BoundContext;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.aop.Calls;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.BeansException;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * Binds the arguments that have {@link Bind @Bind} during the calls of their methods,
 * whose events, spans and meters contain them. Methods are looked up once for each class.
 * A class of Spring has none. Thread-safe.
 */
final class BoundArguments extends StaticMethodMatcherPointcut implements MethodInterceptor {

	private static final Logger logger = LoggerFactory.getLogger(BoundArguments.class);

	/** Outside of the advisors for points, meters and transactions. */
	private static final int ORDER = Ordered.LOWEST_PRECEDENCE - 100;

	private static final Map<Method, List<Argument>> NONE = Map.of();

	private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

	private final BoundMembers members = new BoundMembers();

	private final Map<Class<?>, Map<Method, List<Argument>>> known = new ConcurrentHashMap<>();

	private final Supplier<@Nullable BoundContext> context;

	private final Supplier<Extensions> extensions;

	BoundArguments(Supplier<@Nullable BoundContext> context, Supplier<Extensions> extensions) {
		this.context = context;
		this.extensions = extensions;
		setClassFilter((type) -> !methods(type).isEmpty());
	}

	DefaultPointcutAdvisor advisor() {
		DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(this, this);
		advisor.setOrder(ORDER);
		return advisor;
	}

	@Override
	public boolean matches(Method method, Class<?> type) {
		return !arguments(method, type).isEmpty();
	}

	private List<Argument> arguments(Method method, Class<?> type) {
		Map<Method, List<Argument>> methods = methods(type);
		if (methods == NONE) {
			return List.of();
		}
		List<Argument> arguments = methods.get(method);
		if (arguments == null) {
			arguments = methods.getOrDefault(AopUtils.getMostSpecificMethod(method, type), List.of());
			methods.put(method, arguments);
		}
		return arguments;
	}

	private Map<Method, List<Argument>> methods(Class<?> type) {
		return this.known.computeIfAbsent(type, this::select);
	}

	private Map<Method, List<Argument>> select(Class<?> type) {
		if (type.getName().startsWith("org.springframework.") || !AnnotationUtils.isCandidateClass(type, Bind.class)) {
			return NONE;
		}
		Map<Method, List<Argument>> selected = new ConcurrentHashMap<>();
		try {
			Set<Method> methods = MethodIntrospector.selectMethods(type, (MethodFilter) BoundArguments::isAnnotated);
			methods.forEach((method) -> selected.put(method, toArguments(method)));
		}
		catch (IllegalStateException | LinkageError ex) {
			// The class refers to a library that is not on the class path
			logger.debug("Cairn: failed to introspect {}: {}", type.getName(), ex.toString());
		}
		String obstacle = selected.isEmpty() ? null : obstacle(type, selected.keySet());
		if (obstacle != null) {
			logger.warn("Cairn: @Bind in {} has no effect, because {}", type.getName(), obstacle);
		}
		return (selected.isEmpty() || obstacle != null) ? NONE : selected;
	}

	private static @Nullable String obstacle(Class<?> type, Set<Method> methods) {
		return methods.stream()
			.map((method) -> KotlinDetector.isSuspendingFunction(method)
					? type.getName() + "#" + method.getName()
							+ " is a suspend function, which runs after the call has returned; bind within it"
					: Calls.obstacle(type))
			.filter((obstacle) -> obstacle != null)
			.findFirst()
			.orElse(null);
	}

	private static boolean isAnnotated(Method method) {
		return method.getParameterCount() > 0 && Stream.of(method.getParameterAnnotations())
			.flatMap(Stream::of)
			.map(Annotation::annotationType)
			.anyMatch(Bind.class::equals);
	}

	private List<Argument> toArguments(Method method) {
		List<Argument> arguments = new ArrayList<>();
		@Nullable String[] found = this.names.getParameterNames(method);
		for (MethodParameter parameter : new AnnotatedMethod(method).getMethodParameters()) {
			Bind bind = parameter.getParameterAnnotation(Bind.class);
			if (bind != null) {
				int index = parameter.getParameterIndex();
				String name = (found != null) ? found[index] : null;
				arguments.add(new Argument(index, bind.value(), (name != null) ? name : "arg" + index));
			}
		}
		return arguments;
	}

	// Interceptors may return null, though the interface does not declare it
	@SuppressWarnings("NullAway")
	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		List<Argument> arguments = arguments(invocation.getMethod(),
				(target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass());
		BoundContext context = arguments.isEmpty() ? null : find(this.context);
		Extensions extensions = (context != null) ? find(this.extensions) : null;
		if (context == null || extensions == null) {
			return invocation.proceed();
		}
		List<Binding> bindings = new ArrayList<>(arguments.size());
		try {
			for (Argument argument : arguments) {
				Binding binding = extensions.get("@Bind on " + invocation.getMethod().getName(),
						() -> bind(context, argument, invocation.getArguments()[argument.index()]));
				if (binding != null) {
					bindings.add(binding);
				}
			}
			return invocation.proceed();
		}
		finally {
			for (int i = bindings.size() - 1; i >= 0; i--) {
				bindings.get(i).close();
			}
		}
	}

	/** Returns {@code null} for a call while the bean is created, or destroyed. */
	private static <T> @Nullable T find(Supplier<? extends @Nullable T> bean) {
		try {
			return bean.get();
		}
		catch (BeansException ex) {
			logger.debug("Cairn: values cannot be bound now", ex);
			return null;
		}
	}

	private Binding bind(BoundContext context, Argument argument, @Nullable Object value) {
		if (value != null && argument.name().isEmpty()) {
			if (context.isExtractable(value.getClass())) {
				return context.bindFrom(value);
			}
			if (!this.members.isEmpty(value.getClass())) {
				return context.bind(this.members.read(value));
			}
		}
		return context.bind(argument.name().isEmpty() ? argument.parameterName() : argument.name(), value);
	}

	/**
	 * An argument to bind.
	 *
	 * @param index the index of the parameter
	 * @param name the name of the value; empty for that of the parameter
	 * @param parameterName the name of the parameter
	 */
	private record Argument(int index, String name, String parameterName) {
	}

}
