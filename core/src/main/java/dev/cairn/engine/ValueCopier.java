package dev.cairn.engine;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

import dev.cairn.Message.Limits;
import dev.cairn.internal.Fields;
import dev.cairn.internal.Text;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Copies values of any type, on the caller's thread, since the objects may change as soon
 * as the call returns. Values that are not simple are copied as the application writes
 * them to JSON, or else as their text. Copying always ends, stays within the
 * {@link Limits}, removes secrets, and does not throw. For one message and one thread.
 */
final class ValueCopier {

	private final Limits limits;

	private final Redactor redactor;

	/** Writes objects as the application does, if there is a way. */
	private final @Nullable BiConsumer<JsonGenerator, Object> mapper;

	private List<Object> ancestors = List.of();

	private int values;

	/** The remaining room for text, so that many long values do not fill the heap. */
	private int roomForText;

	/** The remaining room for the JSON of objects, which takes time to write. */
	private int roomForJson;

	/** Whether anything was left out, shortened or unreadable so far. */
	boolean truncated;

	ValueCopier(Limits limits, Redactor redactor, @Nullable BiConsumer<JsonGenerator, Object> mapper) {
		this.limits = limits;
		this.redactor = redactor;
		this.mapper = mapper;
		this.roomForText = (int) Math.min(Integer.MAX_VALUE, 4L * limits.maxBytes());
		this.roomForJson = this.roomForText;
	}

	/** Returns a copier with the same limits that has not copied anything yet. */
	ValueCopier another() {
		return new ValueCopier(this.limits, this.redactor, this.mapper);
	}

	private <T> T truncated(T rest) {
		this.truncated = true;
		return rest;
	}

	/** Copies a text of a harmless key, which is empty if it has none, as the payload. */
	String copyText(String key, String text) {
		String kept = cut(text, Math.min(this.limits.maxBytes(), this.roomForText));
		this.roomForText -= kept.length();
		return this.redactor.redactText(key, kept);
	}

	/** Copies a name, such as a key, which may contain a secret as well. */
	String name(String name) {
		return this.redactor.redact(cut(name, this.limits.maxNameLength()));
	}

	private String cut(String text, int length) {
		return (text.length() <= length) ? text : truncated(Text.cut(text, length));
	}

	/** Returns whether there was room for the field. */
	boolean put(Fields.Builder fields, String key, @Nullable Object value, int depth) {
		if (!takeRoom()) {
			return false;
		}
		Object copy = this.redactor.isSensitive(key) ? Redactor.MASK : copy(key, value, depth);
		fields.put(key, copy);
		return true;
	}

	/** Counts a value when it is taken, whatever becomes of it. */
	private boolean takeRoom() {
		return this.values++ < this.limits.maxFields() || truncated(false);
	}

	private @Nullable Object copy(String key, @Nullable Object value, int depth) {
		if (value instanceof String text) {
			return copyText(key, text);
		}
		if (value == null || value instanceof Boolean) {
			return value;
		}
		try {
			return copyOther(key, value, depth);
		}
		catch (Throwable ex) {
			return truncated(Text.unprintable(value, ex));
		}
	}

	private @Nullable Object copyOther(String key, Object value, int depth) {
		if (value instanceof Number number) {
			return copyNumber(key, number);
		}
		if (value instanceof RecordShape.Unreadable) {
			return truncated(value.toString());
		}
		if (value instanceof byte[] bytes) {
			return copyBytes(bytes);
		}
		if (value instanceof char[] chars) {
			return copyText(key, new String(chars, 0, Math.min(chars.length, this.limits.maxBytes() + 1)));
		}
		if (value instanceof Map<?, ?> || value instanceof Collection<?> || value.getClass().isArray()
				|| (value instanceof Record && RecordShape.of(value.getClass()).problem() == null)) {
			return copyContainer(key, value, depth);
		}
		if (value instanceof Optional<?> optional) {
			return copy(key, optional.orElse(null), depth);
		}
		BiConsumer<JsonGenerator, Object> mapper = this.mapper;
		return (mapper == null || SimpleValues.isText(value)) ? copyText(key, SimpleValues.text(value))
				: copyObject(key, value, mapper, depth);
	}

