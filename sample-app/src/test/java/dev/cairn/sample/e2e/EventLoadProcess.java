package dev.cairn.sample.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import dev.cairn.sample.load.EventLoad;

import static org.awaitility.Awaitility.await;

/**
 * {@link EventLoad} as a process, which can be killed.
 */
final class EventLoadProcess implements AutoCloseable {

	private static final Duration START_TIMEOUT = Duration.ofMinutes(3);

	private final Process process;

	private final Path folder;

	private final Thread killOnExit;

	private EventLoadProcess(Process process, Path folder) {
		this.process = process;
		this.folder = folder;
		this.killOnExit = new Thread(process::destroyForcibly);
		Runtime.getRuntime().addShutdownHook(this.killOnExit);
	}

	/**
	 * Start it, and wait until it publishes.
	 * @param folder where it runs, and writes its results and {@code load.log}
	 * @param shell what goes before the command, such as a limit
	 * @param properties its properties
	 */
	static EventLoadProcess start(Path folder, List<String> shell, List<String> properties) throws IOException {
		Files.createDirectories(folder);
		List<String> command = new ArrayList<>(shell);
		command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx256m", "-cp",
				System.getProperty("java.class.path"), EventLoad.class.getName(), "--load.out=" + folder));
		properties.forEach((property) -> command.add("--" + property));
		Path log = folder.resolve("load.log");
		Process process = new ProcessBuilder(command).directory(folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
			.start();
		EventLoadProcess load = new EventLoadProcess(process, folder);
		await().atMost(START_TIMEOUT).until(() -> !process.isAlive() || load.log().contains("publishing\n"));
		if (!load.log().contains("publishing\n")) {
			throw new IllegalStateException("The load did not start: " + load.log());
		}
		return load;
	}

	String log() throws IOException {
		return Files.readString(this.folder.resolve("load.log"));
	}

	/**
	 * Returns how many events were published at least, or all of them after the last one.
	 */
	int progress() throws IOException {
		String log = log();
		if (log.contains("\npublished ")) {
			return Integer.MAX_VALUE;
		}
		int last = log.lastIndexOf("\nprogress ");
		int end = log.indexOf('\n', last + 1);
		return (last >= 0 && end >= 0) ? Integer.parseInt(log.substring(last + 10, end)) : 0;
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/** As {@code kill -9} does. */
	void kill() throws InterruptedException {
		this.process.destroyForcibly();
		this.process.waitFor();
	}

	void awaitEnd(Duration timeout) throws InterruptedException, IOException {
		if (!this.process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS) || this.process.exitValue() != 0) {
			throw new IllegalStateException("The load did not end well: " + log());
		}
	}

	/** The numbers of the accepted events of a thread. */
	BitSet accepted(int producer) throws IOException {
		return BitSet.valueOf(Files.readAllBytes(this.folder.resolve("accepted-" + producer)));
	}

	/** The values that it has written at its end, by name. */
	Map<String, String> report() throws IOException {
		Map<String, String> report = new TreeMap<>();
		for (String line : Files.readAllLines(this.folder.resolve("report"))) {
			int space = line.indexOf(' ');
			report.put(line.substring(0, space), line.substring(space + 1));
		}
		return report;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		Runtime.getRuntime().removeShutdownHook(this.killOnExit);
	}

}
