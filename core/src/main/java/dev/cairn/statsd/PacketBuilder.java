package dev.cairn.statsd;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Packs lines into packets, without making strings of them. For one thread.
 */
final class PacketBuilder {

	private static final int LARGEST = 65_507;

	private static final int NANOS_PER_MILLI = 1_000_000;

	private static final int DIGITS = 20;

	private static final byte[] ALL_KEPT = new byte[0];

	private final byte[] bytes = new byte[LARGEST + 1];

	private final byte[] digits = new byte[DIGITS];

	private final int packetLength;

	private final Outlet outlet;

	private int length;

	/** Where the line begins that is being written. */
	private int line;

	private boolean begun;

	private boolean tooLong;

	private int samples;

	PacketBuilder(int packetLength, Outlet outlet) {
		this.packetLength = Math.min(packetLength, LARGEST);
		this.outlet = outlet;
	}

	/** Begin a line. */
	PacketBuilder begin(LineTemplate template) {
		this.line = this.length;
		this.tooLong = false;
		this.begun = true;
		if (this.length > 0) {
			put((byte) '\n');
		}
		return put(template.before());
	}

	/** End a line that says what so many samples said. */
	void end(LineTemplate template, double rate, int samples) {
		end(template, rate(rate), samples);
	}

	/** Return what a line says of a rate. */
	static byte[] rate(double rate) {
		return (rate < 1) ? ("|@" + Decimals.format(rate)).getBytes(StandardCharsets.US_ASCII) : ALL_KEPT;
	}

	/**
	 * End a line that says what so many samples said, at a rate that was asked for
	 * before.
	 */
	void end(LineTemplate template, byte[] rate, int samples) {
		this.begun = false;
		put(template.type());
		put(rate);
		put(template.after());
		if (this.tooLong) {
			this.length = this.line;
			this.outlet.tooLong(samples);
			return;
		}
		if (this.length > this.packetLength && this.line > 0) {
			int begun = this.line + 1;
			int end = this.length;
			this.length = this.line;
			flush();
			System.arraycopy(this.bytes, begun, this.bytes, 0, end - begun);
			this.length = end - begun;
		}
		this.samples += samples;
	}

	/** Forget a line that was begun and not ended. */
	void abandon() {
		if (this.begun) {
			this.length = this.line;
			this.begun = false;
		}
	}

	/** Whether a line of so many bytes more would still go with the others. */
	boolean hasRoom(int more) {
		return this.length + more <= this.packetLength;
	}

	PacketBuilder put(byte b) {
		if (this.length < this.bytes.length) {
			this.bytes[this.length++] = b;
		}
		else {
			this.tooLong = true;
		}
		return this;
	}

	PacketBuilder put(byte[] text) {
		if (text.length <= this.bytes.length - this.length) {
			System.arraycopy(text, 0, this.bytes, this.length, text.length);
			this.length += text.length;
		}
		else {
			this.tooLong = true;
		}
		return this;
	}

	/** Write a whole number. */
	PacketBuilder number(long value) {
		if (value < 0) {
			return put(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
		}
		long rest = value;
		int from = DIGITS;
		do {
			this.digits[--from] = (byte) ('0' + rest % 10);
			rest /= 10;
		}
		while (rest > 0);
		for (int i = from; i < DIGITS; i++) {
			put(this.digits[i]);
		}
		return this;
	}

	/** Write nanoseconds as milliseconds, exactly. */
	PacketBuilder millis(long nanos) {
		number(nanos / NANOS_PER_MILLI);
		int fraction = (int) (nanos % NANOS_PER_MILLI);
		if (fraction > 0) {
			put((byte) '.');
			for (int scale = NANOS_PER_MILLI / 10; fraction > 0; scale /= 10) {
				put((byte) ('0' + fraction / scale));
				fraction %= scale;
			}
		}
		return this;
	}

	/** Write a number with up to nine places. */
	PacketBuilder decimal(double value) {
		return put(Decimals.format(value).getBytes(StandardCharsets.US_ASCII));
	}

	/** Hand over what has not filled a packet. */
	void flush() {
		if (this.length > 0) {
			this.outlet.packet(Arrays.copyOf(this.bytes, this.length), this.samples);
			this.length = 0;
			this.samples = 0;
		}
	}

	/**
	 * Where packets go.
	 */
	interface Outlet {

		/** Take a packet that tells of so many samples. */
		void packet(byte[] bytes, int samples);

		/** A line that tells of so many samples is longer than any packet may be. */
		void tooLong(int samples);

	}

}
