package dev.cairn.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.metadata.storage.Formatter;

import static org.awaitility.Awaitility.await;

/**
 * Three brokers, each of which is a separate process and one of three controllers.
 */
public final class KafkaCluster implements AutoCloseable {

	private static final int NODES = 3;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Path directory;

	private final List<Integer> ports;

	private final List<Integer> controllers;

	private final Map<Integer, Process> brokers = new HashMap<>();

	private final Thread killOnExit = new Thread(() -> this.brokers.values().forEach(Process::destroyForcibly));

	/**
	 * Starts the cluster.
	 * @param directory the directory of its data
	 */
	public KafkaCluster(Path directory) throws Exception {
		this.directory = directory;
		Set<Integer> free = new LinkedHashSet<>();
		while (free.size() < 2 * NODES) {
			free.add(Ports.free());
		}
		List<Integer> all = List.copyOf(free);
		this.ports = all.subList(0, NODES);
		this.controllers = all.subList(NODES, all.size());
		Runtime.getRuntime().addShutdownHook(this.killOnExit);
		String id = Uuid.randomUuid().toString();
		for (int node = 0; node < NODES; node++) {
			format(node, id);
			start(node);
		}
		await().atMost(PATIENCE).until(() -> nodes() == NODES);
	}

	private void format(int node, String id) throws Exception {
		String data = Files.createDirectories(data(node)).toString();
		Files.write(settings(node), List.of("process.roles=broker,controller", "node.id=" + node,
				"controller.quorum.voters=" + join((each) -> each + "@127.0.0.1:" + this.controllers.get(each)),
				"listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(this.ports.get(node),
						this.controllers.get(node)),
				"advertised.listeners=PLAINTEXT://127.0.0.1:" + this.ports.get(node),
				"controller.listener.names=CONTROLLER",
				"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
				"inter.broker.listener.name=PLAINTEXT", "log.dirs=" + data, "min.insync.replicas=2",
				"auto.create.topics.enable=false", "broker.session.timeout.ms=3000", "broker.heartbeat.interval.ms=500",
				"num.network.threads=1", "num.io.threads=2", "log.cleaner.enable=false"));
		new Formatter().setNodeId(node)
			.setClusterId(id)
			.addDirectory(data)
			.setMetadataLogDirectory(data)
			.setControllerListenerName("CONTROLLER")
			.setPrintStream(new PrintStream(PrintStream.nullOutputStream()))
			.run();
	}

	private Path data(int node) {
		return this.directory.resolve("broker-" + node);
	}

	private Path settings(int node) {
		return this.directory.resolve("broker-" + node + ".properties");
	}

	private static String join(IntFunction<String> name) {
		return IntStream.range(0, NODES).mapToObj(name).collect(Collectors.joining(","));
	}

	/** Starts a broker without waiting for it. */
	public void start(int node) {
		try {
			this.brokers.put(node,
					new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx192m",
							"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
							"kafka.Kafka", settings(node).toString())
						.redirectErrorStream(true)
						.redirectOutput(this.directory.resolve("broker-" + node + ".log").toFile())
						.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Terminates a broker as {@code kill -9} does. */
	public void kill(int node) throws InterruptedException {
		this.brokers.get(node).destroyForcibly().waitFor();
	}

	public String bootstrapServers() {
		return join((node) -> "127.0.0.1:" + this.ports.get(node));
	}

	private int nodes() throws Exception {
		try (Admin admin = admin()) {
			return admin.describeCluster().nodes().get().size();
		}
		catch (ExecutionException ex) {
			return 0;
		}
	}

	/** Creates a topic with a replica on each broker. */
	public void create(String topic, int partitions) throws Exception {
		try (Admin admin = admin()) {
			admin.createTopics(List.of(new NewTopic(topic, partitions, (short) NODES))).all().get();
		}
		awaitReplicas(topic, NODES);
	}

	/** Waits until a topic has that many replicas in sync. */
	public void awaitReplicas(String topic, int replicas) {
		await().atMost(PATIENCE)
			.until(() -> partitions(topic).stream().allMatch((partition) -> partition.isr().size() == replicas));
	}

	/** Returns the leader of a partition. */
	public int leader(String topic, int partition) {
		return partitions(topic).get(partition).leader().id();
	}

	private List<TopicPartitionInfo> partitions(String topic) {
		try (Admin admin = admin()) {
			return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions();
		}
		catch (ExecutionException ex) {
			throw new KafkaException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new KafkaException(ex);
		}
	}

	private Admin admin() {
		return Admin.create(Map.of("bootstrap.servers", bootstrapServers(), "default.api.timeout.ms", 10_000,
				"request.timeout.ms", 3000));
	}

	/** Returns a producer with the settings of the starter. */
	public Producer<byte[], byte[]> producer() {
		return new KafkaProducer<>(
				Map.of("bootstrap.servers", bootstrapServers(), "acks", "all", "max.block.ms", 5000,
						"request.timeout.ms", 10_000, "delivery.timeout.ms", 20_000, "linger.ms", 5),
				new ByteArraySerializer(), new ByteArraySerializer());
	}

	/** Returns the current records of a topic. */
	public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", bootstrapServers()), new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = consumer.partitionsFor(topic)
				.stream()
				.map((partition) -> new TopicPartition(topic, partition.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
			while (ends.entrySet().stream().anyMatch((end) -> consumer.position(end.getKey()) < end.getValue())) {
				consumer.poll(Duration.ofMillis(200)).forEach(records::add);
			}
		}
		return records;
	}

	@Override
	public void close() throws InterruptedException {
		for (int node = 0; node < this.brokers.size(); node++) {
			kill(node);
		}
		Runtime.getRuntime().removeShutdownHook(this.killOnExit);
	}

}
