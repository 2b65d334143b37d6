package dev.cairn.statsd;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

import dev.cairn.Ledger.DropReason;
import dev.cairn.statsd.StatsdLineFactory.Template;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as lines, packs lines into packets and hands packets to a queue, without
 * creating strings for whole numbers and times. Not thread-safe.
 */
final class StatsdWriter {

	/** The text of a rate of 1. */
	static final byte[] NO_RATE = new byte[0];

	/** The largest payload of a datagram. */
	private static final int MAX_LENGTH = 65_507;

	private static final int VALUE_LENGTH = 32;

	private static final int MILLION = 1_000_000;

	private static final int MAX_DIGITS = 20;

	private static final int BILLION = 1_000_000_000;

	private static final int DECIMAL_PLACES = 9;

	private static final long LARGEST_WHOLE = 1L << 53;

	private final PacketQueue queue;

	private final int packetLength;

	private final boolean packed;

	private final byte[] packet = new byte[MAX_LENGTH + 1];

	private final byte[] digits = new byte[MAX_DIGITS];

	private final double[] samplesTaken = new double[SampleBuffer.LARGE];

	private int length;

	/** Whether bytes of the line were left out. */
	private boolean overflow;

	/** The template of the line that has been begun. */
	private @Nullable Template line;

	private byte[] lineRate = NO_RATE;

	private int lineStart;

	private int lineSamples;

	/** The samples of the complete lines in the packet. */
	private int samples;

	StatsdWriter(PacketQueue queue, int packetLength, boolean packed) {
		this.queue = queue;
		this.packetLength = Math.min(packetLength, MAX_LENGTH);
		this.packed = packed;
	}

	/** Returns the text of a rate in a line. */
	static byte[] rate(double rate) {
		return (rate < 1) ? ("|@" + format(rate)).getBytes(StandardCharsets.US_ASCII) : NO_RATE;
	}

	/** Returns the part of a number that a line can represent. */
	static double round(double value) {
		return Math.rint(value * BILLION) / BILLION;
	}

	private static String format(double value) {
		return new BigDecimal(value).setScale(DECIMAL_PLACES, RoundingMode.HALF_EVEN)
			.stripTrailingZeros()
			.toPlainString();
	}

	/** Returns an array for the samples of a block. */
	double[] samples() {
		return this.samplesTaken;
	}

	/** Begins a line; the caller appends exactly one value. */
	StatsdWriter value(Template line) {
		return value(line, NO_RATE);
	}

	private StatsdWriter value(Template line, byte[] rate) {
		endLine();
		this.line = line;
		this.lineRate = rate;
		this.lineStart = this.length;
		this.lineSamples = 1;
		if (this.lineStart > 0) {
			put((byte) '\n');
		}
		return put(line.before());
	}

	/**
	 * Continues the line of a meter if samples are packed and the packet has room, or
	 * begins a new one; the caller appends exactly one value.
	 */
	StatsdWriter sample(Template line, byte[] rate) {
		if (this.packed && this.line == line && this.lineRate == rate
				&& this.length + VALUE_LENGTH + line.length() <= this.packetLength) {
			this.lineSamples++;
			put((byte) ':');
			return this;
		}
		return value(line, rate);
	}

	/** Appends a finite number with up to nine decimal places. */
	StatsdWriter decimal(double value) {
		double billionths = value * BILLION;
		if (Math.abs(billionths) <= LARGEST_WHOLE) {
			return number((long) Math.rint(billionths), BILLION);
		}
		if (value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE) {
			return number((long) value, 1);
		}
		return put(format(value).getBytes(StandardCharsets.US_ASCII));
	}

	/** Appends whole nanoseconds as milliseconds, without rounding. */
	StatsdWriter millis(double wholeNanos) {
		return number((long) wholeNanos, MILLION);
	}

	/** Appends a number of parts of a whole, such as thousandths. */
	private StatsdWriter number(long parts, int partsPerWhole) {
		if (parts < 0) {
			put((byte) '-');
		}
		long rest = Math.abs(parts / partsPerWhole);
		int from = MAX_DIGITS;
		do {
			this.digits[--from] = (byte) ('0' + rest % 10);
			rest /= 10;
		}
		while (rest > 0);
		for (int i = from; i < MAX_DIGITS; i++) {
			put(this.digits[i]);
		}
		int fraction = (int) Math.abs(parts % partsPerWhole);
		if (fraction > 0) {
			put((byte) '.');
			for (int scale = partsPerWhole / 10; fraction > 0; scale /= 10) {
				put((byte) ('0' + fraction / scale));
				fraction %= scale;
			}
		}
		return this;
	}

	private void put(byte ascii) {
		if (this.length < this.packet.length) {
			this.packet[this.length++] = ascii;
		}
		else {
			this.overflow = true;
		}
	}

	StatsdWriter put(byte[] text) {
		if (text.length <= this.packet.length - this.length) {
			System.arraycopy(text, 0, this.packet, this.length, text.length);
			this.length += text.length;
		}
		else {
			this.overflow = true;
		}
		return this;
	}

	private void endLine() {
		Template ended = this.line;
		if (ended == null) {
			return;
		}
		put(ended.type()).put(this.lineRate).put(ended.after());
		if (this.overflow) {
			abandonLine();
			dropped(this.lineSamples, DropReason.OVERSIZE);
			return;
		}
		this.line = null;
		if (this.length > this.packetLength && this.lineStart > 0) {
			endPacket(this.lineStart, this.lineStart + 1);
		}
		this.samples += this.lineSamples;
	}

	/** Discards the line that has been begun. */
	void abandonLine() {
		if (this.line != null) {
			this.line = null;
			this.length = this.lineStart;
			this.overflow = false;
		}
	}

	/** Ends the current packet and sends the packets in the queue. */
	void flush() {
		endLine();
		if (this.length > 0) {
			endPacket(this.length, this.length);
		}
		this.queue.send();
	}

	/** Hands the first bytes to the queue and keeps those from an index on. */
	private void endPacket(int end, int rest) {
		this.queue.add(this.packet, end, this.samples);
		System.arraycopy(this.packet, rest, this.packet, 0, this.length - rest);
		this.length -= rest;
		this.samples = 0;
	}

	/** Counts samples that were recorded and cannot be written. */
	void dropped(long samples, DropReason reason) {
		this.queue.dropped(samples, reason);
	}

	void sampledOut(long samples) {
		this.queue.sampledOut(samples);
	}

}
