package dev.cairn.spring.logging;

import java.util.List;
import java.util.Set;

/**
 * Recognizes loggers whose entries are not failures of the application.
 */
final class OwnLoggers {

	/**
	 * The loggers of Cairn and of the clients that it delivers through. An entry about a
	 * delivery must not become a message to deliver.
	 */
	private static final List<String> PREFIXES = List.of("dev.cairn.Cairn", "dev.cairn.engine.", "dev.cairn.incident.",
			"dev.cairn.context.", "dev.cairn.delivery.", "dev.cairn.encoding.", "dev.cairn.internal.",
			"dev.cairn.metrics.", "dev.cairn.file.", "dev.cairn.kafka.", "dev.cairn.sentry.", "dev.cairn.statsd.",
			"dev.cairn.spring.", "io.sentry.", "org.apache.kafka.");

	/** Loggers that describe a throwable that is captured elsewhere. */
	private static final Set<String> REPEATING = Set
		.of("org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter");

	private OwnLoggers() {
	}

	static boolean includes(String logger) {
		return PREFIXES.stream().anyMatch(logger::startsWith);
	}

	static boolean repeats(String logger) {
		return REPEATING.contains(logger);
	}

}
