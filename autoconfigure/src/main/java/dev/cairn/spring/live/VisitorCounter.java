package dev.cairn.spring.live;

import org.jspecify.annotations.Nullable;

/**
 * Counts unique visitors. One thread makes all calls of a counter, and holds no lock.
 * Define a {@link Factory} bean to replace the default, which estimates the number.
 */
public interface VisitorCounter {

	/** Counts nothing. */
	VisitorCounter NONE = new VisitorCounter() {

		@Override
		public void add(String visitor) {
		}

		@Override
		public void addAll(VisitorCounter other) {
		}

		@Override
		public @Nullable Long count() {
			return null;
		}

	};

	/**
	 * Adds a visitor.
	 * @param visitor the id of the visitor
	 */
	void add(String visitor);

	/**
	 * Adds the visitors of another counter.
	 * @param other a counter of the same factory
	 */
	void addAll(VisitorCounter other);

	/**
	 * Returns the number of unique visitors.
	 * @return the number, which may be an estimate, or {@code null} if it is unknown
	 */
	@Nullable Long count();

	/**
	 * Returns the visitors in a form that a counter of another instance can add.
	 * @return the form, or {@code null} if this counter has none, which is the default
	 */
	default byte @Nullable [] sketch() {
		return null;
	}

	/**
	 * Adds the visitors of a counter of another instance.
	 * @param sketch the result of {@link #sketch()}, which has to be checked
	 * @throws IllegalArgumentException if it is not valid, or this counter can add none,
	 * which is the default
	 */
	default void addSketch(byte[] sketch) {
		throw new IllegalArgumentException("this counter adds no visitors of other instances");
	}

	/**
	 * Creates visitor counters.
	 */
	@FunctionalInterface
	interface Factory {

		/**
		 * Creates a counter without visitors.
		 * @return a new counter
		 */
		VisitorCounter create();

	}

}
