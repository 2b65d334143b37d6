package dev.cairn.sample.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Events of a service in its own process and a real broker in another one, while either
 * is killed or the disk is full: what was accepted is in the topic, among the dead
 * letters or counted as dropped, and the order of a key holds. The figures are small
 * enough for every build; {@code -Dcairn.faults.events}, {@code .pace} and {@code .away}
 * make them as large as one likes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaFaultsIT {

	private static final int THREADS = 8;

	private static final int EVENTS = Integer.getInteger("cairn.faults.events", 160_000);

	private static final int PACE = Integer.getInteger("cairn.faults.pace", 8_000);

	private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("cairn.faults.away", 3));

	private static final Duration LONG = Duration.ofMinutes(Integer.getInteger("cairn.faults.minutes", 5));

	private static final Pattern ACK = Pattern.compile("ack (\\d+) (\\d+)\n");

	@TempDir
	private Path folder;

	private @Nullable Backends backends;

	@BeforeAll
	void start() throws IOException {
		this.backends = new Backends(Path.of(System.getProperty("cairn.e2e.repository")));
		this.backends.start("kafka");
	}

	@AfterAll
	void stop() {
		if (this.backends != null) {
			this.backends.close();
		}
	}

	@Test
	void aBrokerThatIsKilledThreeTimesLosesNothing() throws Exception {
		Path run = this.folder.resolve("killed");
		try (EventLoadProcess load = EventLoadProcess.start(run, List.of(),
				properties("killed", Map.of("load.events", EVENTS / THREADS)))) {
			killThreeTimes(load, "killed");
			load.awaitEnd(LONG);
			Topic topic = read("killed");
			Map<String, String> report = load.report();
			print("killed three times", report, topic);
			assertAccounted(load, topic, report);
			assertThat(report).containsEntry("held", "0");
			assertThat(topic.outOfOrder()).isZero();
		}
		if (Boolean.getBoolean("cairn.faults.template")) {
			printHowLongTheCallsOfATemplateTake();
		}
	}

	/** The same with a KafkaTemplate, to compare. */
	private void printHowLongTheCallsOfATemplateTake() throws Exception {
		Path run = this.folder.resolve("template");
		try (EventLoadProcess load = EventLoadProcess.start(run, List.of(),
				properties("unused", Map.of("load.events", EVENTS / THREADS, "load.template", true)))) {
			killThreeTimes(load, "template-events");
			load.awaitEnd(LONG);
			System.out.println("KafkaTemplate, killed three times: " + load.report());
			assertThat(load.report()).containsKey("calls");
		}
	}

	private void killThreeTimes(EventLoadProcess load, String topic) throws Exception {
		for (int kill = 0; kill < 3; kill++) {
			awaitRecords(topic, (kill + 1) * EVENTS / 8);
			backends().kill("kafka", backends().kafkaPort());
			// Once all is published, the number does not grow
			long missed = Math.min(Integer.MAX_VALUE, load.progress() + AWAY.toSeconds() * PACE);
			await().atMost(LONG).until(() -> load.progress() >= missed || !load.isAlive());
			backends().start("kafka");
		}
	}

	@Test
	void aServiceThatIsKilledHasItsDurableEventsOnTheDisk() throws Exception {
		Path run = this.folder.resolve("service");
		List<String> durable = properties("durable",
				Map.of("cairn.kafka.rules[0].type", "load.*", "cairn.kafka.rules[0].durability", "disk", "load.acks",
						true, "load.pace", 2000, "load.events", 1_000_000));
		Map<Integer, BitSet> acknowledged = new TreeMap<>();
		try (EventLoadProcess load = EventLoadProcess.start(run, List.of(), durable)) {
			await().atMost(LONG).until(() -> acknowledged(load) > 2000);
			backends().kill("kafka", backends().kafkaPort());
			int before = acknowledged(load);
			await().atMost(LONG).until(() -> acknowledged(load) > before + 2000);
			load.kill();
			acknowledged.putAll(acks(load));
		}
		finally {
			backends().start("kafka");
		}
		List<String> again = properties("durable", Map.of("cairn.kafka.rules[0].type", "load.*",
				"cairn.kafka.rules[0].durability", "disk", "load.events", 0));
		try (EventLoadProcess load = EventLoadProcess.start(run.resolve("again"), List.of(), again)) {
			load.awaitEnd(LONG);
			assertThat(load.report()).containsEntry("held", "0");
		}
		Topic topic = read("durable");
		acknowledged.forEach((producer, numbers) -> {
			BitSet missing = (BitSet) numbers.clone();
			missing.andNot(topic.of(producer));
			assertThat(missing.cardinality()).as("acknowledged by %s and lost", producer).isZero();
		});
		System.out.println("service killed: " + acknowledged.values().stream().mapToInt(BitSet::cardinality).sum()
				+ " acknowledged, " + topic.unique() + " in Kafka, " + topic.again() + " of them twice");
		assertThat(topic.outOfOrder()).isZero();
	}

	@Test
	void aDiskThatIsFullCostsOnlyWhatIsCounted() throws Exception {
		Path run = this.folder.resolve("full");
		List<String> shell = List.of("bash", "-c", "ulimit -f 2048; exec \"$0\" \"$@\"");
		List<String> small = properties("full", Map.of("cairn.delivery.queue-messages", 4000, "load.events", 10_000));
		backends().kill("kafka", backends().kafkaPort());
		try (EventLoadProcess load = EventLoadProcess.start(run, shell, small)) {
			await().atMost(LONG).until(() -> load.log().contains("\npublished "));
			backends().start("kafka");
			load.awaitEnd(LONG);
			Topic topic = read("full");
			Map<String, String> report = load.report();
			print("disk full", report, topic);
			assertThat(load.log()).contains("cannot write to its spool");
			assertThat(Integer.parseInt(report.getOrDefault("dropped.overflow", "0"))).isPositive();
			assertAccounted(load, topic, report);
			assertThat(topic.outOfOrder()).isZero();
		}
		finally {
			backends().start("kafka");
		}
	}

	private List<String> properties(String topic, Map<String, Object> more) {
		Map<String, Object> all = new TreeMap<>(Map.of("spring.config.name", "load", "spring.application.name", "load",
				"spring.kafka.bootstrap-servers", "127.0.0.1:" + backends().kafkaPort(), "cairn.kafka.topic", topic,
				"cairn.kafka.key", "{fields.producer}", "cairn.kafka.spool.directory",
				this.folder.resolve(topic + "-spool"), "load.threads", THREADS, "load.pace", PACE, "load.drain", true));
		all.put("cairn.kafka.properties.max.block.ms", 2000);
		all.put("cairn.delivery.retry-max", "1s");
		all.put("management.tracing.export.enabled", false);
		all.putAll(more);
		return all.entrySet().stream().map((property) -> property.getKey() + "=" + property.getValue()).toList();
	}

	/** Accepted = in the topic + dead letters + dropped after they were accepted. */
	private void assertAccounted(EventLoadProcess load, Topic topic, Map<String, String> report) throws IOException {
		long missing = 0;
		for (int producer = 0; producer < THREADS; producer++) {
			BitSet lost = load.accepted(producer);
			lost.andNot(topic.of(producer));
			missing += lost.cardinality();
			BitSet unknown = (BitSet) topic.of(producer).clone();
			unknown.andNot(load.accepted(producer));
			assertThat(unknown.cardinality()).as("in Kafka and not accepted").isZero();
		}
		long dropped = report.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().startsWith("dropped."))
			.mapToLong((entry) -> Long.parseLong(entry.getValue()))
			.sum();
		long refused = 0;
		for (int producer = 0; producer < THREADS; producer++) {
			refused += (eventsOf(report) / THREADS) - load.accepted(producer).cardinality();
		}
		assertThat(missing).isEqualTo(dropped - refused);
		assertThat(Long.parseLong(report.get("delivered"))).isEqualTo(topic.unique());
	}

	private static long eventsOf(Map<String, String> report) {
		Matcher calls = Pattern.compile("n=(\\d+)").matcher(report.get("calls"));
		assertThat(calls.find()).isTrue();
		return Long.parseLong(calls.group(1));
	}

	private static void print(String what, Map<String, String> report, Topic topic) {
		System.out.println(what + ": " + report + ", " + topic.unique() + " in Kafka, " + topic.again() + " twice");
	}

	private static int acknowledged(EventLoadProcess load) throws IOException {
		assertThat(load.isAlive()).isTrue();
		return acks(load).values().stream().mapToInt(BitSet::cardinality).sum();
	}

	private static Map<Integer, BitSet> acks(EventLoadProcess load) throws IOException {
		Map<Integer, BitSet> acks = new TreeMap<>();
		Matcher matcher = ACK.matcher(load.log());
		while (matcher.find()) {
			acks.computeIfAbsent(Integer.valueOf(matcher.group(1)), (producer) -> new BitSet())
				.set(Integer.parseInt(matcher.group(2)));
		}
		return acks;
	}

	private Backends backends() {
		assertThat(this.backends).isNotNull();
		return this.backends;
	}

	private void awaitRecords(String topic, long number) {
		TopicPartition partition = new TopicPartition(topic, 0);
		try (KafkaConsumer<String, String> consumer = consumer()) {
			await().atMost(LONG)
				.until(() -> consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L) >= number);
		}
	}

	private KafkaConsumer<String, String> consumer() {
		return new KafkaConsumer<>(
				Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + backends().kafkaPort(),
						ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, true),
				new StringDeserializer(), new StringDeserializer());
	}

	private Topic read(String name) {
		Topic topic = new Topic();
		TopicPartition partition = new TopicPartition(name, 0);
		try (KafkaConsumer<String, String> consumer = consumer()) {
			consumer.assign(List.of(partition));
			consumer.seekToBeginning(List.of(partition));
			long end = consumer.endOffsets(List.of(partition)).get(partition);
			while (consumer.position(partition) < end) {
				for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
					topic.add(record);
				}
			}
		}
		return topic;
	}

	/**
	 * The records of a topic.
	 */
	private static final class Topic {

		private final Map<Integer, BitSet> seen = new TreeMap<>();

		private long again;

		private long outOfOrder;

		void add(ConsumerRecord<String, String> record) {
			JsonNode fields = Json.tree(record.value()).path("fields");
			int number = fields.path("seq").asInt();
			BitSet numbers = of(fields.path("producer").asInt());
			if (numbers.get(number)) {
				this.again++;
			}
			else if (numbers.length() > number) {
				this.outOfOrder++;
			}
			numbers.set(number);
		}

		BitSet of(int producer) {
			return this.seen.computeIfAbsent(producer, (unknown) -> new BitSet());
		}

		long unique() {
			return this.seen.values().stream().mapToLong(BitSet::cardinality).sum();
		}

		long again() {
			return this.again;
		}

		/** How many came for the first time behind a later one of the same key. */
		long outOfOrder() {
			return this.outOfOrder;
		}

	}

}
