package dev.cairn.sample.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.sample.ShopApplication;

import static org.awaitility.Awaitility.await;

/**
 * The shop as a process of its own, from its packaged jar.
 */
final class AppProcess implements AutoCloseable {

	private static final Duration START_TIMEOUT = Duration.ofMinutes(3);

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private static final String STARTED = "Started ShopApplication";

	private final Process process;

	private final Path log;

	private final Thread killOnExit;

	private AppProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
		this.killOnExit = new Thread(process::destroyForcibly);
		Runtime.getRuntime().addShutdownHook(this.killOnExit);
	}

	/**
	 * Start the shop and wait until it serves.
	 * @param jar the packaged shop
	 * @param directory where it runs and writes {@code app.log}
	 * @param properties its properties, such as {@code server.port=0}
	 * @return the process
	 */
	static AppProcess start(Path jar, Path directory, List<String> properties) throws IOException {
		return start(List.of("-jar", jar.toString()), directory, properties);
	}

	/**
	 * Start the shop with the libraries that the tests have besides, and wait until it
	 * serves.
	 * @param directory where it runs and writes {@code app.log}
	 * @param properties its properties, such as {@code server.port=0}
	 * @return the process
	 */
	static AppProcess startWithTestLibraries(Path directory, List<String> properties) throws IOException {
		return startWithClassPath(System.getProperty("java.class.path"), directory, properties);
	}

	/**
	 * Start the shop with other libraries, and wait until it serves.
	 * @param classPath the classes and libraries
	 * @param directory where it runs and writes {@code app.log}
	 * @param properties its properties, such as {@code server.port=0}
	 * @return the process
	 */
	static AppProcess startWithClassPath(String classPath, Path directory, List<String> properties) throws IOException {
		return start(List.of("-cp", classPath, ShopApplication.class.getName()), directory, properties);
	}

	private static AppProcess start(List<String> what, Path directory, List<String> properties) throws IOException {
		Path log = directory.resolve("app.log");
		List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
				"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
		command.addAll(what);
		properties.forEach((property) -> command.add("--" + property));
		Process process = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		AppProcess app = new AppProcess(process, log);
		await().atMost(START_TIMEOUT).until(() -> !process.isAlive() || app.log().contains(STARTED));
		if (!process.isAlive()) {
			throw new IllegalStateException("The shop did not start: " + app.log());
		}
		return app;
	}

	long pid() {
		return this.process.pid();
	}

	int port() {
		Matcher port = PORT.matcher(log());
		if (!port.find()) {
			throw new IllegalStateException("No port in " + this.log);
		}
		return Integer.parseInt(port.group(1));
	}

	String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Ask the shop to stop, as {@code kill} does, and wait for it.
	 * @param timeout how long to wait
	 * @return whether it ended in time
	 */
	boolean terminate(Duration timeout) throws InterruptedException {
		this.process.destroy();
		return this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

	int exitCode() {
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		Runtime.getRuntime().removeShutdownHook(this.killOnExit);
	}

}
