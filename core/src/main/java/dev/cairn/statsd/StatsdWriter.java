package dev.cairn.statsd;

import java.nio.charset.StandardCharsets;

import dev.cairn.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as lines, packs lines into packets and hands packets to a queue. Not
 * thread-safe.
 */
final class StatsdWriter {

	/** The text of a rate of 1. */
	private static final byte[] NO_RATE = new byte[0];

	private static final int VALUE_LENGTH = 32;

	private final PacketBuilder packet = new PacketBuilder();

	private final PacketQueue queue;

	private final int packetLength;

	private final boolean packed;

	/** The template of the line that has been begun. */
	private @Nullable LineTemplate line;

	private byte[] lineRate = NO_RATE;

	private int lineStart;

	private int lineSamples;

	/** The samples of the complete lines in the packet. */
	private int samples;

	/**
	 * Creates a writer.
	 * @param queue the queue to add packets to
	 * @param packetLength the maximum length of a packet of several lines
	 * @param packed whether the samples of a meter may share a line
	 */
	StatsdWriter(PacketQueue queue, int packetLength, boolean packed) {
		this.queue = queue;
		this.packetLength = Math.min(packetLength, PacketBuilder.MAX_LENGTH);
		this.packed = packed;
	}

	/** Returns the text of a rate in a line. */
	static byte[] rate(double rate) {
		return (rate < 1) ? ("|@" + PacketBuilder.format(rate)).getBytes(StandardCharsets.US_ASCII) : NO_RATE;
	}

	/** Begins a line; the caller appends exactly one value. */
	PacketBuilder value(LineTemplate line) {
		return value(line, NO_RATE);
	}

	/** Begins a line with a rate; the caller appends exactly one value. */
	PacketBuilder value(LineTemplate line, byte[] rate) {
		endLine();
		this.line = line;
		this.lineRate = rate;
		this.lineStart = this.packet.length();
		this.lineSamples = 1;
		if (this.lineStart > 0) {
			this.packet.put('\n');
		}
		return this.packet.put(line.before());
	}

	/**
	 * Continues the line of a meter if samples are packed and the packet has room, or
	 * begins a new one; the caller appends exactly one value.
	 */
	PacketBuilder sample(LineTemplate line, byte[] rate) {
		if (this.packed && this.line == line && this.lineRate == rate
				&& this.packet.length() + VALUE_LENGTH + line.length() <= this.packetLength) {
			this.lineSamples++;
			return this.packet.put(':');
		}
		return value(line, rate);
	}

	private void endLine() {
		LineTemplate ended = this.line;
		if (ended == null) {
			return;
		}
		this.line = null;
		this.packet.put(ended.type()).put(this.lineRate).put(ended.after());
		if (this.packet.isOverflow()) {
			this.packet.truncate(this.lineStart);
			dropped(this.lineSamples, DropReason.OVERSIZE);
			return;
		}
		if (this.packet.length() > this.packetLength && this.lineStart > 0) {
			this.queue.add(this.packet.take(this.lineStart, this.lineStart + 1), this.samples);
			this.samples = 0;
		}
		this.samples += this.lineSamples;
	}

	/** Discards the line that has been begun. */
	void abandonLine() {
		if (this.line != null) {
			this.packet.truncate(this.lineStart);
			this.line = null;
		}
	}

	/** Ends the current packet and sends the packets in the queue. */
	void flush() {
		endLine();
		if (this.packet.length() > 0) {
			this.queue.add(this.packet.take(this.packet.length(), this.packet.length()), this.samples);
			this.samples = 0;
		}
		this.queue.send();
	}

	/** Counts samples that were recorded and cannot be written. */
	void dropped(long samples, DropReason reason) {
		this.queue.dropped(samples, reason);
	}

	void sampledOut(long samples) {
		this.queue.sampledOut(samples);
	}

}
