package dev.cairn.spring.logging;

import java.util.List;
import java.util.Set;

/**
 * Loggers whose lines are no failures of the application.
 */
final class OwnLoggers {

	/**
	 * Cairn, and the clients through which it delivers: what they say about a delivery
	 * must not become something to deliver.
	 */
	private static final List<String> PREFIXES = List.of("dev.cairn.Cairn", "dev.cairn.engine.", "dev.cairn.incident.",
			"dev.cairn.context.", "dev.cairn.delivery.", "dev.cairn.encoding.", "dev.cairn.internal.",
			"dev.cairn.metrics.", "dev.cairn.file.", "dev.cairn.kafka.", "dev.cairn.sentry.", "dev.cairn.statsd.",
			"dev.cairn.spring.", "io.sentry.", "org.apache.kafka.");

	/** They say in words of their own what a throwable says that is captured anyway. */
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
