package dev.cairn;

/**
 * A timer that was started. It may be closed by another thread than the one that started
 * it. Only the first end counts.
 */
public interface Timing extends AutoCloseable {

	/** A timing that records nothing. */
	Timing NONE = new Timing() {

		@Override
		public void close() {
		}

		@Override
		public void discard() {
		}

	};

	/**
	 * Records the time since the start.
	 */
	@Override
	void close();

	/**
	 * Ends the timing without recording it.
	 */
	void discard();

}
