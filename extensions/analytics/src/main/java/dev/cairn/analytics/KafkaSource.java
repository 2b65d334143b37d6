package dev.cairn.analytics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics of Kafka. All partitions are assigned to this consumer, which belongs to no
 * group and commits no offsets: a crash between a commit and the manifest would lose or
 * double records. For one thread.
 */
final class KafkaSource implements EventSource {

	private static final Duration POLL = Duration.ofMillis(500);

	private static final Duration CLOSE = Duration.ofSeconds(2);

	private static final Logger logger = LoggerFactory.getLogger(KafkaSource.class);

	private final Consumer<byte[], byte[]> consumer;

	private final List<String> topics;

	private final int maxBytes;

	private final Map<String, Long> positions;

	private boolean more;

	KafkaSource(Map<String, Object> settings, List<String> topics, int maxBytes, Map<String, Long> positions) {
		this.consumer = new KafkaConsumer<>(withoutGroup(settings), new ByteArrayDeserializer(),
				new ByteArrayDeserializer());
		this.topics = topics;
		this.maxBytes = maxBytes;
		this.positions = positions;
	}

	private static Map<String, Object> withoutGroup(Map<String, Object> settings) {
		Map<String, Object> own = new HashMap<>(settings);
		own.keySet()
			.removeAll(Set.of(ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
					ConsumerConfig.GROUP_PROTOCOL_CONFIG, ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
					ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG));
		own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
		own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
		return own;
	}

	@Override
	public List<SourceBatch> next() {
		assignNewPartitions();
		Map<TopicPartition, Long> starts = new HashMap<>();
		this.consumer.assignment().forEach((each) -> starts.put(each, this.consumer.position(each)));
		Map<TopicPartition, List<String>> records = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
		long bytes = 0;
		ConsumerRecords<byte[], byte[]> polled = starts.isEmpty() ? ConsumerRecords.empty() : poll();
		while (!polled.isEmpty()) {
			for (ConsumerRecord<byte[], byte[]> each : polled) {
				byte[] value = (each.value() != null) ? each.value() : new byte[0];
				bytes += value.length;
				records.computeIfAbsent(new TopicPartition(each.topic(), each.partition()), (key) -> new ArrayList<>())
					.add(new String(value, StandardCharsets.UTF_8));
			}
			polled = (bytes < this.maxBytes) ? poll() : ConsumerRecords.empty();
		}
		this.more = bytes >= this.maxBytes;
		List<SourceBatch> batches = new ArrayList<>();
		// Behind the last record there may be those of transactions, which are not
		// returned
		records.forEach((partition, lines) -> batches.add(new SourceBatch(partition.toString(),
				starts.getOrDefault(partition, 0L), this.consumer.position(partition), lines)));
		return batches;
	}

	@Override
	public boolean hasMore() {
		return this.more;
	}

	/** A topic may get more partitions, or be created later. */
	private void assignNewPartitions() {
		List<TopicPartition> all = new ArrayList<>();
		for (String topic : this.topics) {
			List<PartitionInfo> partitions = this.consumer.partitionsFor(topic);
			if (partitions != null) {
				partitions.forEach((each) -> all.add(new TopicPartition(topic, each.partition())));
			}
		}
		Set<TopicPartition> assigned = this.consumer.assignment();
		List<TopicPartition> added = all.stream().filter((each) -> !assigned.contains(each)).toList();
		if (added.isEmpty()) {
			return;
		}
		this.consumer.assign(all);
		for (TopicPartition each : added) {
			Long position = this.positions.get(each.toString());
			if (position != null) {
				this.consumer.seek(each, position);
			}
			else {
				this.consumer.seekToBeginning(List.of(each));
			}
		}
	}

	/** The broker may have deleted records before they were archived. */
	private ConsumerRecords<byte[], byte[]> poll() {
		try {
			return this.consumer.poll(POLL);
		}
		catch (OffsetOutOfRangeException ex) {
			Map<TopicPartition, Long> beginnings = this.consumer.beginningOffsets(ex.partitions());
			ex.offsetOutOfRangePartitions().forEach((partition, offset) -> {
				long beginning = beginnings.getOrDefault(partition, offset);
				logger.warn(
						"Cairn: the analytics archive continues {} at offset {}, because offset {} does not exist."
								+ " {}",
						partition, beginning, offset,
						(beginning > offset) ? (beginning - offset) + " records were deleted before they were archived."
								: "The topic was created again.");
				this.consumer.seek(partition, beginning);
			});
			return ConsumerRecords.empty();
		}
	}

	@Override
	public void close() {
		this.consumer.close(CloseOptions.timeout(CLOSE));
	}

}
