package dev.cairn.kafka;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import dev.cairn.ApplicationFrames;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.delivery.Spool;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.file.Destinations;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.KafkaCluster;
import dev.cairn.testing.TestMessages;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A cluster that loses a broker and gets it back, while events flow.
 */
@ExtendWith(AwaitThreads.class)
class KafkaClusterTests {

	private static final int THREADS = 8;

	private static final int EVENTS = 40_000;

	/** About 4,000 events a second. */
	private static final long PACE_NANOS = Duration.ofMillis(2).toNanos();

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final String TOPIC = "events";

	@TempDir
	private Path directory;

	private final Channel channel = new Accounts().channel("kafka");

	private final AtomicInteger published = new AtomicInteger();

	@Test
	void aBrokerThatIsKilledAndComesBackCostsNoEventNorItsPlace() throws Exception {
		ExecutorService publishers = Executors.newFixedThreadPool(THREADS);
		try (KafkaCluster cluster = new KafkaCluster(this.directory)) {
			cluster.create(TOPIC, THREADS / 2);
			AsyncSink sink = sink(cluster);
			sink.start();
			List<Future<?>> ends = new ArrayList<>();
			IntStream.range(0, THREADS)
				.forEach((thread) -> ends.add(publishers.submit(() -> publish(sink, thread, EVENTS / THREADS))));
			awaitPublished(EVENTS / 4);
			int lost = cluster.leader(TOPIC, 0);
			cluster.kill(lost);
			awaitPublished(EVENTS / 2);
			cluster.start(lost);
			for (Future<?> end : ends) {
				end.get();
			}
			assertThat(sink.flush(LONG)).isTrue();
			cluster.awaitReplicas(TOPIC, 3);
			sink.stop(LONG);
			assertArrived(cluster.records(TOPIC));
		}
		finally {
			publishers.shutdownNow();
		}
		assertThat(this.channel.balance().delivered()).isEqualTo(EVENTS);
		assertThat(this.channel.balance().dropped()).isEmpty();
	}

	private AsyncSink sink(KafkaCluster cluster) throws Exception {
		KafkaDestination.Address address = new KafkaDestination.Address(TOPIC, "{fields.thread}", "", null);
		KafkaDestination sender = new KafkaDestination(cluster::producer, (message) -> address,
				MessageEncoder.cairn(Redactor.DEFAULT), 262_144, (message, reason) -> false,
				KafkaDestination.Options.DEFAULT);
		Spool spool = Destinations.spool(Files.createDirectory(this.directory.resolve("spool")), "shop", 100_000_000,
				this.channel);
		return new AsyncSink(this.channel, sender,
				List.of(new AsyncSink.Queue(DeliveryOptions.DEFAULT, new Spool.Config(spool,
						new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144), false, 20_000))),
				(message) -> 0);
	}

	private void publish(AsyncSink sink, int thread, int events) {
		for (int number = 0; number < events; number++) {
			this.channel.offered();
			sink.offer(new Outgoing(
					TestMessages.builder("order.placed").field("thread", thread).field("n", number).build()));
			this.published.incrementAndGet();
			LockSupport.parkNanos(PACE_NANOS);
		}
	}

	private void awaitPublished(int number) {
		await().atMost(LONG).until(() -> this.published.get() >= number);
	}

	/** Each event once, and those of a key in their order. */
	private static void assertArrived(List<ConsumerRecord<byte[], byte[]>> records) {
		Map<String, List<Integer>> arrived = new TreeMap<>();
		for (ConsumerRecord<byte[], byte[]> record : records) {
			arrived.computeIfAbsent(new String(record.key(), StandardCharsets.UTF_8), (key) -> new ArrayList<>())
				.add(JsonMapper.shared().readTree(record.value()).get("fields").get("n").asInt());
		}
		List<Integer> all = IntStream.range(0, EVENTS / THREADS).boxed().toList();
		assertThat(arrived).hasSize(THREADS)
			.allSatisfy((thread, numbers) -> assertThat(numbers).as(thread).isEqualTo(all));
	}

}
