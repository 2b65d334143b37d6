package dev.cairn.delivery;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a spool works. A failure is logged once, and again at most every ten minutes: a
 * full disk has room now and then while it is read. Thread-safe.
 */
final class SpoolHealth {

	private static final Logger logger = LoggerFactory.getLogger(Sink.class);

	private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(10);

	private static final long OPEN_SECONDS = 5;

	private final Channel channel;

	private volatile Disk disk = Disk.OPENING;

	/** When the spool should be open. */
	private volatile long openBy;

	private boolean logged;

	private long loggedAt;

	SpoolHealth(Channel channel) {
		this.channel = channel;
	}

	void opening() {
		this.openBy = System.nanoTime() + TimeUnit.SECONDS.toNanos(OPEN_SECONDS);
		this.disk = Disk.OPENING;
	}

	/**
	 * Returns whether messages wait for the spool, which may have older ones. A disk that
	 * hangs does not hold them up for long.
	 */
	boolean isOpening() {
		if (this.disk == Disk.OPENING && System.nanoTime() - this.openBy > 0) {
			failed("open", new TimeoutException("not opened within " + OPEN_SECONDS + " s"));
		}
		return this.disk == Disk.OPENING;
	}

	boolean isAvailable() {
		return this.disk == Disk.AVAILABLE;
	}

	boolean hasFailed() {
		return this.disk == Disk.UNAVAILABLE;
	}

	void available() {
		if (setAvailable()) {
			logger.info("Cairn: the spool of {} is available again", this.channel.name());
		}
	}

	/** Returns whether this is to be logged. */
	private synchronized boolean setAvailable() {
		boolean log = this.disk == Disk.UNAVAILABLE && this.logged;
		this.logged &= !log;
		this.disk = Disk.AVAILABLE;
		return log;
	}

	void failed(String operation, Throwable ex) {
		String error = this.channel.lastError("cannot " + operation + " its spool: " + ex);
		if (setUnavailable()) {
			logger.warn("Cairn: {} {}. Messages are held in memory until the spool is available again",
					this.channel.name(), error);
		}
	}

	/** Returns whether this is to be logged. */
	private synchronized boolean setUnavailable() {
		long now = System.nanoTime();
		boolean log = this.disk != Disk.UNAVAILABLE && (this.loggedAt == 0 || now - this.loggedAt > LOG_NANOS);
		this.disk = Disk.UNAVAILABLE;
		if (log) {
			this.logged = true;
			this.loggedAt = now;
		}
		return log;
	}

	private enum Disk {

		OPENING, AVAILABLE, UNAVAILABLE

	}

}
