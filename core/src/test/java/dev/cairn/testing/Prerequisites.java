package dev.cairn.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The commands that the backends need. If they are missing, the build continues, and
 * reports loudly which tests did not run. It fails if {@code CI} is set, as build servers
 * do.
 */
public final class Prerequisites {

	private static final boolean REQUIRED = !"false".equals(System.getenv().getOrDefault("CI", "false"));

	/** The remedy if there is no Node.js. */
	public static final String NODE = "Node.js 20 or newer with npm; on Debian: apt-get install --no-install-recommends nodejs npm";

	private static final String LINE = "*".repeat(100);

	private Prerequisites() {
	}

	/**
	 * Returns whether all commands are there, and reports those that are missing.
	 * @param what the test that cannot be run without them
	 * @param remedy how to install them
	 * @param commands their names
	 * @return whether it can be run
	 * @throws IllegalStateException when it cannot, and has to
	 */
	public static boolean met(String what, String remedy, String... commands) {
		List<String> missing = Stream.of(commands).filter((command) -> !isOnPath(command)).toList();
		if (!missing.isEmpty() && REQUIRED) {
			throw new IllegalStateException(
					"Cannot run %s: %s is missing. Remedy: %s".formatted(what, String.join(", ", missing), remedy));
		}
		if (!missing.isEmpty()) {
			System.err.printf("%n%s%n* NOT RUN: %s%n* Missing: %s%n* Remedy:  %s%n%s%n%n", LINE, what,
					String.join(", ", missing), remedy, LINE);
		}
		return missing.isEmpty();
	}

	/**
	 * Returns whether the backends of a test can be started: those that Debian packages,
	 * StatsD, and the browser.
	 * @param what the test that cannot be run without them
	 * @param names names of backends
	 * @return whether it can be run
	 * @throws IllegalStateException when it cannot, and has to
	 */
	public static boolean metFor(String what, String... names) {
		boolean met = met(what, "Linux with bash and util-linux", "bash", "flock", "setsid");
		for (String name : names) {
			met = met && switch (name) {
				case "statsd" -> met(what, NODE, "node", "npm");
				case "carbon" -> met(what, "src/backends/backends.sh install carbon, as root", "carbon-cache");
				case "graphite" -> met(what, "src/backends/backends.sh install graphite, as root", "graphite-manage");
				case "prometheus" -> met(what, "src/backends/backends.sh install prometheus, as root", "prometheus");
				case "redis" -> met(what, "src/backends/backends.sh install redis, as root", "redis-server");
				case "chromium" -> met(what, "src/backends/backends.sh install chromium, as root", "chromium");
				default -> throw new IllegalArgumentException(name);
			};
		}
		return met;
	}

	private static boolean isOnPath(String command) {
		String path = System.getenv().getOrDefault("PATH", "");
		return Arrays.stream(path.split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, command)));
	}

}
