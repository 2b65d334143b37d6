package dev.cairn.collector.server;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Kills the collector while senders are busy. What it has accepted is on the disk.
 */
@Timeout(600)
class KilledCollectorIT {

	private static final int SENDERS = 4;

	private static final int BATCH = 20;

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

	private final Set<String> accepted = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean over = new AtomicBoolean();

	@TempDir
	private Path directory;

	@Test
	void whatWasAnsweredWith202IsOnTheDisk() throws Exception {
		int port = freePort();
		Process collector = start(port);
		try {
			URI address = URI.create("http://127.0.0.1:" + port + "/cairn/events");
			await().atMost(Duration.ofSeconds(300)).untilAsserted(() -> {
				assertThat(collector.isAlive()).isTrue();
				assertThat(send(address)).as(() -> log()).isEqualTo(202);
			});
			List<Thread> senders = IntStream.range(0, SENDERS)
				.mapToObj((number) -> new Thread(() -> sendAll(address)))
				.toList();
			senders.forEach(Thread::start);
			await().atMost(Duration.ofSeconds(60)).until(() -> this.accepted.size() > 2000);
			collector.destroyForcibly();
			assertThat(collector.waitFor(30, TimeUnit.SECONDS)).isTrue();
			this.over.set(true);
			for (Thread sender : senders) {
				sender.join(TimeUnit.SECONDS.toMillis(30));
			}
		}
		finally {
			this.over.set(true);
			collector.destroyForcibly();
		}
		Set<String> stored = stored();
		assertThat(this.accepted).isNotEmpty().allMatch(stored::contains);
	}

	/** Another process could take it before the collector does, which is unlikely. */
	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	/** The executable jar of the build, or the classes of this test. */
	private Process start(int port) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC"));
		String jar = System.getProperty("cairn.collector.jar", "");
		if (Files.exists(Path.of(jar)) && !jar.isEmpty()) {
			command.addAll(List.of("-jar", jar));
		}
		else {
			command.addAll(List.of("-cp", System.getProperty("java.class.path"), CollectorServer.class.getName()));
		}
		command.addAll(List.of("--server.port=" + port, "--server.address=127.0.0.1", "--cairn.file.enabled=true",
				"--cairn.file.directory=" + this.directory.resolve("events"), "--cairn.collector.enabled=true",
				"--cairn.collector.durability=disk", "--spring.main.banner-mode=off"));
		return new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(new File(this.directory.toFile(), "collector.log"))
			.start();
	}

	private String log() {
		try {
			return Files.readString(this.directory.resolve("collector.log"));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private void sendAll(URI address) {
		while (!this.over.get()) {
			send(address);
		}
	}

	/** Returns the status, or 0 if there is no answer. */
	private int send(URI address) {
		List<String> ids = Stream.generate(() -> UUID.randomUUID().toString()).limit(BATCH).toList();
		String body = ids.stream()
			.map((id) -> "{\"id\":\"" + id + "\",\"type\":\"pos.sold\",\"fields\":{\"total\":7.5}}")
			.collect(Collectors.joining(",", "[", "]"));
		try {
			HttpResponse<String> response = this.client.send(HttpRequest.newBuilder(address)
				.timeout(Duration.ofSeconds(20))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(body))
				.build(), HttpResponse.BodyHandlers.ofString());
			if (response.statusCode() == 202) {
				ids.stream()
					.filter((id) -> response.body().contains("{\"id\":\"" + id + "\",\"status\":\"accepted\"}"))
					.forEach(this.accepted::add);
			}
			return response.statusCode();
		}
		catch (IOException ex) {
			return 0;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Set<String> stored() throws IOException {
		try (Stream<Path> files = Files.walk(this.directory.resolve("events"))) {
			StringBuilder all = new StringBuilder();
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				all.append(Files.readString(file));
			}
			return Stream.of(all.toString().split("\"id\":\""))
				.filter((part) -> part.length() > 36)
				.map((part) -> part.substring(0, 36))
				.collect(Collectors.toSet());
		}
	}

}
