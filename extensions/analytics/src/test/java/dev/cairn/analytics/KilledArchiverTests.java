package dev.cairn.analytics;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.cairn.testing.KafkaServer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Kills the archiver again and again while it archives. Afterwards, each message is in
 * the lake once.
 */
@Timeout(600)
class KilledArchiverTests {

	private static final int MESSAGES = 6000;

	private static final int KILLS = 5;

	private static final int BATCH = 20_000;

	private final Random random = new Random();

	@TempDir
	private Path folder;

	private final TreeSet<String> sent = new TreeSet<>();

	@Test
	void eachLineOfFilesIsArchivedOnce() throws Exception {
		Path events = Archives.write(this.folder.resolve("events"), messages());
		archiveAndKill(events.getParent().toString());
	}

	@Test
	void eachRecordOfATopicIsArchivedOnce() throws Exception {
		KafkaServer kafka = KafkaServer.get();
		String topic = kafka.newTopic(3, Map.of());
		try (Producer<byte[], byte[]> producer = kafka.producer(Map.of("linger.ms", 5))) {
			List<Future<?>> results = new ArrayList<>();
			int number = 0;
			for (String message : messages()) {
				results.add(producer
					.send(new ProducerRecord<>(topic, number++ % 3, null, message.getBytes(StandardCharsets.UTF_8))));
			}
			for (Future<?> result : results) {
				result.get();
			}
		}
		archiveAndKill(kafka.bootstrapServers(), topic);
		assertThat(lake().manifest().positions().keySet()).containsExactlyInAnyOrder(topic + "-0", topic + "-1",
				topic + "-2");
	}

	private List<String> messages() {
		List<String> lines = new ArrayList<>();
		for (int i = 0; i < MESSAGES; i++) {
			TestMessage message = TestMessage.of("order.placed",
					Instant.parse("2026-10-28T12:00:00Z").plusSeconds(i * 10L), "number", i);
			this.sent.add(message.id());
			lines.add(message.json());
		}
		return lines;
	}

	private Lake lake() {
		return new Lake(this.folder.resolve("lake"));
	}

	private void archiveAndKill(String... source) throws Exception {
		int kills = 0;
		while (kills < KILLS && rows() < MESSAGES) {
			long before = lake().manifest().generation();
			Process archiver = start(source);
			try {
				await().atMost(Duration.ofSeconds(120))
					.pollInterval(Duration.ofMillis(5))
					.until(() -> lake().manifest().generation() > before || !archiver.isAlive());
				assertThat(archiver.isAlive()).as(() -> log()).isTrue();
				// Another moment of the work each time
				archiver.waitFor(this.random.nextInt(400), TimeUnit.MILLISECONDS);
			}
			finally {
				archiver.destroyForcibly().waitFor();
			}
			kills++;
			assertThat(Archives.query(lake().folder(), "SELECT count(*) - count(DISTINCT id) FROM lake"))
				.containsExactly(List.of(0L));
		}
		assertThat(kills).isPositive();
		Process archiver = start(source);
		try {
			await().atMost(Duration.ofSeconds(120)).until(() -> rows() == MESSAGES);
		}
		finally {
			archiver.destroyForcibly().waitFor();
		}
		assertThat(new TreeSet<>(Archives.query(lake().folder(), "SELECT id FROM lake")
			.stream()
			.map((row) -> (String) row.get(0))
			.toList())).isEqualTo(this.sent);
		assertThat(Archives.query(lake().folder(), "SELECT count(*) FROM lake"))
			.containsExactly(List.of((long) MESSAGES));
	}

	private long rows() throws Exception {
		return lake().manifest().files((file) -> true).mapToLong(Manifest.DataFile::rows).sum();
	}

	private Process start(String... source) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
						"-Xmx256m", "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + this.folder, "-cp",
						System.getProperty("java.class.path"), ArchiveProcess.class.getName(),
						lake().folder().toString(), Integer.toString(BATCH)));
		command.addAll(List.of(source));
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(new File(this.folder.toFile(), "archiver.log")))
			.start();
	}

	private String log() {
		try {
			return Files.readString(this.folder.resolve("archiver.log"));
		}
		catch (Exception ex) {
			return ex.toString();
		}
	}

}
