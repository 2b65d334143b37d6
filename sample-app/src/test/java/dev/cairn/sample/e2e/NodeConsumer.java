package dev.cairn.sample.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The consumer in {@code src/consumers/node}, which holds a topic to the published
 * schemas.
 */
final class NodeConsumer {

	private static final int PATIENCE_SECONDS = 120;

	private static final Pattern COUNT = Pattern.compile("(?m)^ *(\\d+) (\\S+) \\((.*)\\)$");

	private final Path schemas;

	private final Path directory;

	private final String brokers;

	/**
	 * Install it beside the other things of the build.
	 * @param repository the root of the project
	 * @param kafkaPort where the broker listens
	 */
	NodeConsumer(Path repository, int kafkaPort) throws Exception {
		this.schemas = repository.resolve("core/src/main/resources/META-INF/cairn/schemas");
		this.brokers = "127.0.0.1:" + kafkaPort;
		this.directory = Files.createDirectories(Path.of("target", "consumers", "node").toAbsolutePath());
		for (String file : List.of("validate.mjs", "package.json", "package-lock.json")) {
			Files.write(this.directory.resolve(file),
					Files.readAllBytes(repository.resolve("src/consumers/node").resolve(file)));
		}
		Result installed = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
		if (installed.status() != 0) {
			throw new IllegalStateException("npm ci: " + installed.output());
		}
	}

	/**
	 * Read a topic from its beginning to its end.
	 * @param topic the topic
	 * @return its output
	 */
	Result read(String topic) throws Exception {
		return run("node", "validate.mjs", "--brokers", this.brokers, "--topic", topic, "--schemas",
				this.schemas.toString());
	}

	private Result run(String... command) throws IOException, InterruptedException {
		Path output = this.directory.resolve("output.log");
		Process process = new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
			process.destroyForcibly();
			throw new IllegalStateException(String.join(" ", command) + " does not end: " + Files.readString(output));
		}
		return new Result(process.exitValue(), Files.readString(output));
	}

	/**
	 * How it has ended.
	 *
	 * @param status the exit status
	 * @param output what it has printed
	 */
	record Result(int status, String output) {

		Map<String, Long> counts() {
			return matches(1, Long::valueOf);
		}

		Map<String, String> schemas() {
			return matches(3, Function.identity());
		}

		private <T> Map<String, T> matches(int value, Function<String, T> reader) {
			return COUNT.matcher(this.output)
				.results()
				.collect(Collectors.toMap((match) -> match.group(2), (match) -> reader.apply(match.group(value)),
						(one, other) -> one, TreeMap::new));
		}

	}

}
