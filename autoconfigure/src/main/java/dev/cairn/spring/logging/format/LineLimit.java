package dev.cairn.spring.logging.format;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.LogEntry;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * Shortens the values of a line that is too long. A stack trace keeps its beginning and
 * its root cause. The shares of the values are those of the format {@code gelf}, which
 * writes a stack trace twice.
 *
 * @param maxBytes the maximum length of a line
 */
record LineLimit(int maxBytes) {

	private static final String TRUNCATED = "truncated";

	private static final String CAUSE = "Caused by: ";

	private static final int MAX_NAME_LENGTH = 200;

	/** The length of a control character in JSON. */
	private static final int ESCAPED = 6;

	boolean fits(String line) {
		return line.length() <= this.maxBytes / 4 || line.getBytes(StandardCharsets.UTF_8).length <= this.maxBytes;
	}

	/** Returns the entry with a shorter text, and with shorter and fewer values. */
	LogEntry shorten(LogEntry entry) {
		int room = this.maxBytes / 8;
		Map<String, @Nullable Object> keyValues = new LinkedHashMap<>();
		Map<String, String> bindings = new LinkedHashMap<>();
		for (Map.Entry<String, @Nullable Object> keyValue : entry.keyValues().entrySet()) {
			String name = Text.cut(keyValue.getKey(), MAX_NAME_LENGTH);
			Object value = keyValue.getValue();
			boolean plain = value == null || value instanceof Boolean || value instanceof Number;
			Object kept = plain ? value : cut(LineValues.text(value), this.maxBytes / 32);
			room -= length(name) + length(String.valueOf(kept));
			if (room > 0) {
				keyValues.put(name, kept);
			}
		}
		for (Map.Entry<String, String> binding : entry.bindings().entrySet()) {
			String name = Text.cut(binding.getKey(), MAX_NAME_LENGTH);
			String kept = cut(String.valueOf(binding.getValue()), this.maxBytes / 32);
			room -= length(name) + length(kept);
			if (room > 0) {
				bindings.put(name, kept);
			}
		}
		keyValues.putIfAbsent(TRUNCATED, true);
		String text = cut(entry.text(), this.maxBytes / 8);
		return new LogEntry(entry.time(), entry.level(), entry.logger(), entry.thread(), entry.template(),
				entry.arguments(), () -> text, keyValues, bindings, entry.throwable());
	}

	/** Shortens any other text, such as a stack trace. */
	String shorten(String text) {
		int room = this.maxBytes / 5;
		if (length(text) <= room) {
			return text;
		}
		int cause = text.lastIndexOf('\n', text.lastIndexOf(CAUSE));
		if (cause < 0) {
			return cut(text, room);
		}
		return cut(text.substring(0, cause), room / 2) + cut(text.substring(cause), room / 2);
	}

	private static String cut(String text, int room) {
		int left = room;
		for (int i = 0; i < text.length(); i++) {
			left -= length(text.charAt(i));
			if (left < 0) {
				return Text.cut(text, i) + "[" + TRUNCATED + "]";
			}
		}
		return text;
	}

	private static int length(String text) {
		int length = 0;
		for (int i = 0; i < text.length(); i++) {
			length += length(text.charAt(i));
		}
		return length;
	}

	/** Returns the number of bytes of a character in JSON. */
	private static int length(char c) {
		if (Character.isISOControl(c)) {
			return (c == '\n' || c == '\t' || c == '\r') ? 2 : ESCAPED;
		}
		if (c < 0x80) {
			return (c == '"' || c == '\\') ? 2 : 1;
		}
		return (c < 0x800) ? 2 : 3;
	}

}
