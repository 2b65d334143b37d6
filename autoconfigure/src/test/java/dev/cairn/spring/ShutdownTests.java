package dev.cairn.spring;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The end of a process whose backends do not answer.
 */
class ShutdownTests {

	/** How much longer than its timeout the whole end may take. */
	private static final Duration MARGIN = Duration.ofSeconds(1);

	/** The time that is spent on backends that cannot take anything. */
	private static final Duration AWAY = Duration.ofSeconds(5);

	private static final Pattern CLOSED = Pattern.compile("Closed in (\\d+) ms, paused for (\\d+) ms\\.");

	@TempDir
	private Path directory;

	private final Deque<AutoCloseable> opened = new ArrayDeque<>();

	@AfterEach
	void close() throws Exception {
		while (!this.opened.isEmpty()) {
			this.opened.pop().close();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void oneTimeBoundsTheWholeStopIfServersDoNotRead(int seconds) throws Exception {
		stop(Duration.ofSeconds(seconds).plus(MARGIN), "UP", timeout(seconds + "s"), kafka(silent()), statsd(silent()),
				sentry(silent()));
		assertThat(log()).contains("2 messages are spooled").contains("sentry was closed with 1 messages");
	}

	@Test
	void oneTimeBoundsTheWholeStopIfConnectionsAreNotAnswered() throws Exception {
		stop(Duration.ofSeconds(2).plus(MARGIN), "UP", timeout("2s"), kafka(blackHole()), statsd(blackHole()),
				sentry(blackHole()));
	}

	@Test
	void serversThatRefuseConnectionsAreNotWaitedFor() throws Exception {
		stop(AWAY, "DOWN", timeout("10m"), kafka(closed()), statsd(closed()), sentry(closed()));
	}

	@Test
	void aFolderThatCannotBeCreatedIsNotWaitedFor() throws Exception {
		Files.createFile(this.directory.resolve("cairn-spool"));
		stop(AWAY, "DOWN", timeout("10m"), kafka(silent()), "--cairn.kafka.properties.max.block.ms=200");
		assertThat(log()).contains("kafka was closed with 2 messages that could not be delivered");
	}

	/** The shell limits the size of files, as a full disk does. */
	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aFullDiskIsNotWaitedFor() throws Exception {
		stop(List.of("/bin/sh", "-c", "(ulimit -f 0; exec \"$@\") 2>&1 | cat", "sh"), AWAY, "DOWN", timeout("10m"),
				kafka(silent()), "--cairn.kafka.properties.max.block.ms=200");
		assertThat(log()).contains("kafka was closed with 2 messages that could not be delivered");
	}

	private static String timeout(String timeout) {
		return "--cairn.shutdown-timeout=" + timeout;
	}

	private static String kafka(int port) {
		return "--spring.kafka.bootstrap-servers=127.0.0.1:" + port;
	}

	private static String sentry(int port) {
		return "--sentry.dsn=http://key@127.0.0.1:" + port + "/1";
	}

	private static String statsd(int port) {
		return "--management.statsd.metrics.export.port=" + port;
	}

	/** The system accepts the connections, and they are not read. */
	private int silent() throws IOException {
		return server(100).getLocalPort();
	}

	private ServerSocket server(int backlog) throws IOException {
		ServerSocket server = new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
		this.opened.push(server);
		return server;
	}

	private static int closed() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return server.getLocalPort();
		}
	}

	/** The system drops requests for connections once too many of them wait. */
	private int blackHole() throws IOException {
		ServerSocket server = server(1);
		InetSocketAddress address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
		while (true) {
			Socket waiting = new Socket();
			this.opened.push(waiting);
			try {
				waiting.connect(address, 200);
			}
			catch (SocketTimeoutException ex) {
				return server.getLocalPort();
			}
		}
	}

	private void stop(Duration within, String state, String... properties) throws Exception {
		stop(List.of(), within, state, properties);
	}

	/**
	 * Stops an application once Kafka is in a state. Time that the machine has not given
	 * to the process does not count.
	 */
	private void stop(List<String> shell, Duration within, String state, String... properties) throws Exception {
		Process process = start(shell, properties);
		try {
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.until(() -> !process.isAlive() || log().contains("Kafka is " + state));
			assertThat(process.isAlive()).as(this::log).isTrue();
			java(process).destroy();
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(this::log).isTrue();
			MatchResult closed = CLOSED.matcher(log())
				.results()
				.findFirst()
				.orElseThrow(() -> new AssertionError(log()));
			long paused = Long.parseLong(closed.group(2));
			assertThat(Long.parseLong(closed.group(1))).as(this::log).isLessThan(within.toMillis() + paused);
			assertThat(log()).doesNotContain("InterruptException");
		}
		finally {
			java(process).destroyForcibly();
		}
	}

	/** Returns the process, or the one that the shell has started. */
	private static ProcessHandle java(Process process) {
		return process.descendants()
			.filter((child) -> child.info().command().orElse("").endsWith("java"))
			.findFirst()
			.orElse(process.toHandle());
	}

	private String log() {
		try {
			return Files.readString(this.directory.resolve("app.log"));
		}
		catch (IOException ex) {
			return "";
		}
	}

	private Process start(List<String> shell, String... properties) throws IOException {
		List<String> command = new ArrayList<>(shell);
		command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx256m",
				"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp",
				absolute(System.getProperty("java.class.path")), ShutdownApplication.class.getName(),
				"--spring.main.keep-alive=true", "--management.statsd.metrics.export.host=127.0.0.1",
				"--management.statsd.metrics.export.protocol=tcp"));
		command.addAll(List.of(properties));
		return new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("app.log").toFile())
			.start();
	}

	private static String absolute(String classPath) {
		List<String> absolute = new ArrayList<>();
		for (String entry : classPath.split(File.pathSeparator)) {
			absolute.add(new File(entry).getAbsolutePath());
		}
		return String.join(File.pathSeparator, absolute);
	}

}
