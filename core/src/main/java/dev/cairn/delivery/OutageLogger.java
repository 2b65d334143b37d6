package dev.cairn.delivery;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.cairn.Ledger.State;
import dev.cairn.Redactor;
import dev.cairn.internal.Throwables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failures in a row of one destination: one warning in the log when they begin, and
 * one line when it is back. For one thread.
 */
public final class OutageLogger {

	private static final Logger logger = LoggerFactory.getLogger(OutageLogger.class);

	/** After so many failures in a row a destination counts as down. */
	private static final int DOWN_AFTER = 3;

	private final Channel channel;

	private final Consumer<State> state;

	private final String held;

	private int failuresInARow;

	private long since;

	private long droppedBefore;

	/**
	 * Create an account of a destination that works.
	 * @param channel its channel
	 * @param state is told how it is
	 * @param held how much is held while it is away, for people
	 */
	public OutageLogger(Channel channel, Consumer<State> state, String held) {
		this.channel = channel;
		this.state = state;
		this.held = held;
	}

	/**
	 * It has failed.
	 * @param error why, without secrets
	 * @param since when it was first tried, in nanoseconds of the clock of the JVM
	 * @param loudly whether that is worth a warning; not when all ends
	 */
	public void failed(String error, long since, boolean loudly) {
		this.channel.lastError(error);
		this.failuresInARow++;
		this.state.accept((this.failuresInARow < DOWN_AFTER) ? State.DEGRADED : State.DOWN);
		if (this.failuresInARow == 1 && loudly) {
			this.since = since;
			this.droppedBefore = this.channel.balance().droppedTotal();
			logger.warn("Cairn: cannot deliver to {}: {}. Trying again; holding up to {} meanwhile",
					this.channel.name(), error, this.held);
		}
		logger.debug("Cairn: cannot deliver to {}: {}", this.channel.name(), error);
	}

	/** It works. */
	public void over() {
		if (this.failuresInARow > 0) {
			long lost = this.channel.balance().droppedTotal() - this.droppedBefore;
			this.failuresInARow = 0;
			this.state.accept(State.UP);
			logger.info("Cairn: {} is back after {} ms; {} messages were lost meanwhile", this.channel.name(),
					TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.since), lost);
		}
	}

	/** Without secrets: an exception may quote the address or the settings. */
	static String describe(Throwable ex) {
		String message = Throwables.message(ex);
		Throwable cause = Throwables.cause(ex);
		String name = ex.getClass().getSimpleName();
		if (message == null && cause != null && cause != ex) {
			return name + " caused by " + cause.getClass().getSimpleName() + ": "
					+ Redactor.DEFAULT.redact(String.valueOf(Throwables.message(cause)));
		}
		return (message != null) ? name + ": " + Redactor.DEFAULT.redact(message) : name;
	}

}
