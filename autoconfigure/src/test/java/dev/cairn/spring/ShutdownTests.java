package dev.cairn.spring;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The end of a process whose backends accept connections and never answer.
 */
class ShutdownTests {

	private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(3);

	@TempDir
	private Path directory;

	private ServerSocket kafka;

	private ServerSocket statsd;

	private ServerSocket sentry;

	@BeforeEach
	void accept() throws IOException {
		this.kafka = server();
		this.statsd = server();
		this.sentry = server();
	}

	@AfterEach
	void close() throws IOException {
		this.kafka.close();
		this.statsd.close();
		this.sentry.close();
	}

	/** The system accepts the connections, and nobody reads. */
	private static ServerSocket server() throws IOException {
		return new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
	}

	@Test
	void oneTimeBoundsTheWholeStop() throws Exception {
		stop(SHUTDOWN_TIMEOUT.multipliedBy(3), "UP", "--cairn.shutdown-timeout=" + SHUTDOWN_TIMEOUT.toSeconds() + "s",
				"--spring.kafka.bootstrap-servers=127.0.0.1:" + this.kafka.getLocalPort(),
				"--sentry.dsn=http://key@127.0.0.1:" + this.sentry.getLocalPort() + "/1",
				"--management.statsd.metrics.export.host=127.0.0.1",
				"--management.statsd.metrics.export.port=" + this.statsd.getLocalPort(),
				"--management.statsd.metrics.export.protocol=tcp");
		assertThat(log()).contains("2 messages are spooled").contains("sentry was closed with 1 messages");
	}

	@Test
	void nothingIsWaitedForThatCannotHelp() throws Exception {
		// Its folder cannot be created
		Files.createFile(this.directory.resolve("cairn-spool"));
		stop(Duration.ofSeconds(30), "DOWN", "--cairn.shutdown-timeout=10m",
				"--spring.kafka.bootstrap-servers=127.0.0.1:" + this.kafka.getLocalPort(),
				"--cairn.kafka.properties.max.block.ms=200");
		assertThat(log()).contains("kafka was closed with 2 messages that could not be delivered");
	}

	/** Stops an application once Kafka is in a state. */
	private void stop(Duration within, String state, String... properties) throws Exception {
		Process process = start(properties);
		try {
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.until(() -> !process.isAlive() || log().contains("Kafka is " + state));
			assertThat(process.isAlive()).as(this::log).isTrue();
			process.destroy();
			assertThat(process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)).as(this::log).isTrue();
			assertThat(log()).doesNotContain("InterruptException");
		}
		finally {
			process.destroyForcibly();
		}
	}

	private String log() {
		try {
			return Files.readString(this.directory.resolve("app.log"));
		}
		catch (IOException ex) {
			return "";
		}
	}

	private Process start(String... properties) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx256m", "-XX:+UseSerialGC",
						"-XX:TieredStopAtLevel=1", "-cp", absolute(System.getProperty("java.class.path")),
						ShutdownApplication.class.getName(), "--spring.main.keep-alive=true"));
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
