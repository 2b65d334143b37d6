package dev.cairn.host;

import java.util.Map;

/**
 * A process that was read, or not.
 *
 * @param name its id, or the name of its file without the ending
 * @param source where its stats are from
 * @param state whether its stats are complete
 * @param problem what is wrong, empty if nothing is
 * @param stats its stats by name
 */
record Producer(String name, Source source, State state, String problem, Map<String, Double> stats) {

	static Producer without(String name, Source source, State state, String problem) {
		return new Producer(name, source, state, problem, Map.of());
	}

	/** Returns when the process has started, as far as this is known. */
	long started() {
		int end = 0;
		while (end < this.name.length() && Character.isDigit(this.name.charAt(end))) {
			end++;
		}
		if (end == 0 || end > Limits.MAX_PID_DIGITS) {
			return 0;
		}
		return ProcessHandle.of(Long.parseLong(this.name.substring(0, end)))
			.flatMap((process) -> process.info().startInstant())
			.map((start) -> start.toEpochMilli())
			.orElse(0L);
	}

	enum Source {

		PIPE, ENDPOINT

	}

	enum State {

		/** All of its stats were read. */
		OK,

		/** Some lines are no stats; the others count. */
		MALFORMED,

		/** It ended while it wrote; its complete lines count. */
		INCOMPLETE,

		/** It lives, but has not written in time. Its pipe stays. */
		SLOW,

		/** Its process has ended. Its pipe is deleted. */
		ENDED,

		/** It cannot be read. */
		FAILED

	}

}
