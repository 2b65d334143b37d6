package dev.cairn.collector.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.testing.KafkaServer;
import dev.cairn.testing.Ports;
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

	private static final Duration PATIENCE = Duration.ofSeconds(300);

	private static final String TOPIC = "cairn-events";

	private static final int SENDERS = 4;

	private static final int BATCH = 20;

	private static final int MESSAGES = 2000;

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

	private final Set<String> accepted = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean over = new AtomicBoolean();

	private final int port = Ports.free();

	@TempDir
	private Path directory;

	@Test
	void whatWasAnsweredWith202IsOnTheDisk() throws Exception {
		Path events = this.directory.resolve("events");
		Process collector = start("--cairn.file.enabled=true", "--cairn.file.directory=" + events);
		try {
			awaitAccepted(collector);
			sendUntilKilled(collector);
		}
		finally {
			collector.destroyForcibly();
		}
		Set<String> stored = stored(events);
		assertThat(this.accepted).isNotEmpty().allMatch(stored::contains);
	}

	/** The spool is in its default place, the current directory. */
	@Test
	void whatWasAnsweredWith202WithoutKafkaIsSentOnceByTheNextProcess() throws Exception {
		KafkaServer kafka = KafkaServer.get();
		kafka.create(TOPIC, Map.of());
		String servers = "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers();
		Process killed = start(servers);
		try {
			awaitAccepted(killed);
			assertThat(sent(kafka)).containsAll(this.accepted);
			kafka.proxy().stop();
			sendUntilKilled(killed);
		}
		finally {
			killed.destroyForcibly();
			kafka.proxy().start();
		}
		assertThat(sent(kafka)).hasSizeLessThan(MESSAGES);
		Process next = start(servers);
		try {
			await().atMost(PATIENCE).untilAsserted(() -> {
				assertThat(next.isAlive()).as(() -> log()).isTrue();
				assertThat(sent(kafka)).containsAll(this.accepted);
			});
			next.destroy();
			assertThat(next.waitFor(60, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			next.destroyForcibly();
		}
		assertThat(sent(kafka)).doesNotHaveDuplicates();
	}

	/** Returns the ids of the messages in Kafka. */
	private static List<String> sent(KafkaServer kafka) {
		return kafka.records(TOPIC)
			.stream()
			.map((each) -> id(new String(each.value(), StandardCharsets.UTF_8)))
			.toList();
	}

	private static String id(String message) {
		String after = message.split("\"id\":\"", 2)[1];
		return after.substring(0, after.indexOf('"'));
	}

	private void awaitAccepted(Process collector) {
		await().atMost(PATIENCE).untilAsserted(() -> {
			assertThat(collector.isAlive()).as(() -> log()).isTrue();
			assertThat(send()).as(() -> log()).isEqualTo(202);
		});
	}

	private void sendUntilKilled(Process collector) throws InterruptedException {
		int before = this.accepted.size();
		List<Thread> senders = IntStream.range(0, SENDERS).mapToObj((number) -> new Thread(this::sendAll)).toList();
		senders.forEach(Thread::start);
		try {
			await().atMost(PATIENCE).until(() -> this.accepted.size() > before + MESSAGES);
			collector.destroyForcibly();
			assertThat(collector.waitFor(30, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			this.over.set(true);
			for (Thread sender : senders) {
				sender.join(TimeUnit.SECONDS.toMillis(30));
			}
		}
	}

	/** The executable jar in the build, and the classes of this test elsewhere. */
	private Process start(String... properties) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC"));
		String jar = System.getProperty("cairn.collector.jar");
		if (jar != null) {
			assertThat(Path.of(jar)).exists();
			command.addAll(List.of("-jar", jar));
		}
		else {
			command.addAll(List.of("-cp", System.getProperty("java.class.path"), CollectorServer.class.getName()));
		}
		command.addAll(
				List.of("--server.port=" + this.port, "--server.address=127.0.0.1", "--spring.main.banner-mode=off"));
		command.addAll(List.of(properties));
		return new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(this.directory.resolve("collector.log").toFile()))
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

	private void sendAll() {
		while (!this.over.get()) {
			send();
		}
	}

	/** Returns the status, or 0 if there is no answer. */
	private int send() {
		URI address = URI.create("http://127.0.0.1:" + this.port + "/cairn/events");
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

	private static Set<String> stored(Path events) throws IOException {
		try (Stream<Path> files = Files.walk(events)) {
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
