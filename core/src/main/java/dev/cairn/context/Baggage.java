package dev.cairn.context;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the values of allowed names in the header of
 * <a href="https://www.w3.org/TR/baggage/">W3C Baggage</a>. Properties of values are
 * ignored.
 *
 * @param names the allowed names
 */
record Baggage(Set<String> names) {

	/** The length that each service has to accept. */
	private static final int MAX_LENGTH = 8192;

	private static final int MAX_VALUE_LENGTH = 1024;

	boolean isEmpty() {
		return this.names.isEmpty();
	}

	/**
	 * Adds values to a header that is there. Returns {@code null} if there is nothing to
	 * add.
	 */
	@Nullable String write(@Nullable String known, Map<String, Object> bound, BiFunction<String, Object, String> text) {
		StringBuilder header = new StringBuilder((known != null) ? known.strip() : "");
		int before = header.length();
		Set<String> taken = read(known).keySet();
		for (String name : this.names) {
			Object value = bound.get(name);
			if (value != null && !taken.contains(name)) {
				String member = name + "=" + encode(Text.cut(text.apply(name, value), MAX_VALUE_LENGTH));
				if (header.length() + member.length() < MAX_LENGTH) {
					header.append(header.isEmpty() ? "" : ",").append(member);
				}
			}
		}
		return (header.length() == before) ? null : header.toString();
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
	}

	Map<String, String> read(@Nullable String header) {
		if (header == null || header.length() > MAX_LENGTH) {
			return Map.of();
		}
		Map<String, String> values = new LinkedHashMap<>();
		for (String member : header.split(",")) {
			String pair = member.split(";", 2)[0];
			int separator = pair.indexOf('=');
			String name = (separator > 0) ? pair.substring(0, separator).strip() : "";
			String value = this.names.contains(name) ? decode(pair.substring(separator + 1).strip()) : null;
			if (value != null) {
				values.putIfAbsent(name, Text.cut(value, MAX_VALUE_LENGTH));
			}
		}
		return values;
	}

	private static @Nullable String decode(String text) {
		try {
			return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
