package dev.cairn.spring.web.request;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Holds the values of the keys that were used last, in two generations: those of at least
 * half of the maximum number of keys, and of never more. No caller waits for another one
 * that uses another key. Thread-safe.
 *
 * @param <V> the type of a value
 */
final class RecentValues<V> {

	private final int half;

	private volatile Map<String, V> newer = new ConcurrentHashMap<>();

	private volatile Map<String, V> older = Map.of();

	private final Runnable full;

	/**
	 * Creates an empty object.
	 * @param maximum the maximum number of values
	 * @param full is called when the values that were not used for longest are dropped
	 */
	RecentValues(int maximum, Runnable full) {
		this.half = Math.max(maximum / 2, 1);
		this.full = full;
	}

	@Nullable V get(String key) {
		V value = this.newer.get(key);
		return (value != null) ? value : this.older.get(key);
	}

	/**
	 * Replaces a value at once.
	 * @param key the key
	 * @param change receives the value, or {@code null} if there is none
	 * @return the result of the change
	 */
	V change(String key, Function<@Nullable V, V> change) {
		Map<String, V> newer = this.newer;
		V value = newer.compute(key, (same, known) -> change.apply((known != null) ? known : this.older.get(key)));
		if (newer.size() >= this.half) {
			age(newer);
		}
		return value;
	}

	private void age(Map<String, V> filled) {
		boolean drops;
		synchronized (this) {
			if (this.newer != filled) {
				return;
			}
			drops = !this.older.isEmpty();
			this.older = filled;
			this.newer = new ConcurrentHashMap<>();
		}
		if (drops) {
			this.full.run();
		}
	}

}
