package dev.cairn.spring.arguments;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A call that ended with a throwable. Holds nothing but text, so that it keeps neither
 * the objects of the application nor its classes.
 *
 * @param className the class that declares the method
 * @param methodName the method
 * @param arguments the arguments as text by the names of the parameters, not redacted yet
 */
record FailedCall(String className, String methodName, Map<String, String> arguments) {

	/** How many arguments of a call are kept. */
	private static final int MAX_ARGUMENTS = 10;

	static FailedCall of(String className, String methodName, String[] names, Object[] values) {
		Map<String, String> arguments = new LinkedHashMap<>();
		for (int i = 0; i < Math.min(values.length, MAX_ARGUMENTS); i++) {
			arguments.put(names[i], ArgumentText.of(values[i]));
		}
		return new FailedCall(className, methodName, arguments);
	}

	boolean isOf(String className, String methodName) {
		return this.className.equals(className) && this.methodName.equals(methodName);
	}

}
