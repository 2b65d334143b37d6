package dev.cairn.delivery;

import java.util.HashSet;
import java.util.Set;

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

	private static final int MAX_KINDS = 100;

	private final Channel channel;

	private final WarnOnce failures = new WarnOnce(logger);

	/** Guarded by itself. */
	private final Set<String> reported = new HashSet<>();

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
		if (isSum(reason) || !isFirst(reason, kind)) {
			return;
		}
		if (reason == DropReason.DEAD_LETTER) {
			logger.warn("Cairn: {} did not accept a message, which is kept as a dead letter: {}. "
					+ "Further ones are only counted", this.channel.name(), error);
		}
		else {
			logger.warn("Cairn: {} lost a message ({}): {}. Further losses of this kind are only counted",
					this.channel.name(), reason.wireName(), error);
		}
	}

	/** Called by threads of the sink: logging may block, and callers must not. */
	void reportOverflow(String capacity) {
		synchronized (this.reported) {
			if (this.reported.contains(DropReason.OVERFLOW.name())) {
				return;
			}
		}
		Long overflowed = this.channel.balance().dropped().get(DropReason.OVERFLOW);
		if (overflowed != null && isFirst(DropReason.OVERFLOW, "")) {
			logger.warn(
					"Cairn: the queue of {} is full ({}); {} messages were lost so far. "
							+ "Further losses of this kind are only counted",
					this.channel.name(), capacity, overflowed);
		}
	}

	private boolean isFirst(DropReason reason, String kind) {
		synchronized (this.reported) {
			return this.reported.size() < MAX_KINDS && this.reported.add(reason + kind);
		}
	}

	/** Calls foreign code. */
	void guard(Runnable call) {
		try {
			call.run();
		}
		catch (Throwable ex) {
			this.failures.warn("completion",
					() -> "a completion callback of " + this.channel.name() + " failed: " + ex);
		}
	}

}
