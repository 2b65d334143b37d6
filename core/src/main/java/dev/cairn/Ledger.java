package dev.cairn;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The account of every channel. For each of them <pre>
 * offered = sampled out + filtered + delivered + held + the sum of dropped
 * </pre> at every moment it is read. Thread-safe; counting is one add without contention.
 */
public final class Ledger {

	private static final int MAX_FAILURE_KINDS = 100;

	private static final String OTHER_FAILURES = "other";

	private final ConcurrentMap<String, Channel> channels = new ConcurrentHashMap<>();

	private final ConcurrentMap<String, LongAdder> failures = new ConcurrentHashMap<>();

	private final IncidentAccount incidents = new IncidentAccount();

	private final List<Consumer<Channel>> listeners = new CopyOnWriteArrayList<>();

	/**
	 * Return the channel with a name, opening it if it is new.
	 * @param name the name of a sink
	 * @return the channel
	 */
	public Channel channel(String name) {
		Channel known = this.channels.get(name);
		if (known != null) {
			return known;
		}
		Channel opened = new Channel(name);
		Channel winner = this.channels.putIfAbsent(name, opened);
		if (winner != null) {
			return winner;
		}
		this.listeners.forEach((listener) -> listener.accept(opened));
		return opened;
	}

	/**
	 * Return the account of failures.
	 * @return the account
	 */
	public IncidentAccount incidents() {
		return this.incidents;
	}

	/**
	 * Be told of every channel: those that are open, at once, and those that will be, by
	 * the thread that opens them.
	 * @param listener takes the channels; it may see one twice
	 */
	public void onChannel(Consumer<Channel> listener) {
		this.listeners.add(listener);
		this.channels.values().forEach(listener);
	}

	/**
	 * Return what every channel has counted.
	 * @return balances by name, in the order of the names
	 */
	public Map<String, Balance> balances() {
		Map<String, Balance> balances = new LinkedHashMap<>();
		this.channels.keySet().stream().sorted().forEach((name) -> balances.put(name, channel(name).balance()));
		return balances;
	}

	/**
	 * Count that a filter, an enricher, a hook or a sink has thrown. What became of the
	 * message stands in the account of its channels.
	 * @param what the extension that failed; of a bounded number
	 */
	public void failed(String what) {
		String kind = (this.failures.size() < MAX_FAILURE_KINDS || this.failures.containsKey(what)) ? what
				: OTHER_FAILURES;
		this.failures.computeIfAbsent(kind, (name) -> new LongAdder()).increment();
	}

	/**
	 * Return how often filters, enrichers, hooks and sinks have thrown.
	 * @return counts by what failed, in the order of the names
	 */
	public Map<String, Long> failures() {
		Map<String, Long> counts = new TreeMap<>();
		this.failures.forEach((what, count) -> counts.put(what, count.sum()));
		return counts;
	}

	/**
	 * How a channel is.
	 */
	public enum State {

		/** The last delivery went well, or none was tried yet. */
		UP,
		/** The last delivery failed and is tried again. */
		DEGRADED,
		/** Several deliveries in a row have failed. */
		DOWN,
		/** Closed. */
		OFF

	}

	/**
	 * What a channel has counted, in messages (or lines).
	 *
	 * @param state how the channel is
	 * @param offered what was routed to it
	 * @param sampledOut what the sampler did not keep
	 * @param filtered what a filter did not keep
	 * @param accepted what the sink took
	 * @param delivered what the destination took
	 * @param held what is neither delivered nor dropped yet
	 * @param spooled how many of the held ones are on a disk
	 * @param dropped what was lost, by reason
	 * @param truncated how many of the delivered ones were shortened
	 * @param undurable how many were accepted without being on the disk, as they should
	 * @param lastError the last failure; {@code null} when there was none
	 */
	public record Balance(State state, long offered, long sampledOut, long filtered, long accepted, long delivered,
			long held, long spooled, Map<DropReason, Long> dropped, long truncated, long undurable,
			@Nullable String lastError) {

		/**
		 * Return the number of lost messages.
		 * @return the sum over all reasons
		 */
		public long droppedTotal() {
			return this.dropped.values().stream().mapToLong(Long::longValue).sum();
		}

	}

	/**
	 * The account of one channel. Whoever offers counts {@link #offered()} first and then
	 * exactly one of the other outcomes for each message.
	 */
	public static final class Channel {

		private static final DropReason[] REASONS = DropReason.values();

		private final String name;

