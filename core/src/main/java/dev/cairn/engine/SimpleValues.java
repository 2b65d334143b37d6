package dev.cairn.engine;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import dev.cairn.internal.Fields;
import org.jspecify.annotations.Nullable;

/**
 * The texts of values that are written as text, since they are simple or no values.
 */
final class SimpleValues {

	/** The maximum length of an integer; a longer one takes too long to print. */
	private static final int MAX_NUMBER_BITS = 4096;

	private static final ClassValue<Boolean> TEXTS = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			boolean ofJdk = type.getClassLoader() == null || type.getName().startsWith("java.");
			return (ofJdk && !type.getName().startsWith("java.util.Optional"))
					|| CharSequence.class.isAssignableFrom(type) || Throwable.class.isAssignableFrom(type)
					|| AutoCloseable.class.isAssignableFrom(type) || isOfContainer(type);
		}

	};

	private SimpleValues() {
	}

	/** The getters of a request read its body, or create a session. */
	private static boolean isOfContainer(@Nullable Class<?> type) {
		return type != null && (type.getName().startsWith("jakarta.servlet.") || isOfContainer(type.getSuperclass())
				|| Stream.of(type.getInterfaces()).anyMatch(SimpleValues::isOfContainer));
	}

	/** Returns whether a value is written as its text. */
	static boolean isText(Object value) {
		return value instanceof Enum<?> || value instanceof Date || value instanceof Calendar
				|| TEXTS.get(value.getClass());
	}

	static String text(Object value) {
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (value instanceof Date date) {
			return text(date);
		}
		if (value instanceof Calendar calendar) {
			return text(calendar.toInstant().atZone(calendar.getTimeZone().toZoneId()));
		}
		return (value instanceof ZonedDateTime time) ? time.toOffsetDateTime().toString() : print(value);
	}

	private static String text(Date date) {
		try {
			return date.toInstant().toString();
		}
		catch (UnsupportedOperationException ex) {
			// The dates and times of JDBC have no zone
			return date.toString();
		}
	}

	/** Returns the text of an object, or the name of its class if it has no text. */
	static String print(Object value) {
		String text = String.valueOf(value.toString());
		String type = value.getClass().getName();
		return text.startsWith(type + "@") ? "[" + type + "]" : text;
	}

	/** Returns an immutable number, or the placeholder of one that is too long. */
	static Object number(Number number) {
		BigInteger digits = (number instanceof BigInteger integer) ? integer
				: (number instanceof BigDecimal decimal) ? decimal.unscaledValue() : BigInteger.ZERO;
		if (digits.bitLength() > MAX_NUMBER_BITS) {
			return "[number of " + digits.bitLength() + " bits]";
		}
		if (Fields.isImmutable(number)) {
			return number;
		}
		boolean whole = number instanceof AtomicInteger || number instanceof AtomicLong || number instanceof LongAdder;
		return whole ? (Number) number.longValue() : (Number) number.doubleValue();
	}

	/** Returns a key as text, which is that of the same value. */
	static String key(@Nullable Object key) {
		return (key instanceof Date || key instanceof Enum<?>) ? text(key) : String.valueOf(key);
	}

}
