package dev.cairn.encoding;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.cairn.MessageFields;
import dev.cairn.encoding.JsonEncoder.Content;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * Truncates the content of a message that is too large: the longest text first, at any
 * depth; then the frames of an exception; then whole values, the last one first. Works on
 * a copy.
 */
final class Truncation {

	private static final String MARK = "[truncated]";

	/** Shorter texts are not worth cutting. */
	private static final int WORTH_CUTTING = 64;

	private static final int ESCAPED = 2;

	/** The length of an escape such as {@code \u0000}. */
	private static final int ESCAPED_CONTROL = 6;

	private static final int LONGEST_LITERAL = 5;

	/** The length of a comma or a colon. */
	private static final int SEPARATOR = 1;

	private static final int QUOTES = 2;

	private static final String PAYLOAD = "payload";

	private static final String FIELDS = "fields";

	private static final String FRAMES = "frames";

	private final Map<String, @Nullable Object> root = new LinkedHashMap<>();

	private final List<String> removable = new ArrayList<>();

	Truncation(Content content) {
		this.root.put(PAYLOAD, content.payload());
		this.root.put(FIELDS, copy(content.fields()));
		this.removable.addAll(content.fields().keySet());
	}

	/**
	 * Truncates the content.
	 * @param bytes the number of bytes to save, approximately
	 * @return whether there was something to truncate
	 */
	boolean shorten(int bytes) {
		int left = bytes;
		Leaf longest = longest();
		while (left > 0 && longest.text().length() > WORTH_CUTTING) {
			left -= longest.cut(left);
			longest = longest();
		}
		if (left > 0) {
			left -= removeFrames();
		}
		while (left > 0 && !this.removable.isEmpty()) {
			String last = this.removable.remove(this.removable.size() - 1);
			left -= sizeOf(last) + sizeOf(fields().remove(last));
		}
		if (left > 0) {
			left -= sizeOf(this.root.put(PAYLOAD, "")) - sizeOf("");
		}
		return left < bytes;
	}

	/** The text of the stack trace contains the same frames. */
	private int removeFrames() {
		Object frames = (fields().get(MessageFields.EXCEPTION) instanceof Map<?, ?> exception)
				? exception.remove(FRAMES) : null;
		return (frames != null) ? sizeOf(frames) : 0;
	}

	private Leaf longest() {
		return longest(this.root, new Leaf(this.root, PAYLOAD, ""));
	}

	Content content() {
		return new Content(String.valueOf(this.root.get(PAYLOAD)), fields(), true);
	}

	@SuppressWarnings("unchecked")
	private Map<String, @Nullable Object> fields() {
		return (Map<String, @Nullable Object>) Objects.requireNonNull(this.root.get(FIELDS));
	}

	private static @Nullable Object copy(@Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			Map<String, @Nullable Object> copy = new LinkedHashMap<>();
			map.forEach((key, element) -> copy.put(String.valueOf(key), copy(element)));
			return copy;
		}
		if (value instanceof List<?> list) {
			List<@Nullable Object> copy = new ArrayList<>(list.size());
			list.forEach((element) -> copy.add(copy(element)));
			return copy;
		}
		return value;
	}

	private static Leaf longest(Object container, Leaf longestSoFar) {
		Leaf longest = longestSoFar;
		if (container instanceof Map<?, ?> map) {
			for (Map.Entry<?, ?> entry : map.entrySet()) {
				longest = longer(longest, container, entry.getKey(), entry.getValue());
			}
		}
		else if (container instanceof List<?> list) {
			for (int i = 0; i < list.size(); i++) {
				longest = longer(longest, container, i, list.get(i));
			}
		}
		return longest;
	}

	private static Leaf longer(Leaf longest, Object container, Object position, @Nullable Object value) {
		if (value instanceof String text) {
			return (text.length() > longest.text().length()) ? new Leaf(container, position, text) : longest;
		}
		return (value != null) ? longest(value, longest) : longest;
	}

	/** Estimates the size of a value in JSON, in bytes of UTF-8. */
	private static int sizeOf(@Nullable Object value) {
		if (value instanceof String text) {
			return QUOTES + text.chars().map((c) -> sizeOf((char) c)).sum();
		}
		if (value instanceof Map<?, ?> map) {
			return QUOTES + map.entrySet()
				.stream()
				.mapToInt((entry) -> sizeOf(entry.getKey()) + sizeOf(entry.getValue()) + 2 * SEPARATOR)
				.sum();
		}
		if (value instanceof Collection<?> list) {
			return QUOTES + list.stream().mapToInt((element) -> sizeOf(element) + SEPARATOR).sum();
		}
		return (value instanceof Number) ? value.toString().length() : LONGEST_LITERAL;
	}

	/** Half of a surrogate pair takes half of the pair's bytes. */
	private static int sizeOf(char c) {
		if (c < ' ') {
			return ("\b\f\n\r\t".indexOf(c) >= 0) ? ESCAPED : ESCAPED_CONTROL;
		}
		if (c < 0x80) {
			return (c == '"' || c == '\\') ? ESCAPED : 1;
		}
		return (c < 0x800 || Character.isSurrogate(c)) ? 2 : 3;
	}

	/** A text in a map or list, which the copy above has made mutable. */
	private record Leaf(Object container, Object position, String text) {

		/** Cuts at least the given number of bytes off the end, if there are as many. */
		@SuppressWarnings("unchecked")
		int cut(int bytes) {
			int keep = this.text.length();
			int freed = -MARK.length();
			while (keep > 0 && freed < bytes) {
				freed += sizeOf(this.text.charAt(--keep));
			}
			String shortened = Text.cut(this.text, keep) + MARK;
			if (this.container instanceof Map<?, ?> map) {
				((Map<Object, Object>) map).put(this.position, shortened);
			}
			else {
				((List<Object>) this.container).set((Integer) this.position, shortened);
			}
			return freed;
		}

	}

}