		private final LongAdder offered = new LongAdder();

		private final LongAdder sampledOut = new LongAdder();

		private final LongAdder filtered = new LongAdder();

		private final LongAdder accepted = new LongAdder();

		private final LongAdder delivered = new LongAdder();

		private final LongAdder truncated = new LongAdder();

		private final LongAdder[] dropped = new LongAdder[REASONS.length];

		private final LongAdder undurable = new LongAdder();

		private final List<LongSupplier> spools = new CopyOnWriteArrayList<>();

		private volatile State state = State.UP;

		private volatile @Nullable String lastError;

		private Channel(String name) {
			this.name = name;
			for (int i = 0; i < this.dropped.length; i++) {
				this.dropped[i] = new LongAdder();
			}
		}

		/**
		 * Return the name of the sink.
		 * @return the name
		 */
		public String name() {
			return this.name;
		}

		/**
		 * Count a message that was routed here.
		 */
		public void offered() {
			this.offered.increment();
		}

		/**
		 * Count messages that were routed here.
		 * @param number how many
		 */
		public void offered(long number) {
			this.offered.add(number);
		}

		/**
		 * Count a message that the sampler did not keep.
		 */
		public void sampledOut() {
			sampledOut(1);
		}

		/**
		 * Count messages that the sampler left out.
		 * @param number how many
		 */
		public void sampledOut(long number) {
			this.sampledOut.add(number);
		}

		/**
		 * Count a message that a filter did not keep.
		 */
		public void filtered() {
			this.filtered.increment();
		}

		/**
		 * Count a message that the sink took.
		 */
		public void accepted() {
			this.accepted.increment();
		}

		/**
		 * Count messages that the sink took.
		 * @param number how many
		 */
		public void accepted(long number) {
			this.accepted.add(number);
		}

		/**
		 * Count a message that the destination took.
		 */
		public void delivered() {
			this.delivered.increment();
		}

		/**
		 * Count messages that the destination took.
		 * @param number how many
		 */
		public void delivered(long number) {
			this.delivered.add(number);
		}

		/**
		 * Count a lost message.
		 * @param reason why
		 */
		public void dropped(DropReason reason) {
			this.dropped[reason.ordinal()].increment();
		}

		/**
		 * Count lost messages.
		 * @param reason why
		 * @param number how many
		 */
		public void dropped(DropReason reason, long number) {
			this.dropped[reason.ordinal()].add(number);
		}

		/**
		 * Count a message that was shortened; it has its outcome besides.
		 */
		public void truncated() {
			this.truncated.increment();
		}

		/**
		 * Count a message that should have been on a disk when it was accepted, and was
		 * only in memory.
		 */
		public void undurable() {
			this.undurable.increment();
		}

		/**
		 * Add a disk on which messages wait.
		 * @param size knows how many there are
		 */
		public void spooled(LongSupplier size) {
			this.spools.add(size);
		}

		/**
		 * Say how the channel is.
		 * @param state the state
		 */
		public void state(State state) {
			this.state = state;
		}

		/**
		 * Keep the last failure for those who look at the channel.
		 * @param error what went wrong, without secrets
		 */
		public void lastError(String error) {
			this.lastError = error;
		}

		/**
		 * Return what was counted. The outcomes are read before {@code offered}, so a
		 * message that is counted meanwhile shows as held and never twice.
		 * @return the balance
		 */
		public Balance balance() {
			Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
			long dropped = 0;
			for (DropReason reason : REASONS) {
				long count = dropped(reason, drops);
				dropped += count;
			}
			long truncated = this.truncated.sum();
			long delivered = this.delivered.sum();
			long filtered = this.filtered.sum();
			long sampledOut = this.sampledOut.sum();
			long accepted = this.accepted.sum();
			long offered = this.offered.sum();
			long held = offered - sampledOut - filtered - delivered - dropped;
			// What was delivered a moment ago may still be there
			long onDisk = this.spools.stream().mapToLong(LongSupplier::getAsLong).sum();
			long spooled = Math.max(0, Math.min(onDisk, held));
			return new Balance(this.state, offered, sampledOut, filtered, accepted, delivered, held, spooled, drops,
					truncated, this.undurable.sum(), this.lastError);
		}

		private long dropped(DropReason reason, Map<DropReason, Long> drops) {
			long count = this.dropped[reason.ordinal()].sum();
			if (count > 0) {
				drops.put(reason, count);
			}
			return count;
		}

	}

}
