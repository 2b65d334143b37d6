package dev.cairn.statsd;

/**
 * Represents a recorded value as a {@code long} that is not zero, and writes it.
 */
enum SampleFormat {

	/** Nanoseconds, written as milliseconds. */
	TIME {

		@Override
		double value(long sample) {
			return sample - 1;
		}

		@Override
		void write(long sample, PacketBuilder packet) {
			packet.millis(sample - 1);
		}

	},

	/** A number that is finite and not negative. */
	AMOUNT {

		@Override
		double value(long sample) {
			return Double.longBitsToDouble(~sample);
		}

		@Override
		void write(long sample, PacketBuilder packet) {
			packet.decimal(value(sample));
		}

	};

	static long ofTime(long nanos) {
		return nanos + 1;
	}

	static long ofAmount(double amount) {
		return ~Double.doubleToRawLongBits(amount);
	}

	abstract double value(long sample);

	abstract void write(long sample, PacketBuilder packet);

}
