package dev.cairn.console;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A request to the console, independent of the web stack.
 *
 * @param method the method
 * @param path the path below that of the endpoint; empty for the endpoint itself
 * @param parameters the values of the parameters by name
 * @param ifNoneMatch the header {@code If-None-Match}, or {@code null}
 * @param user the name of the user, or {@code null}
 * @param csrf returns the header and the token that changes require, or {@code null}
 */
record ConsoleRequest(String method, String path, Map<String, List<String>> parameters, @Nullable String ifNoneMatch,
		@Nullable String user, Supplier<@Nullable Csrf> csrf) {

	/** The path of the stream. */
	static final String STREAM = "/api/stream";

	private static final int MAX_LENGTH = 500;

	private static final int MAX_VALUES = 20;

	boolean isRead() {
		return "GET".equals(this.method) || isHead();
	}

	/** Returns whether the answer has no body. */
	boolean isHead() {
		return "HEAD".equals(this.method);
	}

	/** Returns the first value of a parameter, or {@code null} without one. */
	@Nullable String parameter(String name) {
		List<String> values = parameters(name);
		return (values.isEmpty() || values.get(0).isBlank()) ? null : values.get(0).strip();
	}

	/** Returns the values that are not empty. On WebFlux, one may be null. */
	List<String> parameters(String name) {
		List<String> values = this.parameters.getOrDefault(name, List.of());
		if (values.size() > MAX_VALUES) {
			throw new IllegalArgumentException("there must be at most " + MAX_VALUES + " of " + name);
		}
		for (String value : values) {
			if (value != null && value.length() > MAX_LENGTH) {
				throw new IllegalArgumentException(name + " must have at most " + MAX_LENGTH + " characters");
			}
		}
		return values.stream().filter((value) -> value != null && !value.isBlank()).toList();
	}

	/** Returns a number, or a default without one. */
	long number(String name, long byDefault, long least, long most) {
		String text = parameter(name);
		if (text == null) {
			return byDefault;
		}
		try {
			long number = Long.parseLong(text);
			if (number >= least && number <= most) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// As a number that is out of range
		}
		throw new IllegalArgumentException(
				name + " must be a number from " + least + " to " + most + ", but was '" + text + "'");
	}

	/** Returns one of some words, or {@code null} without one. */
	@Nullable String word(String name, List<String> words) {
		String text = parameter(name);
		if (text != null && !words.contains(text)) {
			throw new IllegalArgumentException(
					name + " must be one of " + String.join(", ", words) + ", but was '" + text + "'");
		}
		return text;
	}

	/** The header that a change of another endpoint requires. */
	record Csrf(String header, String token) {
	}

}
