package dev.cairn.delivery;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import dev.cairn.DropReason;
import dev.cairn.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * The account of one channel. Whoever offers counts {@link #offered()} first and then
 * exactly one of the other outcomes for each message.
 */
public final class Channel {

	private static final DropReason[] REASONS = DropReason.values();

	private final String name;

	private final LongAdder offered = new LongAdder();

	private final LongAdder sampledOut = new LongAdder();

	private final LongAdder filtered = new LongAdder();

	private final LongAdder accepted = new LongAdder();

	private final LongAdder delivered = new LongAdder();

	private final LongAdder truncated = new LongAdder();

	private final LongAdder[] dropped = new LongAdder[REASONS.length];

	private final LongAdder notPersisted = new LongAdder();

	private final List<LongSupplier> spools = new CopyOnWriteArrayList<>();

	private volatile Ledger.State state = Ledger.State.UP;

	private volatile @Nullable String lastError;

	Channel(String name) {
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
	 * Count a message that should have been on a disk when it was accepted, and was only
	 * in memory.
	 */
	public void notPersisted() {
		this.notPersisted.increment();
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
	public void state(Ledger.State state) {
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
	 * Return what was counted. The outcomes are read before {@code offered}, so a message
	 * that is counted meanwhile shows as held and never twice.
	 * @return the balance
	 */
	public Ledger.Balance balance() {
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
		return new Ledger.Balance(this.state, offered, sampledOut, filtered, accepted, delivered, held, spooled, drops,
				truncated, this.notPersisted.sum(), this.lastError);
	}

	private long dropped(DropReason reason, Map<DropReason, Long> drops) {
		long count = this.dropped[reason.ordinal()].sum();
		if (count > 0) {
			drops.put(reason, count);
		}
		return count;
	}

}
