package dev.cairn.sample.e2e;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The commands that the backends need. Where they are missing the build goes on, and says
 * loudly what it has not run.
 */
final class Prerequisites {

	private static final String LINE = "*".repeat(100);

	private Prerequisites() {
	}

	/**
	 * Return whether all commands are there; say what it means when one is not.
	 * @param what what cannot be run without them
	 * @param remedy how to get them
	 * @param commands their names
	 * @return whether it can be run
	 */
	static boolean met(String what, String remedy, String... commands) {
		List<String> missing = Stream.of(commands).filter((command) -> !isOnPath(command)).toList();
		if (!missing.isEmpty()) {
			System.err.printf("%n%s%n* NOT RUN: %s%n* Missing: %s%n* Remedy:  %s%n%s%n%n", LINE, what,
					String.join(", ", missing), remedy, LINE);
		}
		return missing.isEmpty();
	}

	private static boolean isOnPath(String command) {
		String path = System.getenv().getOrDefault("PATH", "");
		return Arrays.stream(path.split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, command)));
	}

}
