package dev.cairn.spring.context;

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
import dev.cairn.annotation.Telemetry;
import dev.cairn.context.BoundContext;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.aop.Calls;
import dev.cairn.spring.aop.Expression;
import dev.cairn.spring.aop.TelemetryAnnotations;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
import org.springframework.expression.ParseException;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * Binds the arguments that have {@link Bind @Bind}, and the values that
 * {@link Telemetry @Telemetry} binds, during the calls of their methods, whose events,
 * spans and meters contain them. Methods are looked up once for each class. Thread-safe.
 */
final class BoundArguments extends StaticMethodMatcherPointcut implements MethodInterceptor {

	private static final Logger logger = LoggerFactory.getLogger(BoundArguments.class);

	/** Outside of the advisors for points, meters and transactions. */
	private static final int ORDER = Ordered.LOWEST_PRECEDENCE - 100;

	private static final Map<Method, List<BoundValue>> NONE = Map.of();

	private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

	private final BoundMembers members = new BoundMembers();

	private final Map<Class<?>, Map<Method, List<BoundValue>>> known = new ConcurrentHashMap<>();

	private final Supplier<@Nullable BoundContext> context;

	private final Supplier<Extensions> extensions;

	private final Expression.Parser expressions;

	BoundArguments(Supplier<@Nullable BoundContext> context, Supplier<Extensions> extensions,
			Expression.Parser expressions) {
		this.expressions = expressions;
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
		return !values(method, type).isEmpty();
	}

	private List<BoundValue> values(Method method, Class<?> type) {
		Map<Method, List<BoundValue>> methods = methods(type);
		if (methods == NONE) {
			return List.of();
		}
		List<BoundValue> values = methods.get(method);
		if (values == null) {
			values = methods.getOrDefault(Calls.selected(type, method), List.of());
			methods.put(method, values);
		}
		return values;
	}

	private Map<Method, List<BoundValue>> methods(Class<?> type) {
		return this.known.computeIfAbsent(type, this::select);
	}

	private Map<Method, List<BoundValue>> select(Class<?> type) {
		if (!TelemetryAnnotations.isCandidate(type)) {
			return NONE;
		}
		Map<Method, List<BoundValue>> selected = new ConcurrentHashMap<>();
		String reason = null;
		for (Method method : annotated(type)) {
			String obstacle = obstacle(type, method);
			if (obstacle == null) {
				selected.put(method, values(type, Calls.declared(type, method)));
			}
			else if (isAnnotated(method) || Calls.obstacle(type, method) == null) {
				reason = obstacle;
			}
		}
		if (reason != null) {
			logger.warn("Cairn: @Bind in {} has no effect, because {}", type.getName(), reason);
		}
		return selected.isEmpty() ? NONE : selected;
	}

	private static @Nullable String obstacle(Class<?> type, Method method) {
		return KotlinDetector.isSuspendingFunction(method)
				? type.getName() + "#" + method.getName()
						+ " is a suspend function, which runs after the call has returned; bind within it"
				: Calls.obstacle(type);
	}

	private static Set<Method> annotated(Class<?> type) {
		try {
			boolean declared = hierarchy(type).flatMap((part) -> Stream.of(ReflectionUtils.getDeclaredMethods(part)))
				.flatMap((method) -> Stream.of(method.getParameterAnnotations()).flatMap(Stream::of))
				.anyMatch(Bind.class::isInstance);
			return MethodIntrospector.selectMethods(type,
					(MethodFilter) (method) -> (declared && isAnnotated(Calls.declared(type, method)))
							|| !declared(type, method).isEmpty());
		}
		catch (IllegalStateException | LinkageError ex) {
			// The class refers to a library that is not on the class path
			logger.debug("Cairn: failed to introspect {}: {}", type.getName(), ex.toString());
			return Set.of();
		}
	}

	/** Without those of the JDK, which most classes share. */
	private static Stream<Class<?>> hierarchy(Class<?> type) {
		return Stream
			.concat(Stream.<Class<?>>iterate(type, (part) -> part != null, Class::getSuperclass),
					ClassUtils.getAllInterfacesForClassAsSet(type).stream())
			.filter((part) -> !part.getName().startsWith("java."));
	}

	/** An annotation of the same parameter in a superclass or in an interface counts. */
	private static boolean isAnnotated(Method method) {
		return method.getParameterCount() > 0 && Stream.of(new AnnotatedMethod(method).getMethodParameters())
			.anyMatch((parameter) -> parameter.hasParameterAnnotation(Bind.class));
	}

	private static List<String> declared(Class<?> type, Method method) {
		Telemetry telemetry = TelemetryAnnotations.find(type, method);
		return (telemetry != null) ? List.of(telemetry.bind()) : List.of();
	}

	private List<BoundValue> values(Class<?> type, Method method) {
		List<BoundValue> values = new ArrayList<>();
		@Nullable String[] found = this.names.getParameterNames(method);
		for (MethodParameter parameter : new AnnotatedMethod(method).getMethodParameters()) {
			Bind bind = parameter.getParameterAnnotation(Bind.class);
			if (bind != null) {
				int index = parameter.getParameterIndex();
				String name = (found != null) ? found[index] : null;
				Argument argument = new Argument(index, bind.value(), (name != null) ? name : "arg" + index);
				values.add((context, call) -> bind(context, argument, call.getArguments()[index]));
			}
		}
		for (String declaration : declared(type, method)) {
			try {
				values.add(declared(method, declaration));
			}
			catch (IllegalArgumentException | ParseException ex) {
				// An invalid @Telemetry fails the start by itself
				logger.debug("Cairn: '{}' on {} is invalid", declaration, method, ex);
			}
		}
		return values;
	}

	private BoundValue declared(Method method, String declaration) {
		Map.Entry<String, String> named = Expression.named(declaration);
		Expression expression = this.expressions.parse(named.getValue());
		Map<String, Integer> arguments = Expression.arguments(method);
		return (context, call) -> context.bind(named.getKey(), expression.evaluate((variable) -> switch (variable) {
			case "target" -> call.getThis();
			case "method" -> method.getName();
			default -> {
				Integer index = arguments.get(variable);
				yield (index != null) ? call.getArguments()[index] : null;
			}
		}, call.getThis()));
	}

	// Interceptors may return null, though the interface does not declare it
	@SuppressWarnings("NullAway")
	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		List<BoundValue> values = values(invocation.getMethod(),
				(target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass());
		BoundContext context = values.isEmpty() ? null : find(this.context);
		Extensions extensions = (context != null) ? find(this.extensions) : null;
		if (context == null || extensions == null) {
			return invocation.proceed();
		}
		List<Binding> bindings = new ArrayList<>(values.size());
		try {
			for (BoundValue value : values) {
				Binding binding = extensions.get("@Bind on " + invocation.getMethod().getName(),
						() -> value.bind(context, invocation));
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
	 * A value to bind during a call.
	 */
	@FunctionalInterface
	private interface BoundValue {

		Binding bind(BoundContext context, MethodInvocation call);

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
