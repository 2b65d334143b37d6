package dev.cairn.spring.live;

import org.jspecify.annotations.Nullable;

/**
 * A number of different visitors. For one thread at a time.
 */
public interface Audience {

	/** Nobody counts. */
	Audience UNKNOWN = new Audience() {

		@Override
		public void add(String visitor) {
		}

		@Override
		public void addAll(Audience other) {
		}

		@Override
		public @Nullable Long size() {
			return null;
		}

	};

	/**
	 * Count a visitor, unless that was done before.
	 * @param visitor the id of the visitor
	 */
	void add(String visitor);

	/**
	 * Count the visitors of another audience, unless they were counted before.
	 * @param other an audience of the same make
	 */
	void addAll(Audience other);

	/**
	 * Return about how many there are.
	 * @return the number; {@code null} when nobody counts
	 */
	@Nullable Long size();

}
