package dev.cairn;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import dev.cairn.internal.WarnOnce;
import org.slf4j.LoggerFactory;

/**
 * The account of failures: each failure counts once, however many layers report it, and
 * has exactly one outcome. Thread-safe.
 */
public final class IncidentAccount {

	/** The type of the failures whose own type came too late to be counted by itself. */
	static final String OTHER_TYPES = "other";

	private static final WarnOnce broken = new WarnOnce(LoggerFactory.getLogger(Cairn.class));

	private static final int MAX_TYPES = 500;

	private final LongAdder failures = new LongAdder();

	private final LongAdder repeated = new LongAdder();

	private final LongAdder sampledOut = new LongAdder();

	private final LongAdder grouped = new LongAdder();

	private final LongAdder recovered = new LongAdder();

	private final LongAdder sent = new LongAdder();

	private final LongAdder refused = new LongAdder();

	private final Map<String, LongAdder> types = new ConcurrentHashMap<>();

	private final CopyOnWriteArrayList<Consumer<Type>> listeners = new CopyOnWriteArrayList<>();

	/**
	 * Creates an empty account.
	 */
	public IncidentAccount() {
	}

	/**
	 * Count failures that were not reported before. One of the outcomes has to follow for
	 * each.
	 * @param type their kind, such as the name of the class
	 * @param number how many
	 */
	public void failed(String type, long number) {
		this.failures.add(number);
		LongAdder known = this.types.get(type);
		((known != null) ? known : open(type)).add(number);
	}

	private LongAdder open(String type) {
		String kept = (this.types.size() < MAX_TYPES) ? type : OTHER_TYPES;
		LongAdder opened = new LongAdder();
		LongAdder winner = this.types.putIfAbsent(kept, opened);
		if (winner != null) {
			return winner;
		}
		this.listeners.forEach((listener) -> tell(listener, new Type(kept, opened)));
		return opened;
	}

	private static void tell(Consumer<Type> listener, Type type) {
		try {
			listener.accept(type);
		}
		catch (Throwable ex) {
			String name = listener.getClass().getName();
			broken.warn(name, () -> "listener " + name + " failed: " + Redactor.DEFAULT.redact(String.valueOf(ex)));
		}
	}

	/**
	 * Count a further report of a failure that is known.
	 */
	public void repeated() {
		this.repeated.increment();
	}

	/**
	 * Outcome: the rules did not want it.
	 */
	public void sampledOut() {
		this.sampledOut.increment();
	}

	/**
	 * Outcome: a later attempt at the same work went well.
	 */
	public void recovered() {
		this.recovered.increment();
	}

	/**
	 * Outcome: a message was offered that stands for some failures.
	 * @param accepted whether a sink took it
	 * @param number for how many failures it stands: one is sent, the others are grouped
	 */
	public void sent(boolean accepted, long number) {
		if (accepted) {
			this.sent.increment();
			this.grouped.add(number - 1);
		}
		else {
			this.refused.add(number);
		}
	}

	/**
	 * Be told of every type of failure: those that are known, at once, and those that
	 * will be, by the thread that reports the first.
	 * @param listener takes the types; it may see one twice
	 */
	public void onType(Consumer<Type> listener) {
		this.listeners.add(listener);
		this.types.forEach((name, count) -> tell(listener, new Type(name, count)));
	}

	/**
	 * Return what was counted. The outcomes are read before the failures, so one that is
	 * counted meanwhile shows as held and never twice.
	 * @return the balance
	 */
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

	/**
	 * What was counted: {@code failures} is the sum of {@code sampledOut},
	 * {@code grouped}, {@code recovered}, {@code sent}, {@code refused} and {@code held}.
	 *
	 * @param failures failures, each once
	 * @param repeated further reports of the same failures
	 * @param sampledOut what the rules did not want
	 * @param grouped those for which the message of another one stands
	 * @param recovered those whose work went well in a later attempt
	 * @param sent those whose message a sink took
	 * @param refused those whose message no sink took; the channels say why
	 * @param held those whose message waits for its turn
	 * @param types failures by the name of their class, or the logger of a text
	 */
	public record Balance(long failures, long repeated, long sampledOut, long grouped, long recovered, long sent,
			long refused, long held, Map<String, Long> types) {
	}

	/**
	 * A type of failure and its number.
	 *
	 * @param name the name of the class
	 * @param count how many there were; grows
	 */
	public record Type(String name, LongAdder count) {
	}

}
