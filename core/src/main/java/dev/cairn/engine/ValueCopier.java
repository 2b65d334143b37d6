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

	/** The maximum length of an integer; a longer one takes too long to print. */
	private static final int MAX_NUMBER_BITS = 4096;

	private final Limits limits;

	private final Redactor redactor;

	private final List<Object> ancestors = new ArrayList<>(0);

	private int values;

	/** The remaining room for text, so that many long values do not fill the heap. */
	private int roomForText;

	private boolean truncated;

	ValueCopier(Limits limits, Redactor redactor) {
		this.limits = limits;
		this.redactor = redactor;
		this.roomForText = (int) Math.min(Integer.MAX_VALUE, 4L * limits.maxBytes());
	}

	/** Returns a copier with the same limits that has not copied anything yet. */
	ValueCopier another() {
		return new ValueCopier(this.limits, this.redactor);
	}

	/** Returns whether anything was left out or shortened so far. */
	boolean isTruncated() {
		return this.truncated;
	}

	private <T> T truncated(T rest) {
		this.truncated = true;
		return rest;
	}

	/** Copies a text, such as the payload. */
	String copyText(String text) {
		String kept = cut(text, Math.min(this.limits.maxBytes(), this.roomForText));
		this.roomForText -= kept.length();
		return this.redactor.redact(kept);
	}

	/** Copies a name, such as a key. */
	String name(String name) {
		return cut(name, this.limits.maxNameLength());
	}

	private String cut(String text, int length) {
		return (text.length() <= length) ? text : truncated(Text.cut(text, length));
	}

	/** Returns whether there was room for the field. */
	boolean put(Fields.Builder fields, String key, @Nullable Object value, int depth) {
		if (!takeRoom()) {
			return false;
		}
		Object copy = this.redactor.isSensitive(key) ? Redactor.MASK : copy(value, depth);
		fields.put(key, copy);
		return true;
	}

	/** Counts a value when it is taken, whatever becomes of it. */
	private boolean takeRoom() {
		return this.values++ < this.limits.maxFields() || truncated(false);
	}

	private @Nullable Object copy(@Nullable Object value, int depth) {
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
			return truncated(unprintable(value, ex));
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
		BigInteger digits = (number instanceof BigInteger integer) ? integer
				: (number instanceof BigDecimal decimal) ? decimal.unscaledValue() : BigInteger.ZERO;
		if (digits.bitLength() > MAX_NUMBER_BITS) {
			return truncated("[number of " + digits.bitLength() + " bits]");
		}
		if (Fields.isImmutable(number)) {
			return this.redactor.redact(number);
		}
		boolean whole = number instanceof AtomicInteger || number instanceof AtomicLong || number instanceof LongAdder;
		return whole ? this.redactor.redact(number.longValue()) : number.doubleValue();
	}

	private Object copyContainer(Object container, int depth) {
		if (depth > this.limits.maxDepth()) {
			return truncated("[too deep]");
		}
		for (Object ancestor : this.ancestors) {
			if (ancestor == container) {
				return "[circular]";
			}
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

	/**
	 * Copies a map, whose keys all stay; of one that changes meanwhile, what was read.
	 */
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
			return String.valueOf(key);
		}
		catch (Throwable ex) {
			return truncated(unprintable(key, ex));
		}
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
			return truncated(unprintable(record, ex));
		}
	}

	private List<@Nullable Object> copyList(Object container, int depth) {
		List<@Nullable Object> copy = new ArrayList<>();
		try {
			if (container instanceof Collection<?> elements) {
				for (Object element : elements) {
					if (!takeRoom()) {
						break;
					}
					copy.add(copy(element, depth + 1));
				}
			}
			else {
				for (int i = 0; i < Array.getLength(container) && takeRoom(); i++) {
					copy.add(copy(Array.get(container, i), depth + 1));
				}
			}
		}
		catch (RuntimeException ex) {
			this.truncated = true;
		}
		return Collections.unmodifiableList(copy);
	}

	/** Returns the placeholder of an object whose text cannot be read. */
	static String unprintable(@Nullable Object value, Throwable ex) {
		if (ex instanceof VirtualMachineError error && !(ex instanceof StackOverflowError)) {
			throw error;
		}
		String type = (value != null) ? value.getClass().getName() : "null";
		return "[unprintable " + type + ": " + ex.getClass().getName() + "]";
	}

}
