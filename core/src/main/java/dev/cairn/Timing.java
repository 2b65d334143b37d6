package dev.cairn;

/**
 * A time that is being taken. May be closed by another thread than the one that started
 * it; only the first end counts.
 */
public interface Timing extends AutoCloseable {

	/** A time that nobody wants to know. */
	Timing NONE = new Timing() {

		@Override
		public void close() {
		}

		@Override
		public void discard() {
		}

	};

	/**
	 * Record the time since the start.
	 */
	@Override
	void close();

	/**
	 * Forget it: nothing is recorded.
	 */
	void discard();

}
