package dev.cairn.statsd;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Assembles the bytes of a packet without creating strings. Not thread-safe.
 */
final class PacketBuilder {

	/** The largest payload of a datagram. */
	static final int MAX_LENGTH = 65_507;

	private static final int NANOS_PER_MILLI = 1_000_000;

	private static final int MAX_DIGITS = 20;

	private static final double BILLION = 1e9;

	private static final int DECIMAL_PLACES = 9;

	private static final long LARGEST_WHOLE = 1L << 53;

	private final byte[] bytes = new byte[MAX_LENGTH + 1];

	private final byte[] digits = new byte[MAX_DIGITS];

	private int length;

	private boolean overflow;

	/** Returns the part of a number that a line can represent. */
	static double round(double value) {
		return Math.rint(value * BILLION) / BILLION;
	}

	/** Returns a number without an exponent and with up to nine decimal places. */
	static String format(double value) {
		if (value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE) {
			return Long.toString((long) value);
		}
		return new BigDecimal(value).setScale(DECIMAL_PLACES, RoundingMode.HALF_EVEN)
			.stripTrailingZeros()
			.toPlainString();
	}

	int length() {
		return this.length;
	}

	/** Returns whether bytes were left out since the last truncation. */
	boolean isOverflow() {
		return this.overflow;
	}

	PacketBuilder put(char ascii) {
		if (this.length < this.bytes.length) {
			this.bytes[this.length++] = (byte) ascii;
		}
		else {
			this.overflow = true;
		}
		return this;
	}

	PacketBuilder put(byte[] text) {
		if (text.length <= this.bytes.length - this.length) {
			System.arraycopy(text, 0, this.bytes, this.length, text.length);
			this.length += text.length;
		}
		else {
			this.overflow = true;
		}
		return this;
	}

	PacketBuilder number(long value) {
		if (value < 0) {
			return ascii(Long.toString(value));
		}
		long rest = value;
		int from = MAX_DIGITS;
		do {
			this.digits[--from] = (byte) ('0' + rest % 10);
			rest /= 10;
		}
		while (rest > 0);
		for (int i = from; i < MAX_DIGITS; i++) {
			put((char) this.digits[i]);
		}
		return this;
	}

	/** Appends whole nanoseconds as milliseconds, without rounding. */
	PacketBuilder millis(double wholeNanos) {
		long nanos = (long) wholeNanos;
		number(nanos / NANOS_PER_MILLI);
		int fraction = (int) (nanos % NANOS_PER_MILLI);
		if (fraction > 0) {
			put('.');
			for (int scale = NANOS_PER_MILLI / 10; fraction > 0; scale /= 10) {
				put((char) ('0' + fraction / scale));
				fraction %= scale;
			}
		}
		return this;
	}

	/** Appends a finite number with up to nine decimal places. */
	PacketBuilder decimal(double value) {
		return ascii(format(value));
	}

	private PacketBuilder ascii(String text) {
		return put(text.getBytes(StandardCharsets.US_ASCII));
	}

	void truncate(int length) {
		this.length = length;
		this.overflow = false;
	}

	/** Returns the first bytes and keeps those from an index on. */
	byte[] take(int count, int rest) {
		byte[] taken = Arrays.copyOf(this.bytes, count);
		System.arraycopy(this.bytes, rest, this.bytes, 0, this.length - rest);
		this.length -= rest;
		return taken;
	}

}
