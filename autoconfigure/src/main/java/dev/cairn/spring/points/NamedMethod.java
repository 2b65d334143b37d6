package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import dev.cairn.NamePattern;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.util.ClassUtils;

/**
 * Selects methods by name and by the name of the bean or the class, such as
 * {@code orderService#place}, {@code com.acme.OrderService#place} or
 * {@code OrderService#place(String,int)}. A star stands for any characters.
 */
final class NamedMethod implements MethodSelector {

	private final NamePattern owner;

	private final NamePattern name;

	private final @Nullable List<String> parameters;

	private NamedMethod(NamePattern owner, NamePattern name, @Nullable List<String> parameters) {
		this.owner = owner;
		this.name = name;
		this.parameters = parameters;
	}

	/**
	 * Parses a name.
	 * @throws IllegalArgumentException if the name is malformed
	 */
	static NamedMethod of(String text) {
		int hash = text.indexOf('#');
		int open = text.indexOf('(');
		boolean closed = (open < 0) ? text.indexOf(')') < 0
				: text.endsWith(")") && text.indexOf(')') == text.length() - 1;
		String method = (open < 0) ? text.substring(hash + 1) : text.substring(hash + 1, Math.max(hash + 1, open));
		if (hash <= 0 || method.isBlank() || !closed) {
			throw new IllegalArgumentException("use the name of a bean or a class and of a method, such as "
					+ "orderService#place or com.acme.OrderService#place(String,int)");
		}
		return new NamedMethod(NamePattern.of(text.substring(0, hash).trim()), NamePattern.of(method.trim()),
				(open < 0) ? null : parameters(text.substring(open + 1, text.length() - 1)));
	}

	private static List<String> parameters(String text) {
		return text.isBlank() ? List.of()
				: Arrays.stream(text.split(",")).map((type) -> type.trim().replace("...", "[]")).toList();
	}

	@Override
	public boolean selects(Class<?> type, @Nullable String beanName) {
		return (beanName != null && this.owner.matches(originalName(beanName))) || isOwner(type);
	}

	private static String originalName(String beanName) {
		return ScopedProxyUtils.isScopedTarget(beanName) ? ScopedProxyUtils.getOriginalBeanName(beanName) : beanName;
	}

	private boolean isOwner(Class<?> type) {
		for (Class<?> part = ClassUtils.getUserClass(type); part != null; part = part.getSuperclass()) {
			if (isNamed(part)) {
				return true;
			}
		}
		return ClassUtils.getAllInterfacesForClassAsSet(type).stream().anyMatch(this::isNamed);
	}

	private boolean isNamed(Class<?> type) {
		return type != Object.class && (this.owner.matches(type.getName()) || this.owner.matches(type.getSimpleName()));
	}

	@Override
	public boolean selects(Method method, Class<?> type) {
		return this.name.matches(method.getName()) && hasParameters(method.getParameterTypes());
	}

	private boolean hasParameters(Class<?>[] types) {
		if (this.parameters == null) {
			return true;
		}
		if (this.parameters.size() != types.length) {
			return false;
		}
		for (int i = 0; i < types.length; i++) {
			String wanted = this.parameters.get(i);
			if (!wanted.equals(types[i].getSimpleName()) && !wanted.equals(types[i].getTypeName())) {
				return false;
			}
		}
		return true;
	}

}
