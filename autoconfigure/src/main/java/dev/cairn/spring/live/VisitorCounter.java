package dev.cairn.spring.live;

import org.jspecify.annotations.Nullable;

/**
 * Counts unique visitors. One thread makes all calls, and holds no lock. Define a
 * {@link Factory} bean to replace the default, which estimates the number.
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
