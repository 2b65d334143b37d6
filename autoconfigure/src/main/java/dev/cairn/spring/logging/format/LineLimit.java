package dev.cairn.spring.logging.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.LogEntry;
import dev.cairn.context.UnitOfWork;
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

	/** That of a trace has 32 characters. */
	private static final int MAX_ID_LENGTH = 64;

	/** The length of a control character in JSON. */
	private static final int ESCAPED = 6;

	boolean fits(String line) {
		return line.length() <= this.maxBytes / 4 || line.getBytes(StandardCharsets.UTF_8).length <= this.maxBytes;
	}

	/**
	 * Returns the entry with a shorter text, and with shorter and fewer values. The ids
	 * of trace and incident are kept before all other values.
	 */
	LogEntry shorten(LogEntry entry) {
		int room = this.maxBytes / 8;
		for (String id : UnitOfWork.IDS) {
			String value = entry.bindings().get(id);
			room -= (value != null) ? length(id) + length(cut(value, MAX_ID_LENGTH)) : 0;
		}
		Map<String, @Nullable Object> keyValues = new LinkedHashMap<>();
		Map<String, String> bindings = new LinkedHashMap<>();
		for (Map.Entry<String, @Nullable Object> keyValue : entry.keyValues().entrySet()) {
			String name = Text.cut(keyValue.getKey(), MAX_NAME_LENGTH);
			Object value = keyValue.getValue();
			boolean plain = value == null || value instanceof Boolean || value instanceof Number;
			Object kept = plain ? value : cut(Text.of(value), this.maxBytes / 32);
			room -= length(name) + length(String.valueOf(kept));
			if (room > 0) {
				keyValues.put(name, kept);
			}
		}
		for (Map.Entry<String, String> binding : entry.bindings().entrySet()) {
			boolean id = UnitOfWork.IDS.contains(binding.getKey());
			String name = Text.cut(binding.getKey(), MAX_NAME_LENGTH);
			String kept = cut(String.valueOf(binding.getValue()), id ? MAX_ID_LENGTH : this.maxBytes / 32);
			room -= id ? 0 : length(name) + length(kept);
			if (id || room > 0) {
				bindings.put(name, kept);
			}
		}
		keyValues.putIfAbsent(TRUNCATED, true);
		String text = cut(entry.text(), this.maxBytes / 8);
		return new LogEntry(entry.time(), entry.level(), cut(entry.logger(), this.maxBytes / 64),
				cut(entry.thread(), this.maxBytes / 64), entry.template(), entry.arguments(), () -> text, keyValues,
				bindings, entry.throwable());
	}

	/** Returns the event with shorter and fewer markers, or the event itself. */
	<E> E shortenMarkers(LogEvents<E> events, E event) {
		List<String> markers = events.markers(event);
		List<String> kept = new ArrayList<>();
		int room = this.maxBytes / 64;
		for (String marker : markers) {
			String name = cut(marker, this.maxBytes / 64);
			room -= length(name);
			if (kept.isEmpty() || room > 0) {
				kept.add(name);
			}
		}
		return kept.equals(markers) ? event : events.withMarkers(event, kept);
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
		if (Text.isControl(c)) {
			return (c == '\n' || c == '\t' || c == '\r') ? 2 : ESCAPED;
		}
		if (c < 0x80) {
			return (c == '"' || c == '\\') ? 2 : 1;
		}
		return (c < 0x800) ? 2 : 3;
	}

}
