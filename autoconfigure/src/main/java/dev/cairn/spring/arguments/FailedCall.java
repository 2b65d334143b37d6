package dev.cairn.spring.arguments;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A call that ended with a throwable. Contains only text, so that it does not keep
 * objects or classes of the application in memory.
 *
 * @param className the name of the class that declares the method
 * @param methodName the name of the method
 * @param arguments the texts of the arguments by the names of the parameters, not
 * redacted yet
 */
record FailedCall(String className, String methodName, Map<String, String> arguments) {

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
