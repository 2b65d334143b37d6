package dev.cairn.statsd;

import java.nio.charset.StandardCharsets;
import java.util.function.DoubleFunction;

/**
 * A line as Micrometer writes it for a flavour of StatsD, around the value: found by
 * comparing two lines with different values, so that the flavours stay Micrometer's.
 *
 * @param before the bytes before the value, the colon included
 * @param type the bytes from the bar to where a rate would stand
 * @param after the bytes behind, such as Datadog's tags
 */
record LineTemplate(byte[] before, byte[] type, byte[] after) {

	/** Find what stands around the value in the lines of a builder. */
	static LineTemplate of(DoubleFunction<String> builder) {
		String one = builder.apply(1);
		String two = builder.apply(2);
		int value = 0;
		while (one.charAt(value) == two.charAt(value)) {
			value++;
		}
		String behind = one.substring(value + 1);
		int tags = behind.indexOf("|#");
		String type = (tags >= 0) ? behind.substring(0, tags) : behind;
		return new LineTemplate(bytes(one.substring(0, value)), bytes(type), bytes(behind.substring(type.length())));
	}

	/** Return how many bytes stand around the value. */
	int length() {
		return this.before.length + this.type.length + this.after.length;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
