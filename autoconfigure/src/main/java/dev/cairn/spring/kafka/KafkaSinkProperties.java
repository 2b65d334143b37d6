package dev.cairn.spring.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.cairn.Category;
import dev.cairn.Severity;
import dev.cairn.spring.core.DeliveryProperties;
import dev.cairn.spring.core.Encoding;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Messages to Kafka, over the connection that {@code spring.kafka} describes.
 *
 * @param enabled Whether messages go to Kafka when a broker is configured.
 * @param topic Topic of a message, with places for what the message holds.
 * @param key Key of a message, with places for what the message holds; a message that
 * lacks the value goes without a key.
 * @param encoding Format of the records.
 * @param properties Further properties of the producer; they go before all others.
 * @param delivery How messages are queued, batched and retried.
 * @param spool Disk for the messages while the cluster is away or slow.
 * @param deadLetters File for the messages that the cluster will never take.
 * @param rules Classes of messages that are treated otherwise, tried in order.
 */
@ConfigurationProperties("cairn.kafka")
record KafkaSinkProperties(@DefaultValue("true") boolean enabled, @DefaultValue("cairn-events") String topic,
		@DefaultValue("{trace_id|fields.visitor}") String key, @DefaultValue("cairn") Encoding encoding,
		@DefaultValue Map<String, String> properties,
		@NestedConfigurationProperty @DefaultValue DeliveryProperties delivery, @DefaultValue SpoolProperties spool,
		@DefaultValue DeadLetterProperties deadLetters, @DefaultValue List<RuleProperties> rules) {

	/**
	 * The disk.
	 *
	 * @param enabled Whether messages go to the disk when the cluster is away or slow.
	 * @param directory Folder of the disk, for all services of the host;
	 * {@code ./cairn-spool} by default. A folder that is given must be usable.
	 * @param maxSize Size that the files of one process may have.
	 * @param replayRate Messages a second that are sent from the disk at the most, but
	 * always twice as many as come in.
	 */
	record SpoolProperties(@DefaultValue("true") boolean enabled, @Nullable Path directory,
			@DefaultValue("256MB") DataSize maxSize, @DefaultValue("10000") int replayRate) {

		private static final Path USUAL = Path.of("cairn-spool");

		Path place() {
			return (this.directory != null) ? this.directory : USUAL;
		}

	}

	/**
	 * The file of dead letters.
	 *
	 * @param enabled Whether messages that the cluster will never take are kept.
	 * @param maxSize Size that the file may have.
	 */
	record DeadLetterProperties(@DefaultValue("true") boolean enabled, @DefaultValue("64MB") DataSize maxSize) {
	}

	/**
	 * A class of messages.
	 *
	 * @param type Types that it takes; a star stands for any characters.
	 * @param category Category that it takes; any by default.
	 * @param severity Least severity that it takes; any by default.
	 * @param topic Topic of these messages; that of all by default.
	 * @param key Key of these messages; that of all by default.
	 * @param policy What becomes of them when the cluster is away or slow.
	 * @param blockUpTo Time for which who publishes one waits for room, with the policy
	 * block-up-to.
	 * @param durability Where such a message is when the call that publishes it returns.
	 */
	record RuleProperties(@DefaultValue("*") String type, @Nullable Category category, @Nullable Severity severity,
			@Nullable String topic, @Nullable String key, @Nullable Policy policy,
			@DefaultValue("100ms") Duration blockUpTo, @DefaultValue("memory") Durability durability) {
	}

	/**
	 * What becomes of messages when the cluster is away or slow.
	 */
	enum Policy {

		/** They wait in memory, and the oldest gives way when that is full. */
		DROP_OLDEST,
		/** They wait in memory, and the newest gives way when that is full. */
		DROP_NEWEST,
		/** They wait in memory and then on the disk. */
		SPOOL,
		/**
		 * They wait in memory; when that is full, who publishes one waits for a bounded
		 * time.
		 */
		BLOCK_UP_TO

	}

	/**
	 * Where a message is when the call that publishes it returns.
	 */
	enum Durability {

		/** In the memory of the process. */
		MEMORY,
		/** On the disk: it survives the death of the process. The call waits for that. */
		DISK

	}

}
