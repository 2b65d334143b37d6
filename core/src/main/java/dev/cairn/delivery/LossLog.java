package dev.cairn.delivery;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.Ledger.DropReason;
import dev.cairn.internal.WarnOnce;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the first loss of each kind in a channel; the channel counts all of them.
 * Thread-safe.
 */
final class LossLog {

	private static final Logger logger = LoggerFactory.getLogger(Sink.class);

	private final Channel channel;

	private final WarnOnce warnings = new WarnOnce(logger);

	private final AtomicBoolean overflowReported = new AtomicBoolean();

	LossLog(Channel channel) {
		this.channel = channel;
	}

	Channel channel() {
		return this.channel;
	}

	/** Notes the error of a loss before the loss is counted, and returns it. */
	String error(DropReason reason, String detail) {
		return isSum(reason) ? reason.wireName()
				: this.channel.lastError(detail.isEmpty() ? reason.wireName() : detail);
	}

	/**
	 * Overflow and shutdown are reported as sums, by {@link #reportOverflow} and the
	 * sink.
	 */
	private static boolean isSum(DropReason reason) {
		return reason == DropReason.OVERFLOW || reason == DropReason.SHUTDOWN;
	}

	void lost(DropReason reason, String error, String kind) {
		if (!isSum(reason)) {
			this.warnings.warn(reason + kind, () -> describe(reason, error));
		}
	}

	private String describe(DropReason reason, String error) {
		return this.channel.name() + ((reason == DropReason.DEAD_LETTER)
				? " did not accept a message, which is kept as a dead letter: " + error
						+ ". Further ones are only counted"
				: " lost a message (" + reason.wireName() + "): " + error
						+ ". Further losses of this kind are only counted");
	}

	/** Called by threads of the sink: logging may block, and callers must not. */
	void reportOverflow(String capacity) {
		if (this.overflowReported.get()) {
			return;
		}
		Long overflowed = this.channel.balance().dropped().get(DropReason.OVERFLOW);
		if (overflowed != null && this.overflowReported.compareAndSet(false, true)) {
			logger.warn(
					"Cairn: the queue of {} is full ({}); {} messages were lost so far. "
							+ "Further losses of this kind are only counted",
					this.channel.name(), capacity, overflowed);
		}
	}

	/** Calls foreign code. */
	void guard(Runnable call) {
		try {
			call.run();
		}
		catch (Throwable ex) {
			this.warnings.warn("completion",
					() -> "a completion callback of " + this.channel.name() + " failed: " + ex);
		}
	}

}
