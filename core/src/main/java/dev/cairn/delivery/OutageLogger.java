package dev.cairn.delivery;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.internal.Throwables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the outages of one destination: one warning when it fails, and one line when it is
 * available again. For one thread.
 */
public final class OutageLogger {

	private static final Logger logger = LoggerFactory.getLogger(OutageLogger.class);

	/** The number of failures in a row after which a destination counts as down. */
	private static final int DOWN_AFTER = 3;

	private static final int MAX_CAUSES = 50;

	private final Channel channel;

	private final Consumer<State> state;

	private final String held;

	private int failuresInARow;

	private long since;

	private long lostBefore;

	/**
	 * Creates a logger for a destination that is available.
	 * @param channel the channel
	 * @param state receives the state of the destination
	 * @param held a description of how much is held during an outage
	 */
	public OutageLogger(Channel channel, Consumer<State> state, String held) {
		this.channel = channel;
		this.state = state;
		this.held = held;
	}

	/**
	 * Records a failure.
	 * @param description the description of the failure
	 * @param since the time of the first attempt, in terms of {@link System#nanoTime()}
	 * @param loudly whether to log a warning, which is not useful during shutdown
	 */
	public void failed(String description, long since, boolean loudly) {
		String error = this.channel.lastError(description);
		this.failuresInARow++;
		this.state.accept((this.failuresInARow < DOWN_AFTER) ? State.DEGRADED : State.DOWN);
		if (this.failuresInARow == 1 && loudly) {
			this.since = since;
			this.lostBefore = lost();
			logger.warn("Cairn: cannot deliver to {}: {}. Retrying, and holding up to {}", this.channel.name(), error,
					this.held);
		}
		logger.debug("Cairn: cannot deliver to {}: {}", this.channel.name(), error);
	}

	/** Records a success. */
	public void over() {
		if (this.failuresInARow > 0) {
			long lost = lost() - this.lostBefore;
			this.failuresInARow = 0;
			this.state.accept(State.UP);
			logger.info("Cairn: {} is available again after {} ms; {} messages were lost", this.channel.name(),
					TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.since), lost);
		}
	}

	/** Dead letters are kept. */
	private long lost() {
		Ledger.Balance balance = this.channel.balance();
		return balance.droppedTotal() - balance.dropped().getOrDefault(DropReason.DEAD_LETTER, 0L);
	}

	/** Describes a failure and its root cause, which may quote an address or settings. */
	static String describe(Throwable ex) {
		Throwable root = ex;
		Throwable cause = Throwables.cause(ex);
		for (int depth = 0; cause != null && cause != root && depth < MAX_CAUSES; depth++) {
			root = cause;
			cause = Throwables.cause(root);
		}
		String described = describeOne(ex);
		String message = Throwables.message(root);
		boolean complete = root == ex || (message != null && described.contains(message));
		return complete ? described : described + " caused by " + describeOne(root);
	}

	private static String describeOne(Throwable ex) {
		String message = Throwables.message(ex);
		String name = ex.getClass().getSimpleName();
		return (message != null) ? name + ": " + message : name;
	}

}
