package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.spring.aop.Calls;
import dev.cairn.spring.aop.Expression;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;

/**
 * The names of the arguments of a method in expressions. Immutable.
 */
final class Signature {

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private final Class<?> type;

	private final Method method;

	private final @Nullable String @Nullable [] names;

	private final Map<String, Integer> arguments;

	Signature(Class<?> type, Method method) {
		this.type = type;
		this.method = method;
		this.names = NAMES.getParameterNames(method);
		this.arguments = Expression.arguments(method);
	}

	/** Returns the name of a method with the types of its parameters. */
	static String describe(Method method) {
		return Stream.of(method.getParameterTypes())
			.map(Class::getSimpleName)
			.collect(Collectors.joining(",", method.getName() + "(", ")"));
	}

	/** Returns the class, the method and the types of the parameters. */
	String describe() {
		Class<?> owner = this.method.getDeclaringClass().isInterface() ? this.method.getDeclaringClass() : this.type;
		return owner.getName() + "#" + describe(this.method);
	}

	String methodName() {
		return this.method.getName();
	}

	/** Returns the name of an argument, {@code null} if it is unknown. */
	@Nullable String name(int argument) {
		return (this.names != null) ? this.names[argument] : null;
	}

	boolean hasArgument(String variable) {
		return this.arguments.containsKey(variable);
	}

	@Nullable Object argument(String variable, @Nullable Object[] values) {
		Integer index = this.arguments.get(variable);
		return (index != null && index < values.length) ? values[index] : null;
	}

	/** Lists the variables, and explains why there are not more. */
	String variables() {
		return variables(Call.VARIABLES);
	}

	/** Lists the arguments and other variables. */
	String variables(Collection<String> others) {
		List<String> found = new ArrayList<>();
		for (int i = 0; i < Calls.parameterCount(this.method); i++) {
			String name = name(i);
			found.add((name != null) ? "#" + name : "#a" + i);
		}
		others.forEach((name) -> found.add("#" + name));
		String hint = (this.names == null && Calls.parameterCount(this.method) > 0)
				? "; the names of the parameters are not available, because "
						+ Calls.owner(this.type, this.method).getName() + " was compiled without -parameters"
				: "";
		return found + hint;
	}

}
