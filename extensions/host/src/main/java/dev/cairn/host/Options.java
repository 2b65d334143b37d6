package dev.cairn.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

	private static final int MAX_PORT = 65_535;

	/**
	 * Parses the arguments.
	 * @throws IllegalArgumentException if one of them is invalid
	 */
	static Options parse(String... arguments) {
		Options options = new Options(7828, "127.0.0.1", "/stats", defaultDirectory(), null, "/actuator",
				Duration.ofSeconds(2), List.of());
		for (int i = 0; i < arguments.length; i += 2) {
			if (i + 1 == arguments.length) {
				throw new IllegalArgumentException("Option " + arguments[i] + " has no value, or is unknown");
			}
			options = options.with(arguments[i], arguments[i + 1]);
		}
		return options;
	}

	/** As that of cairn.pipe.directory. */
	private static Path defaultDirectory() {
		String user = System.getProperty("user.name", "").replaceAll("[^\\w.-]", "_");
		return Path.of(System.getProperty("java.io.tmpdir"), "stats-pipe-" + user);
	}

	private Options with(String option, String value) {
		return switch (option) {
			case "-p", "--port" -> new Options(number(option, value, MAX_PORT), this.address, this.location,
					this.directory, this.ports, this.endpoints, this.timeout, this.gauges);
			case "-i", "--ip" -> new Options(this.port, value, this.location, this.directory, this.ports,
					this.endpoints, this.timeout, this.gauges);
			case "-l", "--path" -> new Options(this.port, this.address, path(option, value), this.directory, this.ports,
					this.endpoints, this.timeout, this.gauges);
			case "-d", "--pipe-dir" -> new Options(this.port, this.address, this.location, Path.of(value), this.ports,
					this.endpoints, this.timeout, this.gauges);
			case "-e", "--port-dir" -> new Options(this.port, this.address, this.location, this.directory,
					Path.of(value), this.endpoints, this.timeout, this.gauges);
			case "--endpoints" -> new Options(this.port, this.address, this.location, this.directory, this.ports,
					path(option, value), this.timeout, this.gauges);
			case "--timeout" -> new Options(this.port, this.address, this.location, this.directory, this.ports,
					this.endpoints, Duration.ofMillis(number(option, value, 60_000)), this.gauges);
			case "--gauge" -> withGauges(List.of(value));
			case "--gauges" -> withGauges(lines(value));
			default -> throw new IllegalArgumentException("Option " + option + " is unknown");
		};
	}

	private Options withGauges(List<String> rules) {
		List<String> all = new ArrayList<>(this.gauges);
		all.addAll(rules);
		return new Options(this.port, this.address, this.location, this.directory, this.ports, this.endpoints,
				this.timeout, all);
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
