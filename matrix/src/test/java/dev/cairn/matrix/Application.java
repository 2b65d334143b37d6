package dev.cairn.matrix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.awaitility.Awaitility.await;

/**
 * An application in a process of its own.
 */
final class Application implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofMinutes(3);

	private static final Pattern PORT = Pattern.compile("(?:Tomcat|Jetty|Netty) started on port (\\d+)");

	private final Process process;

	private final Path log;

	private Application(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	static Application start(Path directory, String classPath, Map<String, String> properties, String main,
			String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
				"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath));
		properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
		command.add(main);
		command.addAll(List.of(arguments));
		Path log = directory.resolve("application.log");
		return new Application(new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start(), log);
	}

	int awaitPort() {
		awaitLog(PORT);
		Matcher port = PORT.matcher(log());
		return port.find() ? Integer.parseInt(port.group(1)) : 0;
	}

	void awaitLog(Pattern pattern) {
		await().atMost(TIMEOUT).until(() -> !this.process.isAlive() || pattern.matcher(log()).find());
		if (!this.process.isAlive()) {
			throw new IllegalStateException("The application has ended: " + log());
		}
	}

	long pid() {
		return this.process.pid();
	}

	/** Ends it as {@code kill} does. */
	void terminate() {
		this.process.destroy();
	}

	int awaitExit() throws InterruptedException {
		if (!this.process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
			throw new IllegalStateException("The application does not end: " + log());
		}
		return this.process.exitValue();
	}

	String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
