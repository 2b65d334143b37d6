package dev.cairn.engine;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import dev.cairn.Message.Limits;
import dev.cairn.Redactor;
import dev.cairn.internal.Fields;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Copies values of any type, on the caller's thread, since the objects may change as soon
 * as the call returns. What is no simple value is copied as the application writes it to
 * JSON, or else as its text. Whatever it is given, it comes to an end, stays within the
 * {@link Limits}, removes secrets, and does not throw. Used for one message by one
 * thread.
 */
final class ValueCopier {

	static final String CIRCULAR = "[circular]";

	static final String TOO_DEEP = "[too deep]";

	/**
	 * Whether values of a class are written as their text, since they are simple or no
	 * values.
	 */
	private static final ClassValue<Boolean> TEXTS = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			return isText(type);
		}

	};

	/** How many bytes of Base64 stand for how many. */
	private static final int BASE64_CHARS = 4;

	private static final int BASE64_BYTES = 3;

	/** The maximum length of an integer; a longer one takes too long to print. */
	private static final int MAX_NUMBER_BITS = 4096;

	private final Limits limits;

	private final Redactor redactor;

	/** Writes objects as the application does, if there is a way. */
	private final @Nullable BiConsumer<JsonGenerator, Object> mapper;

	private final List<Object> ancestors = new ArrayList<>(0);

	private int values;

	/** The remaining room for text, so that many long values do not fill the heap. */
	private int roomForText;

	/** The remaining room for the JSON of objects, which takes time to write. */
	private int roomForJson;

	private boolean truncated;

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

	/** Returns whether anything was left out or shortened so far. */
	boolean isTruncated() {
		return this.truncated;
	}

	private <T> T truncated(T rest) {
		this.truncated = true;
		return rest;
	}

	/** Copies a text without a key, such as the payload. */
	String copyText(String text) {
		return copyText("", text);
	}

	private String copyText(String key, String text) {
		String kept = cut(text, Math.min(this.limits.maxBytes(), this.roomForText));
		this.roomForText -= kept.length();
		return this.redactor.redact(key, kept);
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
			return truncated(unprintable(value, ex));
		}
	}

	private @Nullable Object copyOther(String key, Object value, int depth) {
		if (value instanceof Number number) {
			return copyNumber(key, number);
		}
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (value instanceof byte[] bytes) {
			return copyBytes(bytes);
		}
		if (value instanceof char[] chars) {
			return copyText(key, new String(chars, 0, Math.min(chars.length, this.limits.maxBytes() + 1)));
		}
		if (value instanceof Map<?, ?> || value instanceof Collection<?> || value.getClass().isArray()
				|| isReadableRecord(value)) {
			return copyContainer(key, value, depth);
		}
		if (value instanceof Optional<?> optional) {
			return copy(key, optional.orElse(null), depth);
		}
		String text = textOf(value);
		BiConsumer<JsonGenerator, Object> mapper = this.mapper;
		return (text != null || mapper == null) ? copyText(key, String.valueOf(text))
				: copyObject(key, value, mapper, depth);
	}

	/** Returns the text of a simple value, or {@code null} if the value is none. */
	private @Nullable String textOf(Object value) {
		if (value instanceof Date date) {
			return textOf(date);
		}
		if (value instanceof Calendar calendar) {
			return textOf(calendar.toInstant().atZone(calendar.getTimeZone().toZoneId()));
		}
		if (value instanceof ZonedDateTime time) {
			return time.toOffsetDateTime().toString();
		}
		return (this.mapper == null || TEXTS.get(value.getClass())) ? print(value) : null;
	}

	private static String textOf(Date date) {
		try {
			return date.toInstant().toString();
		}
		catch (UnsupportedOperationException ex) {
			// The dates and times of JDBC have no zone
			return date.toString();
		}
	}

	private static boolean isText(Class<?> type) {
		boolean ofJdk = type.getClassLoader() == null || type.getName().startsWith("java.");
		return (ofJdk && !type.getName().startsWith("java.util.Optional")) || CharSequence.class.isAssignableFrom(type)
				|| Throwable.class.isAssignableFrom(type) || AutoCloseable.class.isAssignableFrom(type)
				|| isOfContainer(type);
	}

	/** The getters of a request read its body, or create a session. */
	private static boolean isOfContainer(@Nullable Class<?> type) {
		return type != null && (type.getName().startsWith("jakarta.servlet.") || isOfContainer(type.getSuperclass())
				|| Stream.of(type.getInterfaces()).anyMatch(ValueCopier::isOfContainer));
	}

	/** Returns the text of an object, or the name of its class if it has no text. */
	private static String print(Object value) {
		String text = String.valueOf(value.toString());
		String type = value.getClass().getName();
		return text.startsWith(type + "@") ? "[" + type + "]" : text;
	}

	/** Copies an object as the application writes it to JSON. */
	private @Nullable Object copyObject(String key, Object value, BiConsumer<JsonGenerator, Object> mapper, int depth) {
		if (depth > this.limits.maxDepth()) {
			return truncated(TOO_DEEP);
		}
		BoundedJson json = BoundedJson.of(value, mapper, this.limits.maxDepth() - depth + 1,
				Math.min(this.limits.maxBytes(), this.roomForJson));
		this.roomForJson -= json.length();
		this.truncated |= json.failure() != null;
		try (JsonParser parser = json.parser()) {
			JsonToken first = parser.nextToken();
			Object copy = (first != null) ? read(key, parser, first, depth) : null;
			boolean empty = first == null || (copy instanceof Fields fields && fields.isEmpty());
			return empty ? copyText(key, print(value)) : copy;
		}
	}

	/** Reads a value, or the beginning of one whose JSON is incomplete. */
	private @Nullable Object read(String key, JsonParser json, JsonToken token, int depth) {
		return switch (token) {
			case START_OBJECT -> readObject(json, depth);
			case START_ARRAY -> readList(key, json, depth);
			case VALUE_STRING -> copyText(key, json.getString());
			case VALUE_NUMBER_INT -> copyNumber(key, json.getNumberValue());
			case VALUE_NUMBER_FLOAT -> copyNumber(key, json.getDecimalValue());
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			default -> null;
		};
	}

	private Fields readObject(JsonParser json, int depth) {
		Fields.Builder fields = new Fields.Builder(8);
		try {
			while (json.nextToken() == JsonToken.PROPERTY_NAME && takeRoom()) {
				String key = name(json.currentName());
				JsonToken token = json.nextToken();
				boolean sensitive = this.redactor.isSensitive(key);
				fields.put(key, sensitive ? Redactor.MASK : read(key, json, token, depth + 1));
				if (sensitive) {
					json.skipChildren();
				}
			}
		}
		catch (JacksonException ex) {
			this.truncated = true;
		}
		return fields.build();
	}

	private List<@Nullable Object> readList(String key, JsonParser json, int depth) {
		List<@Nullable Object> list = new ArrayList<>();
		try {
			for (JsonToken next = json.nextToken(); next != null && next != JsonToken.END_ARRAY
					&& takeRoom(); next = json.nextToken()) {
				list.add(read(key, json, next, depth + 1));
			}
		}
		catch (JacksonException ex) {
			this.truncated = true;
		}
		return Collections.unmodifiableList(list);
	}

	/** Copies bytes as Base64. */
	private Object copyBytes(byte[] bytes) {
		int room = Math.min(this.limits.maxBytes(), this.roomForText) / BASE64_CHARS * BASE64_BYTES;
		byte[] kept = (bytes.length > room) ? truncated(Arrays.copyOf(bytes, room)) : bytes;
		String text = Base64.getEncoder().encodeToString(kept);
		this.roomForText -= text.length();
		return text;
	}

	private Object copyNumber(String key, Number number) {
		BigInteger digits = (number instanceof BigInteger integer) ? integer
				: (number instanceof BigDecimal decimal) ? decimal.unscaledValue() : BigInteger.ZERO;
		if (digits.bitLength() > MAX_NUMBER_BITS) {
			return truncated("[number of " + digits.bitLength() + " bits]");
		}
		if (Fields.isImmutable(number)) {
			return this.redactor.redact(key, number);
		}
		boolean whole = number instanceof AtomicInteger || number instanceof AtomicLong || number instanceof LongAdder;
		return whole ? this.redactor.redact(key, number.longValue()) : number.doubleValue();
	}

	private Object copyContainer(String key, Object container, int depth) {
		if (depth > this.limits.maxDepth()) {
			return truncated(TOO_DEEP);
		}
		for (Object ancestor : this.ancestors) {
			if (ancestor == container) {
				return CIRCULAR;
			}
		}
		this.ancestors.add(container);
		try {
			if (container instanceof Record record) {
				return copyRecord(record, depth);
			}
			return (container instanceof Map<?, ?> map) ? copyMap(map, depth) : copyList(key, container, depth);
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
			return textOfKey(key);
		}
		catch (Throwable ex) {
			return truncated(unprintable(key, ex));
		}
	}

	/** Returns a key as text; a constant has the same text as a value. */
	static String textOfKey(@Nullable Object key) {
		if (key instanceof Date date) {
			return textOf(date);
		}
		return (key instanceof Enum<?> constant) ? constant.name() : String.valueOf(key);
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

	private List<@Nullable Object> copyList(String key, Object container, int depth) {
		List<@Nullable Object> copy = new ArrayList<>();
		try {
			if (container instanceof Collection<?> elements) {
				for (Object element : elements) {
					if (!takeRoom()) {
						break;
					}
					copy.add(copy(key, element, depth + 1));
				}
			}
			else {
				for (int i = 0; i < Array.getLength(container) && takeRoom(); i++) {
					copy.add(copy(key, Array.get(container, i), depth + 1));
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
