package dev.cairn.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.slf4j.Logger;

/**
 * Logs the first problem of each kind as a warning and the following ones at debug level,
 * so that a broken extension is visible and does not flood the log. The number of kinds
 * is bounded. Thread-safe; never throws.
 */
public final class WarnOnce {

	private static final int MAX_KINDS = 100;

	private final Logger logger;

	private final Set<String> seen = ConcurrentHashMap.newKeySet();

	public WarnOnce(Logger logger) {
		this.logger = logger;
	}

	/**
	 * Logs a text: as a warning the first time, at debug level from then on.
	 * @param kind the kind of problem
	 * @param text supplies the text, without secrets; called only if it is logged
	 */
	public void warn(String kind, Supplier<String> text) {
		try {
			if (isFirst(kind)) {
				this.logger.warn("Cairn: {}", text.get());
			}
			else if (this.logger.isDebugEnabled()) {
				this.logger.debug("Cairn: {}", text.get());
			}
		}
		catch (Throwable ex) {
			// Logging failed, or there is no stack or heap left for it
		}
	}

	private boolean isFirst(String kind) {
		return this.seen.size() < MAX_KINDS && this.seen.add(kind);
	}

}
