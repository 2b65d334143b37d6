package dev.cairn.statsd;

import java.nio.charset.StandardCharsets;
import java.util.function.DoubleFunction;

/**
 * The parts around the value of a line that Micrometer writes for a flavor. They are
 * found by comparing two lines with different values.
 */
record LineTemplate(byte[] before, byte[] type, byte[] after) {

	/** Returns the template of the lines of a builder. */
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

	/** Returns the length of a line without its value and rate. */
	int length() {
		return this.before.length + this.type.length + this.after.length;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
