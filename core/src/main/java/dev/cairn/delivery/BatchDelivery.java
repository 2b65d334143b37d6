package dev.cairn.delivery;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Backlogs.Batch;

/**
 * Submits batches to the destination and settles them. If the outcome of one takes long,
 * only its lanes wait for it. For the thread of the sink.
 */
final class BatchDelivery {

	/** The age at which a batch holds its lanes. */
	private static final long HOLD_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	/** How long other lanes wait for the outcome of a batch. */
	private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	/** How long to wait for one outcome if all are due. */
	private static final long SETTLE_ALL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private static final int MAX_NAMED_LANES = 3;

	private final Backlogs backlogs;

	private final Destination destination;

	private final int batchSize;

	private final OutageLogger outage;

	/** Returns the time until the end of the sink is over. */
	private final LongSupplier untilOver;

	BatchDelivery(Backlogs backlogs, Destination destination, int batchSize, OutageLogger outage,
			LongSupplier untilOver) {
		this.backlogs = backlogs;
		this.destination = destination;
		this.batchSize = batchSize;
		this.outage = outage;
		this.untilOver = untilOver;
	}

	/** Returns the number of batches on their way, but for those whose lanes are held. */
	long inFlight() {
		return this.backlogs.inFlight().stream().filter((batch) -> !batch.isHeld()).count();
	}

	/** Returns whether there was something to submit. */
	boolean submitNext() {
		Batch batch = this.backlogs.next(this.batchSize, this);
		if (batch == null) {
			return false;
		}
		long now = System.nanoTime();
		batch.deliveries().forEach((delivery) -> delivery.attempted(now));
		try {
			this.destination.submit(batch.deliveries());
			batch.accepted();
		}
		catch (Throwable ex) {
			failed(ex, batch);
		}
		return true;
	}

	/** Settles one batch, the oldest one if none has held up the others for long. */
	boolean settleNext() {
		for (Batch batch : this.backlogs.inFlight()) {
			try {
				if (settle(batch,
						batch.isHeld() ? 0 : Math.min(SETTLE_NANOS, Math.max(0, this.untilOver.getAsLong())))) {
					this.backlogs.settled(batch);
					if (!this.backlogs.isRetrying()) {
						this.outage.over();
					}
					return true;
				}
			}
			catch (Throwable ex) {
				failed(ex, batch);
				return true;
			}
			if (!batch.isHeld()) {
				if (batch.age() > HOLD_AFTER_NANOS) {
					this.backlogs.hold(batch);
				}
				return false;
			}
		}
		return false;
	}

	/** An exception is an outcome, too. */
	private boolean settle(Batch batch, long nanos) throws Exception {
		boolean done = true;
		try {
			done = this.destination.settle(batch.deliveries(), nanos);
		}
		finally {
			if (done) {
				batch.settled();
			}
		}
		if (done && batch.isAccepted()) {
			batch.deliveries().forEach(Delivery::delivered);
		}
		return done;
	}

	/** Retries nothing before the outcome of all batches on their way is available. */
	private void failed(Throwable ex, Batch batch) {
		// Left set, it would break every wait and every channel from now on
		Thread.interrupted();
		try {
			if (this.untilOver.getAsLong() > 0) {
				this.outage.failed(OutageLogger.describe(ex) + blocked(batch.failedLanes()),
						batch.deliveries().get(0).firstAttempt(), true);
			}
		}
		catch (Throwable ignored) {
			// A logger has thrown it; the batches have to be settled all the same
		}
		settleAll();
		this.backlogs.giveBack();
		this.backlogs.expire();
	}

	private static String blocked(List<String> lanes) {
		int more = lanes.size() - MAX_NAMED_LANES;
		return lanes.isEmpty() ? ""
				: " (blocked: " + String.join(", ", lanes.subList(0, lanes.size() - Math.max(0, more)))
						+ ((more > 0) ? " and " + more + " more)" : ")");
	}

	/** One warning for all that is on its way is enough. */
	private void settleAll() {
		for (Batch batch : this.backlogs.inFlight()) {
			try {
				while (!batch.isSettled() && this.backlogs.inFlight().contains(batch)) {
					settle(batch, SETTLE_ALL_NANOS);
				}
			}
			catch (Throwable ex) {
				Thread.interrupted();
			}
		}
	}

	/** Drops what is on its way, after an error of this class or of a logger. */
	void dropAll(Throwable reason) {
		settleAll();
		for (Batch batch : this.backlogs.inFlight()) {
			batch.deliveries().forEach((delivery) -> drop(delivery, reason));
			this.backlogs.settled(batch);
		}
	}

	private static void drop(Delivery delivery, Throwable ex) {
		try {
			delivery.drop(DropReason.ERROR, ex.getClass().getName(), "");
		}
		catch (Throwable ignored) {
			// The loss is counted; only the log line is missing
		}
	}

}
