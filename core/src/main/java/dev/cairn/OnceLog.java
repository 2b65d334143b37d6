package dev.cairn;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;

/**
 * Logs the first failure of each kind loudly and the rest at debug level, so that a
 * broken extension is seen but floods nothing.
 */
final class OnceLog {

	private static final int MAX_KINDS = 100;

	private final Logger logger;

	private final Set<String> seen = ConcurrentHashMap.newKeySet();

	OnceLog(Logger logger) {
		this.logger = logger;
	}

	void warn(String kind, Throwable ex) {
		if (this.seen.size() < MAX_KINDS && this.seen.add(kind)) {
			this.logger.warn("Cairn: {} failed; further failures of this kind are logged at debug level", kind, ex);
		}
		else {
			this.logger.debug("Cairn: {} failed", kind, ex);
		}
	}

}
