package dev.cairn.delivery;

import java.util.concurrent.TimeUnit;

import dev.cairn.Redactor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a spool works. A failure is logged once, and again at most every ten minutes: a
 * full disk has room now and then while it is read. Thread-safe.
 */
final class SpoolHealth {

	private static final Logger logger = LoggerFactory.getLogger(AsyncSink.class);

	private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(10);

	private final Channel channel;

	private volatile Disk disk = Disk.UNKNOWN;

	private boolean logged;

	private long loggedAt;

	SpoolHealth(Channel channel) {
		this.channel = channel;
	}

	boolean isUnknown() {
		return this.disk == Disk.UNKNOWN;
	}

	boolean isAvailable() {
		return this.disk == Disk.AVAILABLE;
	}

	boolean hasFailed() {
		return this.disk == Disk.UNAVAILABLE;
	}

	synchronized void available() {
		if (this.disk == Disk.UNAVAILABLE && this.logged) {
			logger.info("Cairn: the spool of {} works again", this.channel.name());
			this.logged = false;
		}
		this.disk = Disk.AVAILABLE;
	}

	synchronized void failed(String operation, Throwable ex) {
		String error = "cannot " + operation + " its spool: " + Redactor.DEFAULT.redact(ex.toString());
		this.channel.lastError(error);
		long now = System.nanoTime();
		boolean log = this.disk != Disk.UNAVAILABLE && (this.loggedAt == 0 || now - this.loggedAt > LOG_NANOS);
		this.disk = Disk.UNAVAILABLE;
		if (log) {
			this.logged = true;
			this.loggedAt = now;
			logger.warn("Cairn: {} {}. Messages stay in memory, as far as there is room, until the spool works again",
					this.channel.name(), error);
		}
	}

	/**
	 * The state of the disk.
	 */
	private enum Disk {

		UNKNOWN, AVAILABLE, UNAVAILABLE

	}

}