	/** Copies an object as the application writes it to JSON. */
	private @Nullable Object copyObject(String key, Object value, BiConsumer<JsonGenerator, Object> mapper, int depth) {
		if (depth > this.limits.maxDepth()) {
			return truncated(BoundedJson.TOO_DEEP);
		}
		BoundedJson json = BoundedJson.of(value, mapper, this.limits.maxDepth() - depth + 1,
				Math.min(this.limits.maxBytes(), this.roomForJson));
		this.roomForJson -= json.length();
		this.truncated |= !json.isComplete();
		Object read = json.read();
		boolean empty = json.length() == 0 || (read instanceof Map<?, ?> map && map.isEmpty());
		return empty ? copyText(key, SimpleValues.print(value)) : copy(key, read, depth);
	}

	/** Copies bytes as Base64, in which four characters are three bytes. */
	private Object copyBytes(byte[] bytes) {
		int room = Math.min(this.limits.maxBytes(), this.roomForText) / 4 * 3;
		byte[] kept = (bytes.length > room) ? truncated(Arrays.copyOf(bytes, room)) : bytes;
		String text = Base64.getEncoder().encodeToString(kept);
		this.roomForText -= text.length();
		return text;
	}

	private Object copyNumber(String key, Number number) {
		Object known = SimpleValues.number(number);
		return (known instanceof Number plain) ? this.redactor.redact(key, plain) : truncated(known);
	}

	private Object copyContainer(String key, Object container, int depth) {
		if (depth > this.limits.maxDepth()) {
			return truncated(BoundedJson.TOO_DEEP);
		}
		for (Object ancestor : this.ancestors) {
			if (ancestor == container) {
				return BoundedJson.CIRCULAR;
			}
		}
		this.ancestors = this.ancestors.isEmpty() ? new ArrayList<>() : this.ancestors;
		this.ancestors.add(container);
		try {
			if (container instanceof Record record) {
				return copyRecord(record, depth);
			}
			return (container instanceof Map<?, ?> map) ? copyMap(map, depth)
					: copyList(key, elementsOf(container), depth);
		}
		finally {
			this.ancestors.remove(this.ancestors.size() - 1);
		}
	}

	/** Copies a map with all keys, or what was read of one that changes meanwhile. */
	Fields copyMap(Map<?, ?> map, int depth) {
		Fields.Builder fields = new Fields.Builder(4);
		try {
			for (Map.Entry<?, ?> entry : map.entrySet()) {
				if (!put(fields, name(keyOf(entry.getKey())), entry.getValue(), depth + 1)) {
					break;
				}
			}
		}
		catch (RuntimeException ex) {
			this.truncated = true;
		}
		return fields.build();
	}

	private String keyOf(@Nullable Object key) {
		try {
			return SimpleValues.key(key);
		}
		catch (Throwable ex) {
			return truncated(Text.unprintable(key, ex));
		}
	}

	private Fields copyRecord(Record record, int depth) {
		List<RecordShape.Component> components = RecordShape.of(record.getClass()).components();
		Fields.Builder fields = new Fields.Builder(components.size());
		for (RecordShape.Component component : components) {
			if (!put(fields, component.name(), component.valueOf(record), depth + 1)) {
				break;
			}
		}
		return fields.build();
	}

	private List<@Nullable Object> copyList(String key, Iterable<?> elements, int depth) {
		List<@Nullable Object> copy = new ArrayList<>();
		try {
			for (Object element : elements) {
				if (!takeRoom()) {
					break;
				}
				copy.add(copy(key, element, depth + 1));
			}
		}
		catch (RuntimeException ex) {
			this.truncated = true;
		}
		return Collections.unmodifiableList(copy);
	}

	private static Iterable<?> elementsOf(Object container) {
		return (container instanceof Collection<?> elements) ? elements
				: () -> IntStream.range(0, Array.getLength(container))
					.mapToObj((i) -> Array.get(container, i))
					.iterator();
	}

}
