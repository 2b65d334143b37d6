package dev.cairn.delivery;

import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.delivery.Sink.Outgoing.Completion;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.encoding.MessageEncoder.TooLargeException;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to a destination. It is settled exactly once; settling it again
 * has no effect. Thread-safe.
 */
public final class Delivery {

	private static final int WAITING = 0;

	private static final int TAKEN = 1;

	private static final int SETTLED = 2;

	/** Adding the delivery is unfinished. The caller counts the loss. */
	static final int ADDING = 1;

	/** Evicting the delivery, which may still be in the queue, is unfinished. */
	static final int EVICTING = 2;

	/** Dropping the delivery, which was removed from the queue, is unfinished. */
	static final int DROPPING = 3;

	private static final AtomicIntegerFieldUpdater<Delivery> STATE = AtomicIntegerFieldUpdater
		.newUpdater(Delivery.class, "state");

	private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private final Outgoing outgoing;

	private final LossLog losses;

	/** The room that the message takes in memory; {@code null} if it is on disk. */
	private final @Nullable QueueRoom room;

	/** Read once: where the stack ends there may be too little left to compute it. */
	private final int weight;

	private volatile int state = WAITING;

	private volatile boolean truncated;

	/** When it was first due, whether it went out or waited for others; 0 before. */
	private long firstAttempt;

	/** The publishing thread that waits until the message is on disk. */
	private volatile @Nullable Thread waiter;

	private volatile boolean waitOver;

	private volatile boolean persisted;

	/** Whether the loss is counted. */
	private volatile boolean counted;

	/** Whether the loss is counted, but its room is not released. */
	volatile boolean unreleased;

	/**
	 * The step that a thread without a stack has left undone; 0 for none. It is a number,
	 * because an enum could fail to be initialized there.
	 */
	volatile int unfinished;

	/** The next delivery of the queue that is unfinished. */
	@Nullable Delivery nextUnfinished;

	Delivery(Outgoing outgoing, LossLog losses, @Nullable QueueRoom room) {
		this.outgoing = outgoing;
		this.losses = losses;
		this.room = room;
		this.weight = (room != null) ? outgoing.message().weight() : 0;
	}

	public Message message() {
		return this.outgoing.message();
	}

	/**
	 * Returns what the destination has captured of the publishing thread.
	 * @return the result of {@link Destination#context}
	 */
	public @Nullable Object context() {
		return this.outgoing.context();
	}

	/**
	 * Encodes the message, and drops it if it cannot be encoded. If a service that the
	 * encoder requires is unavailable, an {@link UncheckedIOException} is thrown.
	 * @param encoder the encoder
	 * @param maxBytes the maximum length
	 * @return the encoded message, or {@code null} if it was dropped
	 */
	public byte @Nullable [] encode(MessageEncoder encoder, int maxBytes) {
		return encode(() -> {
			MessageEncoder.Encoded encoded = encoder.encode(message(), maxBytes);
			this.truncated = encoded.truncated();
			return encoded.bytes();
		});
	}

