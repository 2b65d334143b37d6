package dev.cairn.spring.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.Category;
import dev.cairn.NamePattern;
import dev.cairn.Severity;
import dev.cairn.encoding.MessageEncoder.Format;
import dev.cairn.kafka.KafkaDestination;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties for sending messages to Kafka, over the connection that {@code spring.kafka}
 * configures.
 *
 * @param enabled Whether messages are sent to Kafka if a broker is configured.
 * @param bootstrapServers Brokers as a list of host:port. By default, those of
 * spring.kafka.
 * @param topic Topic of a message, with placeholders.
 * @param key Key of a message, with placeholders. A message without the value has no key.
 * @param encoding Format of the records.
 * @param properties Additional properties of the producer, which take precedence over all
 * others.
 * @param spool Disk for messages while the cluster is unavailable or slow.
 * @param deadLetters File for messages that the cluster will never accept.
 * @param rules Rules for classes of messages. The first rule that matches applies.
 */
@ConfigurationProperties("cairn.kafka")
record KafkaSinkProperties(@DefaultValue("true") boolean enabled, @DefaultValue List<String> bootstrapServers,
		@DefaultValue("cairn-events") String topic, @DefaultValue("{trace_id|fields.visitor}") String key,
		@DefaultValue("cairn") Format encoding, @DefaultValue Map<String, String> properties,
		@DefaultValue SpoolProperties spool, @DefaultValue DeadLetterProperties deadLetters,
		@DefaultValue List<RuleProperties> rules) {

	/** Returns the topics without placeholders. */
	Set<String> fixedTopics() {
		return Stream.concat(Stream.of(this.topic), this.rules.stream().map(RuleProperties::topic))
			.filter(Objects::nonNull)
			.map((name) -> new KafkaDestination.Address(name, "", "", null).fixedTopic())
			.filter(Objects::nonNull)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * Properties for the spool.
	 *
	 * @param enabled Whether messages are written to the disk if the cluster is
	 * unavailable or slow.
	 * @param directory Directory of the spool, for all services of the host. By default,
	 * ./cairn-spool. A configured directory must be writable.
	 * @param maxSize Maximum size of the files of a process.
	 * @param replayRate Maximum number of messages per second that are sent from the
	 * disk, but at least twice the number of new messages.
	 */
	record SpoolProperties(@DefaultValue("true") boolean enabled, @Nullable Path directory,
			@DefaultValue("256MB") DataSize maxSize, @DefaultValue("10000") int replayRate) {

		private static final Path USUAL = Path.of("cairn-spool");

		Path place() {
			return (this.directory != null) ? this.directory : USUAL;
		}

	}

	/**
	 * Properties for the file of dead letters.
	 *
	 * @param enabled Whether messages that Kafka rejects permanently are written to a
	 * file.
	 * @param maxSize Maximum size of the file.
	 */
	record DeadLetterProperties(@DefaultValue("true") boolean enabled, @DefaultValue("64MB") DataSize maxSize) {
	}

	/**
	 * Properties of a rule.
	 *
	 * @param type Types of messages that match. Supports the * wildcard.
	 * @param category Category that matches. By default, any.
	 * @param severity Minimum severity. By default, any.
	 * @param topic Topic of matching messages. By default, cairn.kafka.topic.
	 * @param key Key of matching messages. By default, cairn.kafka.key.
	 * @param encoder Format of matching messages, or name of a MessageEncoder bean. By
	 * default, cairn.kafka.encoding.
	 * @param schema URI of their schema for the header ce_dataschema, with placeholders.
	 * @param policy Policy if the cluster is unavailable or slow.
	 * @param blockUpTo Maximum time that a caller waits for room, with the policy
	 * block-up-to.
	 * @param durability Where a matching message is when the call that publishes it
	 * returns.
	 */
	record RuleProperties(@DefaultValue("*") NamePattern type, @Nullable Category category, @Nullable Severity severity,
			@Nullable String topic, @Nullable String key, @Nullable String encoder, @DefaultValue("") String schema,
			@Nullable Policy policy, @DefaultValue("100ms") Duration blockUpTo,
			@DefaultValue("memory") Durability durability) {
	}

	/**
	 * The handling of messages while the cluster is unavailable or slow.
	 */
	enum Policy {

		/** They wait in memory. When it is full, the oldest message is dropped. */
		DROP_OLDEST,
		/** They wait in memory. When it is full, new messages are dropped. */
		DROP_NEWEST,
		/** They wait in memory, and then on disk. */
		SPOOL,
		/**
		 * They wait in memory. When it is full, the publishing thread waits for a bounded
		 * time.
		 */
		BLOCK_UP_TO

	}

	/**
	 * Where a message is when the call that publishes it returns.
	 */
	enum Durability {

		/** In memory. */
		MEMORY,
		/**
		 * On disk, so it survives the end of the process. The call waits for the disk.
		 */
		DISK

	}

}
