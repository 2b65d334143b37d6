package dev.cairn.statsd;

/**
 * Writes the samples of one meter and one rate: a line each, or as many in a line as fit
 * into a packet where the flavour allows it. For the flushing thread.
 */
final class SampleLines {

	/** The longest number. */
	private static final int VALUE_LENGTH = 32;

	private final LineTemplate line;

	private final boolean packed;

	private final byte[] rate;

	private int inLine;

	SampleLines(LineTemplate line, boolean packed, double rate) {
		this.line = line;
		this.packed = packed;
		this.rate = PacketBuilder.rate(rate);
	}

	void millis(PacketBuilder packets, long nanos) {
		begin(packets);
		packets.millis(nanos);
		this.inLine++;
	}

	void decimal(PacketBuilder packets, double value) {
		begin(packets);
		packets.decimal(value);
		this.inLine++;
	}

	private void begin(PacketBuilder packets) {
		if (this.inLine > 0) {
			if (this.packed && packets.hasRoom(VALUE_LENGTH + this.line.length())) {
				packets.put((byte) ':');
				return;
			}
			end(packets);
		}
		packets.begin(this.line);
	}

	void end(PacketBuilder packets) {
		if (this.inLine > 0) {
			packets.end(this.line, this.rate, this.inLine);
			this.inLine = 0;
		}
	}

}
