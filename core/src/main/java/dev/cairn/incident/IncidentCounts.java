package dev.cairn.incident;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.internal.WarnOnce;
import org.slf4j.LoggerFactory;

/**
 * Counts failures and their outcomes. Thread-safe.
 */
final class IncidentCounts implements Ledger.Incidents {

	/** The type of failures without a throwable. */
	static final String TEXT_TYPE = "text";

	/** The type of further failures once there are too many types. */
	static final String OTHER_TYPES = "other";

	private static final int MAX_TYPES = 500;

	private final WarnOnce warnings = new WarnOnce(LoggerFactory.getLogger(Cairn.class));

	private final LongAdder failures = new LongAdder();

	private final LongAdder repeated = new LongAdder();

	private final LongAdder sampledOut = new LongAdder();

	private final LongAdder grouped = new LongAdder();

	private final LongAdder recovered = new LongAdder();

	private final LongAdder sent = new LongAdder();

	private final LongAdder refused = new LongAdder();

	private final Map<String, LongAdder> types = new ConcurrentHashMap<>();

	private final List<Consumer<Type>> listeners = new CopyOnWriteArrayList<>();

	/** Counts failures that are new. One of the outcomes has to follow for each. */
	void failed(String type, long number) {
		this.failures.add(number);
		LongAdder known = this.types.get(type);
		((known != null) ? known : open(type)).add(number);
	}

	private LongAdder open(String type) {
		String name = (this.types.size() < MAX_TYPES) ? type : OTHER_TYPES;
		LongAdder opened = new LongAdder();
		LongAdder winner = this.types.putIfAbsent(name, opened);
		if (winner != null) {
			return winner;
		}
		this.listeners.forEach((listener) -> notify(listener, new Type(name, opened)));
		return opened;
	}

	private void notify(Consumer<Type> listener, Type type) {
		try {
			listener.accept(type);
		}
		catch (Throwable ex) {
			String name = "listener " + listener.getClass().getName();
			this.warnings.warn(name, () -> name + " failed: " + ex);
		}
	}

	/** Counts a further report of a failure that is known. */
	void repeated() {
		this.repeated.increment();
	}

	/** Counts the outcome that the sampling rules do not keep a failure. */
	void sampledOut() {
		this.sampledOut.increment();
	}

	/** Counts the outcome that a later attempt at the same work succeeded. */
	void recovered() {
		this.recovered.increment();
	}

	/**
	 * Counts the outcome that a message was offered.
	 * @param accepted whether a sink accepted it
	 * @param number the number of failures that it stands for
	 * @param texts how many of them have no throwable, and are counted now
	 */
	void sent(boolean accepted, long number, long texts) {
		if (texts > 0) {
			failed(TEXT_TYPE, texts);
		}
		if (accepted) {
			this.sent.increment();
			this.grouped.add(number - 1);
		}
		else {
			this.refused.add(number);
		}
	}

	@Override
	public void onType(Consumer<Type> listener) {
		this.listeners.add(listener);
		this.types.forEach((name, count) -> notify(listener, new Type(name, count)));
	}

	@Override
	public Balance balance() {
		long sampledOut = this.sampledOut.sum();
		long grouped = this.grouped.sum();
		long recovered = this.recovered.sum();
		long sent = this.sent.sum();
		long refused = this.refused.sum();
		long failures = this.failures.sum();
		long held = failures - sampledOut - grouped - recovered - sent - refused;
		Map<String, Long> byType = new TreeMap<>();
		this.types.forEach((type, count) -> byType.put(type, count.sum()));
		return new Balance(failures, this.repeated.sum(), sampledOut, grouped, recovered, sent, refused, held, byType);
	}

}
