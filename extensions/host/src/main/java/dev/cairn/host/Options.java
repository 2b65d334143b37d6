package dev.cairn.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The options of the command, with the letters of statvent's.
 */
record Options(int port, String address, String location, Path directory, @Nullable Path ports, String endpoints,
		Duration timeout, List<String> gauges) {

	static final String USAGE = """
			Usage: java -jar cairn-host.jar [options]
			  -p, --port PORT        port to listen on, 7828 by default
			  -i, --ip ADDRESS       address to listen on, 127.0.0.1 by default
			  -l, --path PATH        path of the JSON, /stats by default
			  -d, --pipe-dir DIR     folder of the pipes, that of the current user by default
			  -e, --port-dir DIR     folder of files <pid>.port, for services that are read by their endpoint
			      --endpoints PATH   path of the endpoints, /actuator by default
			      --timeout MILLIS   time in which a process has to answer, 2000 by default
			      --gauge RULE       how a gauge is merged: <pattern>=<sum|max|last|average>, several times
			      --gauges FILE      file with a rule a line
			The variable CAIRN_HOST_AUTHORIZATION is sent to endpoints as the header Authorization.
			""";

	private static final Map<String, String> LONG_NAMES = Map.of("--port", "-p", "--ip", "-i", "--path", "-l",
			"--pipe-dir", "-d", "--port-dir", "-e");

	private static final Set<String> KNOWN = Set.of("-p", "-i", "-l", "-d", "-e", "--endpoints", "--timeout", "--gauge",
			"--gauges");

	private static final int MAX_PORT = 65_535;

	private static final int MAX_TIMEOUT = 60_000;

	/**
	 * Parses the arguments.
	 * @throws IllegalArgumentException if one of them is invalid
	 */
	static Options parse(String... arguments) {
		Map<String, String> values = new HashMap<>();
		List<String> gauges = new ArrayList<>();
		for (int i = 0; i < arguments.length; i += 2) {
			String option = LONG_NAMES.getOrDefault(arguments[i], arguments[i]);
			if (i + 1 == arguments.length || !KNOWN.contains(option)) {
				throw new IllegalArgumentException("Option " + arguments[i] + " has no value, or is unknown");
			}
			switch (option) {
				case "--gauge" -> gauges.add(arguments[i + 1]);
				case "--gauges" -> gauges.addAll(lines(arguments[i + 1]));
				default -> values.put(option, arguments[i + 1]);
			}
		}
		String ports = values.get("-e");
		return new Options(number("-p", values.getOrDefault("-p", "7828"), MAX_PORT),
				values.getOrDefault("-i", "127.0.0.1"), path("-l", values.getOrDefault("-l", "/stats")),
				Path.of(values.getOrDefault("-d", defaultDirectory())), (ports != null) ? Path.of(ports) : null,
				path("--endpoints", values.getOrDefault("--endpoints", "/actuator")),
				Duration.ofMillis(number("--timeout", values.getOrDefault("--timeout", "2000"), MAX_TIMEOUT)), gauges);
	}

	/** As that of cairn.pipe.directory. */
	private static String defaultDirectory() {
		String user = System.getProperty("user.name", "").replaceAll("[^\\w.-]", "_");
		return System.getProperty("java.io.tmpdir") + "/stats-pipe-" + user;
	}

	private static int number(String option, String value, int most) {
		if (!value.matches("\\d{1,9}") || Integer.parseInt(value) > most) {
			throw new IllegalArgumentException("Option " + option + " must be 0 to " + most + ", but was " + value);
		}
		return Integer.parseInt(value);
	}

	private static String path(String option, String value) {
		if (!value.startsWith("/")) {
			throw new IllegalArgumentException("Option " + option + " must begin with /, but was " + value);
		}
		return value;
	}

	private static List<String> lines(String file) {
		try {
			return Files.readAllLines(Path.of(file))
				.stream()
				.filter((line) -> !line.isBlank() && !line.startsWith("#"))
				.toList();
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("Option --gauges must be a file, but was " + file + ": " + ex, ex);
		}
	}

}
