package dev.cairn.metrics;

import java.util.List;

/**
 * Finds who in the application has called.
 */
final class Callers {

	private static final StackWalker WALKER = StackWalker.getInstance();

	private static final List<String> LIBRARIES = List.of("io.micrometer.", "dev.cairn.metrics.", "dev.cairn.engine.",
			"dev.cairn.GlobalCairn", "dev.cairn.CairnMetrics", "dev.cairn.spring.", "java.", "jdk.", "sun.",
			"org.springframework.", "org.aspectj.", "org.aopalliance.");

	private Callers() {
	}

	/** Return class, method and line of the first frame that is of no library. */
	static String ofMeter() {
		return WALKER
			.walk((frames) -> frames.filter((frame) -> LIBRARIES.stream().noneMatch(frame.getClassName()::startsWith))
				.findFirst()
				.map((frame) -> frame.toStackTraceElement().toString())
				.orElse("a library"));
	}

}
