package dev.cairn.spring.logging;

import java.util.List;

/**
 * The loggers of Cairn and of the clients through which it delivers: what they say about
 * a delivery must not become something to deliver.
 */
final class OwnLoggers {

	private static final List<String> PREFIXES = List.of("dev.cairn.Cairn", "dev.cairn.sink.", "dev.cairn.spring.",
			"io.sentry.", "org.apache.kafka.");

	private OwnLoggers() {
	}

	static boolean includes(String logger) {
		return PREFIXES.stream().anyMatch(logger::startsWith);
	}

}
