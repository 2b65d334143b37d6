package dev.cairn.engine;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.Message.Limits;
import dev.cairn.Redactor;
import dev.cairn.internal.Fields;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * Copies values of any type, on the caller's thread, since the objects may change as soon
 * as the call returns. Whatever it is given, it comes to an end, stays within the
 * {@link Limits}, removes secrets, and does not throw. Used for one message by one
 * thread.
 */
final class ValueCopier {

	private static final String CIRCULAR = "[circular]";

	private static final String TOO_DEEP = "[too deep]";

	/** The maximum length of an integer; a longer one takes too long to print. */
	private static final int MAX_NUMBER_BITS = 4096;

	private final Limits limits;

	private final Redactor redactor;

	private List<Object> ancestors = List.of();

	private int values;

	/** The remaining room for text, so that many long values do not fill the heap. */
	private int roomForText;

	private boolean truncated;

	ValueCopier(Limits limits, Redactor redactor) {
		this.limits = limits;
		this.redactor = redactor;
		this.roomForText = (int) Math.min(Integer.MAX_VALUE, 4L * limits.maxBytes());
	}

	/** Returns whether anything was left out or shortened so far. */
	boolean isTruncated() {
		return this.truncated;
	}

	/** Copies a text, such as the payload. */
	String copyText(String text) {
		String kept = cut(text, Math.min(this.limits.maxBytes(), this.roomForText));
		this.roomForText -= kept.length();
		return this.redactor.redact(kept);
	}

	/** Copies a name, such as a key or the logger. */
	String name(String name) {
		return cut(name, this.limits.maxNameLength());
	}

	/** Returns whether there was room for the field. */
	boolean put(Fields.Builder fields, String key, @Nullable Object value, int depth) {
		if (this.values >= this.limits.maxFields()) {
			this.truncated = true;
			return false;
		}
		Object copy = this.redactor.isSensitive(key) ? Redactor.MASK : copy(value, depth);
		fields.put(key, copy);
		return true;
	}

	private @Nullable Object copy(@Nullable Object value, int depth) {
		this.values++;
		if (value instanceof String text) {
			return copyText(text);
		}
		if (value == null || value instanceof Boolean) {
			return value;
		}
		try {
			return copyOther(value, depth);
		}
		catch (Throwable ex) {
			this.truncated = true;
			return unprintable(value, ex);
		}
	}

	private @Nullable Object copyOther(Object value, int depth) {
		if (value instanceof Number number) {
			return copyNumber(number);
		}
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (value instanceof Map<?, ?> || value instanceof Collection<?> || value.getClass().isArray()
				|| isReadableRecord(value)) {
			return copyContainer(value, depth);
		}
		if (value instanceof Optional<?> optional) {
			return copy(optional.orElse(null), depth);
		}
		return copyText(String.valueOf(value.toString()));
	}

	private Object copyNumber(Number number) {
		if (number instanceof BigInteger integer) {
			return (integer.bitLength() > MAX_NUMBER_BITS) ? tooLong(integer)
					: unlessCard(integer, (integer.bitLength() < Long.SIZE) ? integer.longValue() : 0);
		}
		if (number instanceof BigDecimal decimal) {
			return (decimal.unscaledValue().bitLength() > MAX_NUMBER_BITS) ? tooLong(decimal.unscaledValue())
					: unlessCard(decimal, (Math.abs((long) decimal.scale()) < Long.SIZE) ? decimal.longValue() : 0);
		}
		if (number instanceof Double real) {
			return unlessCard(real, (real == Math.rint(real)) ? real.longValue() : 0);
		}
		if (number instanceof AtomicInteger || number instanceof AtomicLong || number instanceof LongAdder) {
			return this.redactor.redact(number.longValue());
		}
		if (number instanceof Integer || number instanceof Short || number instanceof Byte || number instanceof Float) {
			return number;
		}
		return (number instanceof Long whole) ? this.redactor.redact(whole) : (Object) number.doubleValue();
	}

	/** A card number is masked in every type of number. */
	private Object unlessCard(Number number, long whole) {
		return (this.redactor.redact(whole) instanceof String mask) ? mask : number;
	}

	private String tooLong(BigInteger digits) {
		this.truncated = true;
		return "[number of " + digits.bitLength() + " bits]";
	}

	private Object copyContainer(Object container, int depth) {
		if (depth > this.limits.maxDepth()) {
			this.truncated = true;
			return TOO_DEEP;
		}
		for (Object ancestor : this.ancestors) {
			if (ancestor == container) {
				return CIRCULAR;
			}
		}
		if (this.ancestors.isEmpty()) {
			this.ancestors = new ArrayList<>(4);
		}
		this.ancestors.add(container);
		try {
			if (container instanceof Record record) {
				return copyRecord(record, depth);
			}
			return (container instanceof Map<?, ?> map) ? copyMap(map, depth) : copyList(container, depth);
		}
		finally {
			this.ancestors.remove(this.ancestors.size() - 1);
		}
	}

	/** Copies a map, whose keys all stay. */
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
			// Another thread changes the map: keep what was read
			this.truncated = true;
		}
		return fields.build();
	}

	private static boolean isReadableRecord(Object value) {
		return value instanceof Record && RecordShape.of(value.getClass()).problem() == null;
	}

	private Fields copyRecord(Record record, int depth) {
		List<RecordShape.Component> components = RecordShape.of(record.getClass()).components();
		Fields.Builder fields = new Fields.Builder(components.size());
		for (RecordShape.Component component : components) {
			if (!put(fields, component.name(), read(component, record), depth + 1)) {
				break;
			}
		}
		return fields.build();
	}

	private @Nullable Object read(RecordShape.Component component, Record record) {
		try {
			return component.read(record);
		}
		catch (Throwable ex) {
			this.truncated = true;
			return unprintable(record, ex);
		}
	}

	private String keyOf(@Nullable Object key) {
		try {
			return String.valueOf(key);
		}
		catch (Throwable ex) {
			this.truncated = true;
			return unprintable(key, ex);
		}
	}

	private List<@Nullable Object> copyList(Object container, int depth) {
		List<@Nullable Object> copy = new ArrayList<>();
		try {
			if (container instanceof Collection<?> elements) {
				for (Object element : elements) {
					if (!add(copy, element, depth)) {
						break;
					}
				}
			}
			else {
				for (int i = 0; i < Array.getLength(container); i++) {
					if (!add(copy, Array.get(container, i), depth)) {
						break;
					}
				}
			}
		}
		catch (RuntimeException ex) {
			this.truncated = true;
		}
		return Collections.unmodifiableList(copy);
	}

	private boolean add(List<@Nullable Object> list, @Nullable Object element, int depth) {
		if (this.values >= this.limits.maxFields()) {
			this.truncated = true;
			return false;
		}
		list.add(copy(element, depth + 1));
		return true;
	}

	/** Returns the placeholder of an object whose text cannot be read. */
	static String unprintable(@Nullable Object value, Throwable ex) {
		if (ex instanceof VirtualMachineError error && !(ex instanceof StackOverflowError)) {
			throw error;
		}
		String type = (value != null) ? value.getClass().getName() : "null";
		return "[unprintable " + type + ": " + ex.getClass().getName() + "]";
	}

	private String cut(String text, int length) {
		if (text.length() <= length) {
			return text;
		}
		this.truncated = true;
		return Text.cut(text, length);
	}

}
