package dev.cairn.test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * The latest signals of one test. Guarded by its {@link Recordings}.
 */
final class Recording {

	private static final int CAPACITY = 10_000;

	private final Deque<RecordedSignal> signals = new ArrayDeque<>();

	private Map<String, Long> lossesBefore = Map.of();

	/** Whether another test has run at the same time. */
	private boolean shared;

	private boolean closed;

	/** Adds a signal, unless the test is over. */
	void add(RecordedSignal signal) {
		if (this.closed) {
			return;
		}
		if (this.signals.size() == CAPACITY) {
			this.signals.removeFirst();
		}
		this.signals.addLast(signal);
	}

	List<RecordedSignal> signals() {
		return new ArrayList<>(this.signals);
	}

	void lossesBefore(Map<String, Long> losses) {
		this.lossesBefore = losses;
	}

	void shared() {
		this.shared = true;
	}

	/** Returns the losses that were counted since the test began, if all are its own. */
	List<String> countedLosses(Map<String, Long> losses) {
		List<String> own = new ArrayList<>();
		losses.forEach((name, count) -> {
			long number = count - this.lossesBefore.getOrDefault(name, 0L);
			if (number > 0 && !this.shared) {
				own.add(name + " (" + number + ")");
			}
		});
		return own;
	}

	int size() {
		return this.signals.size();
	}

	void clear() {
		this.signals.clear();
	}

	void close() {
		this.closed = true;
		clear();
	}

}
