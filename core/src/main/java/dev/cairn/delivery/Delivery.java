package dev.cairn.delivery;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import dev.cairn.DropReason;
import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * One object on its way to a destination. It is settled once, by whoever is first;
 * settling it again does nothing. Thread-safe.
 */
public final class Delivery {

	private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private final AsyncSink sink;

	private final Outgoing outgoing;

	private final int weight;

	private final AtomicBoolean settled = new AtomicBoolean();

	/** Who waits until it is on the disk, or will not be. */
	private volatile @Nullable Thread waiter;

	private volatile boolean waitedFor;

	/** It may be on the disk only as far as the operating system knows. */
	private volatile boolean unforced;

	/**
	 * Create a delivery.
	 * @param weight how much room it has in the queue; negative for none
	 */
	Delivery(AsyncSink sink, Outgoing outgoing, int weight) {
		this.sink = sink;
		this.outgoing = outgoing;
		this.weight = weight;
	}

	/**
	 * Returns the message to deliver.
	 * @return the message
	 */
	public Message message() {
		return this.outgoing.message();
	}

	/**
	 * Returns what the sender has captured of the publishing thread.
	 * @return the result of {@link BatchSender#context}
	 */
	public @Nullable Object context() {
		return this.outgoing.context();
	}

	/**
	 * The destination has it.
	 */
	public void delivered() {
		if (claim()) {
			this.sink.channel().delivered();
			release();
			report(Completion::delivered);
		}
	}

	/**
	 * The destination has it, shortened.
	 */
	public void deliveredTruncated() {
		if (claim()) {
			this.sink.channel().truncated();
			this.sink.channel().delivered();
			release();
			report(Completion::delivered);
		}
	}

	/**
	 * The application's own rules at the destination did not want it.
	 */
	public void filtered() {
		if (claim()) {
			this.sink.channel().filtered();
			release();
			report(Completion::delivered);
		}
	}

	/**
	 * It will never be delivered.
	 * @param reason why
	 * @param detail what the log says of the first of its kind
	 */
	public void drop(DropReason reason, String detail) {
		if (claim()) {
			this.sink.channel().dropped(reason);
			release();
			report((completion) -> completion.lost(reason));
			this.sink.lost(reason, detail);
		}
	}

	/**
	 * Whether it is delivered or dropped.
	 * @return {@code false} while it is held
	 */
	public boolean isSettled() {
		return this.settled.get();
	}

	/** It goes on as a record on the disk, and this object is done with. */
	void stored() {
		if (claim()) {
			release();
			endOfWait();
		}
	}

	/** It is stored, but may not survive a loss of power. */
	void storedUnforced() {
		this.unforced = true;
		stored();
	}

	/** The disk did not take it; it stays in memory. */
	void endOfWait() {
		this.waitedFor = true;
		LockSupport.unpark(this.waiter);
	}

	/**
	 * Wait until it is on the disk or settled otherwise.
	 * @param disk whether the disk may still take it
	 * @return whether it is; not when the disk fails or the time is over
	 */
	boolean awaitStored(long nanos, BooleanSupplier disk) {
		this.waiter = Thread.currentThread();
		long deadline = System.nanoTime() + nanos;
		while (!this.waitedFor && !isSettled() && disk.getAsBoolean() && System.nanoTime() - deadline < 0
				&& !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, WAIT_NANOS);
		}
		return isSettled() && !this.unforced;
	}

	/** Isolates the completion, which is foreign code. */
	private void report(Consumer<Completion> event) {
		Completion completion = this.outgoing.completion();
		if (completion != Completion.NONE) {
			try {
				event.accept(completion);
			}
			catch (Throwable ex) {
				// The completion has failed; the account is right
			}
		}
	}

	private boolean claim() {
		return this.settled.compareAndSet(false, true);
	}

	/** After it was counted, so that nothing is held means that all is counted. */
	private void release() {
		if (this.weight >= 0) {
			this.sink.release(this.weight);
		}
	}

}
