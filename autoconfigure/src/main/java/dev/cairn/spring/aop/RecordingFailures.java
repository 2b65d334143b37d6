package dev.cairn.spring.aop;

import dev.cairn.internal.WarnOnce;
import org.slf4j.LoggerFactory;

/**
 * Logs failures to record a call, which must not reach its caller.
 */
final class RecordingFailures {

	private static final WarnOnce WARNINGS = new WarnOnce(LoggerFactory.getLogger(CallCompletion.class));

	private RecordingFailures() {
	}

	static void warn(RuntimeException ex) {
		WARNINGS.warn("completion", "Failed to record the completion of a call: " + ex);
	}

}