	byte @Nullable [] encode(Encoding encoding) {
		try {
			return encoding.run();
		}
		catch (UncheckedIOException ex) {
			// The encoder may succeed later
			throw ex;
		}
		catch (TooLargeException ex) {
			drop(DropReason.OVERSIZE, String.valueOf(ex.getMessage()), "");
		}
		catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
			drop(DropReason.UNENCODABLE,
					message().type() + ": " + ex.getClass().getName() + ": " + Throwables.message(ex), "");
		}
		return null;
	}

	/**
	 * Settles the delivery: the destination has the message.
	 */
	public void delivered() {
		if (claim()) {
			if (this.truncated) {
				this.losses.channel().truncated();
			}
			this.losses.channel().delivered(1);
			release();
			report(Completion::delivered);
		}
	}

	/**
	 * Settles the delivery: rules of the application at the destination have filtered the
	 * message.
	 */
	public void filtered() {
		if (claim()) {
			this.losses.channel().filtered();
			release();
			report(Completion::delivered);
		}
	}

	/**
	 * Settles the delivery: the message is lost.
	 * @param reason the reason for the loss
	 * @param detail the detail to log for the first loss of its kind
	 * @param kind what the losses of a kind have in common besides the reason, such as
	 * the name of a place; of which there is a bounded number
	 */
	public void drop(DropReason reason, String detail, String kind) {
		int before = STATE.getAndSet(this, SETTLED);
		if (before == SETTLED) {
			return;
		}
		try {
			lost(reason, detail, kind);
		}
		catch (StackOverflowError ex) {
			// Settled only if it was counted, because counting could fail again
			this.state = this.counted ? SETTLED : before;
			throw ex;
		}
	}

	/** Drops the message for want of room, unless it is taken. */
	void evict() {
		if (STATE.compareAndSet(this, WAITING, SETTLED)) {
			try {
				lost(DropReason.OVERFLOW, "", "");
			}
			catch (StackOverflowError ex) {
				this.state = this.counted ? SETTLED : WAITING;
				throw ex;
			}
		}
	}

	private void lost(DropReason reason, String detail, String kind) {
		String error = this.losses.error(reason, detail);
		this.losses.channel().dropped(reason);
		this.unreleased = true;
		this.counted = true;
		release();
		this.unreleased = false;
		report((completion) -> completion.lost(reason));
		this.losses.guard(() -> this.losses.channel().lost(message(), reason));
		this.losses.lost(reason, error, kind);
	}

	/** Returns whether the delivery is not settled. From now on it is not evicted. */
	boolean take() {
		return STATE.compareAndSet(this, WAITING, TAKEN) || !isSettled();
	}

	/**
	 * Returns whether the delivery is settled.
	 * @return {@code false} while the message is held
	 */
	public boolean isSettled() {
		return this.state == SETTLED;
	}

	/** Returns whether the message was read from disk, and is still there. */
	boolean isOnDisk() {
		return this.room == null;
	}

	void attempted(long now) {
		this.firstAttempt = (this.firstAttempt != 0) ? this.firstAttempt : now;
	}

	long firstAttempt() {
		return this.firstAttempt;
	}

	/** Settles the delivery in memory: the message goes on as a record on disk. */
	void stored(boolean synced) {
		if (claim()) {
			this.persisted = synced;
			release();
			if (synced) {
				report(Completion::persisted);
			}
			endWait();
		}
	}

	/** Lets the publishing thread go on, whether the message is on disk or not. */
	void endWait() {
		this.waitOver = true;
		LockSupport.unpark(this.waiter);
	}

	/** Waits while the disk is available. Returns whether the message is on disk. */
	boolean awaitPersisted(long nanos, BooleanSupplier available) {
		this.waiter = Thread.currentThread();
		long deadline = System.nanoTime() + nanos;
		while (!this.waitOver && !isSettled() && available.getAsBoolean() && System.nanoTime() - deadline < 0
				&& !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, WAIT_NANOS);
		}
		return this.persisted;
	}

	Completion completion() {
		return this.outgoing.completion();
	}

	void accepted() {
		report(Completion::accepted);
	}

	private void report(Consumer<Completion> report) {
		if (this.outgoing.completion() != Completion.NONE) {
			this.losses.guard(() -> report.accept(this.outgoing.completion()));
		}
	}

	/** Does what a thread without a stack has left undone, on another thread. */
	void finish() {
		int left = this.unfinished;
		this.unfinished = 0;
		if (this.unreleased || left == ADDING && claim()) {
			this.unreleased = false;
			release();
		}
		else if (left == EVICTING) {
			evict();
		}
		else if (left == DROPPING) {
			drop(DropReason.OVERFLOW, "", "");
		}
	}

	private boolean claim() {
		return STATE.getAndSet(this, SETTLED) != SETTLED;
	}

	/** Released after the outcome is counted, so an empty backlog is fully counted. */
	private void release() {
		if (this.room != null) {
			this.room.release(this.weight);
		}
	}

	/**
	 * Encodes one message.
	 */
	@FunctionalInterface
	interface Encoding {

		byte[] run() throws TooLargeException;

	}

}
