package dev.cairn.delivery;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.Ledger;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the backlogs of a sink on a thread of its own, from a start of the sink to its
 * end. Further batches are submitted while the first one is on its way. While messages
 * flow, the thread polls. Only the first messages after a pause wake it up.
 */
final class DeliveryLoop {

	private static final Logger logger = LoggerFactory.getLogger(Sink.class);

	/** How many batches may be on their way, besides those whose lanes are held. */
	private static final int MAX_IN_FLIGHT = 4;

	/** How often the thread polls before it waits to be woken up. */
	private static final int IDLE_ROUNDS = 50;

	private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	/** How long the end waits for a destination that is down. */
	private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	private static final long FOREVER = Long.MAX_VALUE / 2;

	private final Backlogs backlogs;

	private final Destination destination;

	private final DeliveryOptions options;

	private final LossLog losses;

	private final BatchDelivery batches;

	/** The thread that was suspended, which may hang in the destination since then. */
	private final @Nullable Thread before;

	private final Thread thread;

	/**
	 * Only the thread itself writes it, so a caller that fails to wake it up is not the
	 * last one.
	 */
	private volatile boolean waiting;

	/** In terms of {@link System#nanoTime()}; set before {@link #ending}. */
	private volatile long deadline;

	/** Whether to deliver what is held before the end; set before {@link #ending}. */
	private volatile boolean draining;

	private volatile boolean ending;

	/** Whether the destination is being closed; guarded by this. */
	private boolean closing;

	DeliveryLoop(Backlogs backlogs, Destination destination, DeliveryOptions options, LossLog losses,
			OutageLogger outage, @Nullable DeliveryLoop before) {
		this.backlogs = backlogs;
		this.destination = destination;
		this.options = options;
		this.losses = losses;
		this.batches = new BatchDelivery(backlogs, destination, options.batchSize(), outage, this::untilOver);
		this.before = (before != null) ? before.thread : null;
		this.thread = Threads.daemon(this::run, "cairn-" + losses.channel().name());
	}

	void start() {
		this.backlogs.begin(this.batches);
		this.thread.start();
	}

	/** Called after something was offered. */
	void wakeIfWaiting() {
		if (this.waiting || this.backlogs.hasJustBecomeHalfFull()) {
			wake();
		}
	}

	void wake() {
		LockSupport.unpark(this.thread);
	}

	/**
	 * Ends the thread after its batches are settled, and the backlogs are empty if they
	 * are to be drained, at most until the deadline. A destination that is down is not
	 * waited for while it takes nothing. Returns whether the thread has ended.
	 */
	boolean end(long deadline, boolean draining) {
		this.deadline = deadline;
		this.draining = draining;
		this.ending = true;
		wake();
		long delivered = -1;
		while (!Threads.join(this.thread, Math.min(deadline, System.nanoTime() + PROGRESS_NANOS))) {
			Ledger.Balance balance = this.losses.channel().balance();
			if (isOver() || (balance.state() == Ledger.State.DOWN && balance.delivered() == delivered)) {
				// From now on, failures are those of an interrupted thread
				this.deadline = System.nanoTime();
				return false;
			}
			delivered = balance.delivered();
		}
		return true;
	}

	/** Closing the destination should still do what it can. */
	synchronized void interruptDelivery() {
		if (!this.closing) {
			this.thread.interrupt();
		}
	}

	private void run() {
		if (this.before != null) {
			Threads.join(this.before, System.nanoTime() + FOREVER);
		}
		int idleRounds = 0;
		boolean done = false;
		while (!done) {
			// Whatever was offered before the end is found in this round
			boolean last = this.ending;
			try {
				boolean idle = !round(last);
				this.losses
					.reportOverflow(this.options.maxMessages() + " messages or " + this.options.maxBytes() + " bytes");
				idleRounds = idle ? idleRounds + 1 : 0;
				done = last && (isOver() || idle && this.backlogs.inFlight().isEmpty() && isNothingLeft());
				if (idle && !done) {
					await(idleRounds);
				}
			}
			catch (Throwable ex) {
				survive(ex);
				done = last && isOver();
			}
		}
		closeDestination();
	}

	private boolean isNothingLeft() {
		return !this.draining || this.backlogs.size() == 0 || this.backlogs.keepsRest();
	}

	/** Returns whether there was something to do. */
	private boolean round(boolean last) {
		long inFlight = this.batches.inFlight();
		boolean keepsRest = last && (!this.draining || this.backlogs.keepsRest());
		boolean submitted = !keepsRest && inFlight < MAX_IN_FLIGHT && this.batches.submitNext();
		boolean full = inFlight + 1 >= MAX_IN_FLIGHT;
		return submitted && !full || this.batches.settleNext() || submitted;
	}

	private void await(int idleRounds) {
		long wait = Math.min(this.backlogs.nanosUntilNext(), Math.max(0, untilOver()));
		if (this.batches.inFlight() > 0) {
			// The destination has waited
			return;
		}
		if (idleRounds < IDLE_ROUNDS) {
			LockSupport.parkNanos(this, Math.min(wait, DeliveryOptions.nanos(this.options.linger())));
		}
		else {
			this.waiting = true;
			if (this.backlogs.size() == 0 && this.backlogs.inFlight().isEmpty() && !this.ending) {
				LockSupport.park(this);
			}
			else {
				LockSupport.parkNanos(this, Math.min(wait, LONGEST_WAIT_NANOS));
			}
			this.waiting = false;
		}
		// Only the end has a reason to interrupt; left set, the thread would never rest
		Thread.interrupted();
	}

	/** Reached only if a logger throws, or if the heap or the stack is full. */
	private void survive(Throwable ex) {
		try {
			this.batches.dropAll(ex);
		}
		catch (Throwable again) {
			// The next round fails, too, and does what is left
		}
		LockSupport.parkNanos(this, DeliveryOptions.nanos(this.options.retryFirst()));
	}

	private boolean isOver() {
		return untilOver() <= 0;
	}

	private long untilOver() {
		return this.ending ? this.deadline - System.nanoTime() : Long.MAX_VALUE;
	}

	private void closeDestination() {
		synchronized (this) {
			this.closing = true;
			// Set if the time was over
			Thread.interrupted();
		}
		try {
			this.destination.close();
		}
		catch (Throwable ex) {
			Channel channel = this.losses.channel();
			logger.warn("Cairn: failed to close {}: {}", channel.name(), channel.redact(OutageLogger.describe(ex)));
		}
	}

}
