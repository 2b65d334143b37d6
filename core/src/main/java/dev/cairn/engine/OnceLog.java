package dev.cairn.engine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.cairn.Redactor;
import org.slf4j.Logger;

/**
 * Logs the first failure of each kind loudly and the rest at debug level, so that a
 * broken extension is seen but floods nothing. What it logs is redacted, since an
 * exception may quote what it failed on. Never throws.
 */
final class OnceLog {

	private static final int MAX_KINDS = 100;

	private final Logger logger;

	private final Set<String> seen = ConcurrentHashMap.newKeySet();

	OnceLog(Logger logger) {
		this.logger = logger;
	}

	void warn(String kind, Throwable ex) {
		try {
			if (this.seen.size() < MAX_KINDS && this.seen.add(kind)) {
				this.logger.warn("Cairn: {} failed; further failures of this kind are logged at debug level: {}", kind,
						describe(ex));
			}
			else if (this.logger.isDebugEnabled()) {
				this.logger.debug("Cairn: {} failed: {}", kind, describe(ex));
			}
		}
		catch (Throwable ignored) {
			// Logging failed, or there is no stack or heap left for it
		}
	}

	void warnOnce(String kind, String text) {
		try {
			if (this.seen.size() < MAX_KINDS && this.seen.add(kind)) {
				this.logger.warn("Cairn: {}", text);
			}
		}
		catch (Throwable ignored) {
			// As above
		}
	}

	private static String describe(Throwable ex) {
		StringWriter trace = new StringWriter();
		try {
			ex.printStackTrace(new PrintWriter(trace, true));
		}
		catch (Throwable unprintable) {
			trace.append(ex.getClass().getName());
		}
		return Redactor.DEFAULT.redact(trace.toString());
	}

}
