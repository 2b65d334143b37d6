package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.NamePattern;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.aspectj.AspectJExpressionPointcut;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.util.ClassUtils;

/**
 * Selects methods of beans. Immutable.
 */
interface MethodSelector {

	/** Returns whether methods of a bean, whose name may be unknown, may be selected. */
	boolean selects(Class<?> type, @Nullable String beanName);

	boolean selects(Method method, Class<?> type);

	/**
	 * Returns whether the text of the selector names the bean, the class or its package.
	 * Otherwise, it only selects methods of the application's own classes.
	 */
	boolean names(Class<?> type);

	/**
	 * Selects methods by name and by the name of the bean or the class, such as
	 * {@code orderService#place}, {@code com.acme.OrderService#place} or
	 * {@code OrderService#place(String,int)}. A star stands for any characters.
	 * @throws IllegalArgumentException if the name is malformed
	 */
	static MethodSelector named(String text) {
		Matcher parts = Named.FORM.matcher(text.trim());
		if (!parts.matches()) {
			throw new IllegalArgumentException("use the name of a bean or a class and of a method, such as "
					+ "orderService#place or com.acme.OrderService#place(String,int)");
		}
		return new Named(NamePattern.of(parts.group(1)), NamePattern.of(parts.group(2)), parameters(parts.group(3)));
	}

	private static @Nullable List<String> parameters(@Nullable String text) {
		if (text == null || text.isBlank()) {
			return (text != null) ? List.of() : null;
		}
		return Stream.of(text.split(",")).map((type) -> type.trim().replace("...", "[]")).toList();
	}

	/**
	 * Selects methods by an AspectJ pointcut, such as
	 * {@code execution(* com.acme..*Service.place(..))}. Requires {@code aspectjweaver},
	 * which only parses the pointcut.
	 * @throws IllegalArgumentException if the pointcut is malformed or cannot be parsed
	 */
	static MethodSelector pointcut(String text) {
		if (!ClassUtils.isPresent("org.aspectj.weaver.tools.PointcutParser", MethodSelector.class.getClassLoader())) {
			throw new IllegalArgumentException(
					"pointcuts require AspectJ, which is not on the class path; add the dependency "
							+ "org.springframework.boot:spring-boot-starter-aspectj, or select the method with "
							+ "cairn.points.<name>.method");
		}
		AspectJExpressionPointcut pointcut = new AspectJExpressionPointcut();
		pointcut.setExpression(text);
		if (pointcut.isRuntime()) {
			throw new IllegalArgumentException("the pointcut must not depend on the call; use a condition "
					+ "instead of args(), this() or target()");
		}
		return new MethodSelector() {

			@Override
			public boolean selects(Class<?> type, @Nullable String beanName) {
				return pointcut.matches(type);
			}

			@Override
			public boolean selects(Method method, Class<?> type) {
				return pointcut.matches(method, type);
			}

			/**
			 * Two segments of the package are enough, such as
			 * {@code org.springframework}.
			 */
			@Override
			public boolean names(Class<?> type) {
				String[] segments = type.getPackageName().split("\\.");
				String name = ClassUtils.getUserClass(type).getSimpleName();
				return (!name.isEmpty() && text.contains(name))
						|| (segments.length > 1 && text.contains(segments[0] + "." + segments[1]));
			}

		};
	}

	/**
	 * Selects methods by name.
	 *
	 * @param owner the name of the bean or the class
	 * @param name the name of the method
	 * @param parameters the types of the parameters, {@code null} for any
	 */
	record Named(NamePattern owner, NamePattern name, @Nullable List<String> parameters) implements MethodSelector {

		private static final Pattern FORM = Pattern.compile("([^#()\\s]+)\\s*#\\s*([^#()\\s]+)\\s*(?:\\(([^()]*)\\))?");

		@Override
		public boolean selects(Class<?> type, @Nullable String beanName) {
			return (beanName != null && this.owner.matches(originalName(beanName))) || isOwner(type);
		}

		@Override
		public boolean names(Class<?> type) {
			String text = this.owner.toString();
			int star = text.indexOf('*');
			return star < 0 || text.lastIndexOf('.', star) > 0;
		}

		/** Returns the name of a bean, or of the proxy of a scoped bean. */
		static String originalName(String name) {
			return ScopedProxyUtils.isScopedTarget(name) ? ScopedProxyUtils.getOriginalBeanName(name) : name;
		}

		private boolean isOwner(Class<?> type) {
			Stream<Class<?>> classes = Stream.iterate(ClassUtils.getUserClass(type),
					(part) -> part != null && part != Object.class, Class::getSuperclass);
			return Stream.concat(classes, ClassUtils.getAllInterfacesForClassAsSet(type).stream())
				.anyMatch((part) -> this.owner.matches(part.getName()) || this.owner.matches(part.getSimpleName()));
		}

		@Override
		public boolean selects(Method method, Class<?> type) {
			return this.name.matches(method.getName()) && hasParameters(method.getParameterTypes());
		}

		private boolean hasParameters(Class<?>[] types) {
			List<String> wanted = this.parameters;
			return wanted == null || (wanted.size() == types.length && IntStream.range(0, types.length)
				.allMatch((i) -> wanted.get(i).equals(types[i].getSimpleName())
						|| wanted.get(i).equals(types[i].getTypeName())));
		}

	}

}
