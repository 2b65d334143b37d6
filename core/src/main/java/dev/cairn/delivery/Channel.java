package dev.cairn.delivery;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.LossListener;
import dev.cairn.Message;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * The account of one channel. For each message, {@link #offered()} is counted first, and
 * then exactly one outcome. The counters are those of {@link Ledger.Balance}.
 * Thread-safe; counting is one add without contention.
 */
public final class Channel {

	private static final DropReason[] REASONS = DropReason.values();

	private final String name;

	private final Redactor redactor;

	private final LongAdder offered = new LongAdder();

	private final LongAdder sampledOut = new LongAdder();

	private final LongAdder filtered = new LongAdder();

	private final LongAdder accepted = new LongAdder();

	private final LongAdder delivered = new LongAdder();

	private final LongAdder truncated = new LongAdder();

	private final LongAdder[] dropped = new LongAdder[REASONS.length];

	private final LongAdder notPersisted = new LongAdder();

	private final List<LongSupplier> spools = new CopyOnWriteArrayList<>();

	private final LossListener losses;

	private volatile Ledger.State state = Ledger.State.UP;

	private volatile @Nullable String lastError;

	Channel(String name, Redactor redactor, LossListener losses) {
		this.name = name;
		this.redactor = redactor;
		this.losses = losses;
		for (int i = 0; i < this.dropped.length; i++) {
			this.dropped[i] = new LongAdder();
		}
	}

	public String name() {
		return this.name;
	}

	public void offered() {
		this.offered.increment();
	}

	public void offered(long number) {
		this.offered.add(number);
	}

	public void sampledOut(long number) {
		this.sampledOut.add(number);
	}

	public void filtered() {
		this.filtered.increment();
	}

	public void filtered(long number) {
		this.filtered.add(number);
	}

	public void accepted(long number) {
		this.accepted.add(number);
	}

	public void delivered(long number) {
		this.delivered.add(number);
	}

	public void dropped(DropReason reason) {
		this.dropped[reason.ordinal()].increment();
	}

	public void dropped(DropReason reason, long number) {
		this.dropped[reason.ordinal()].add(number);
	}

	/**
	 * Reports a message that is counted as dropped.
	 * @param message the message
	 * @param reason the reason for the loss
	 */
	public void lost(Message message, DropReason reason) {
		this.losses.lost(message, this.name, reason);
	}

	/**
	 * Counts a message that was truncated, in addition to its outcome.
	 */
	public void truncated() {
		this.truncated.increment();
	}

	/**
	 * Counts a durable message that was accepted without being on disk.
	 */
	public void notPersisted() {
		this.notPersisted.increment();
	}

	/**
	 * Adds a spool.
	 * @param size returns the number of messages in the spool
	 */
	public void spooled(LongSupplier size) {
		this.spools.add(size);
	}

	public void state(Ledger.State state) {
		this.state = state;
	}

	/**
	 * Sets the last failure.
	 * @param error the description of the failure, which may quote an address or a
	 * setting
	 * @return the description without secrets
	 */
	public String lastError(String error) {
		String redacted = redact(error);
		this.lastError = redacted;
		return redacted;
	}

	String redact(String text) {
		return this.redactor.redact(text);
	}

	/**
	 * Returns the balance. The outcomes are read before {@code offered}, so a message
	 * that is counted in the meantime shows as held and never twice.
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
		// A message that was just delivered may still be there
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
