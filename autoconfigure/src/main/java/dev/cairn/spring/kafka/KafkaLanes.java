package dev.cairn.spring.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.cairn.Limits;
import dev.cairn.Message;
import dev.cairn.NamePattern;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeadLetters;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Lanes;
import dev.cairn.delivery.Overflow;
import dev.cairn.delivery.Sink;
import dev.cairn.delivery.Spooling;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.encoding.MessageTemplate;
import dev.cairn.file.DeadLetterFile;
import dev.cairn.file.FileSpool;
import dev.cairn.kafka.KafkaAddress;
import dev.cairn.kafka.KafkaSender;
import dev.cairn.spring.core.InvalidProperty;
import dev.cairn.spring.kafka.KafkaSinkProperties.Durability;
import dev.cairn.spring.kafka.KafkaSinkProperties.Policy;
import dev.cairn.spring.kafka.KafkaSinkProperties.RuleProperties;
import dev.cairn.spring.kafka.KafkaSinkProperties.SpoolProperties;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Builds the sink of Kafka: one lane for all messages, and one more for each policy that
 * a rule asks for.
 */
final class KafkaLanes {

	private static final Logger logger = LoggerFactory.getLogger(KafkaLanes.class);

	private static final String RULES = "cairn.kafka.rules";

	private final KafkaSinkProperties properties;

	private final Channel channel;

	private final String service;

	private final Supplier<Producer<byte[], byte[]>> producers;

	private final MessageEncoder encoder;

	private final MessageCodec codec;

	private final Limits limits;

	private final DeliveryOptions options;

	private final KafkaAddress address;

	private final List<Rule> rules = new ArrayList<>();

	private final DeadLetters deadLetters;

	KafkaLanes(KafkaSinkProperties properties, Channel channel, String service,
			Supplier<Producer<byte[], byte[]>> producers, MessageEncoder encoder, MessageCodec codec, Limits limits) {
		this.properties = properties;
		this.channel = channel;
		this.service = service.replaceAll("[^a-zA-Z0-9._-]", "_");
		this.producers = producers;
		this.encoder = encoder;
		this.codec = codec;
		this.limits = limits;
		this.options = properties.delivery().toOptions("cairn.kafka");
		this.address = address("cairn.kafka", properties.topic(), properties.key());
		this.deadLetters = properties.deadLetters().enabled()
				? new DeadLetterFile(properties.spool().place().resolve(this.service + ".dead-letters.jsonl"),
						properties.deadLetters().maxSize().toBytes(), codec)
				: DeadLetters.NONE;
		for (int i = 0; i < properties.rules().size(); i++) {
			this.rules.add(rule(RULES + "[" + i + "]", properties.rules().get(i)));
		}
	}

	private static KafkaAddress address(String prefix, String topic, String key) {
		MessageTemplate keys = InvalidProperty.check(prefix + ".key", key, () -> MessageTemplate.of(key));
		return InvalidProperty.check(prefix + ".topic", topic, () -> new KafkaAddress(MessageTemplate.of(topic), keys));
	}

	private Rule rule(String name, RuleProperties rule) {
		NamePattern types = InvalidProperty.check(name + ".type", rule.type(), () -> NamePattern.of(rule.type()));
		InvalidProperty.requireDuration(name + ".block-up-to", rule.blockUpTo());
		Policy policy = (rule.policy() != null) ? rule.policy() : usualPolicy();
		boolean durable = rule.durability() == Durability.DISK;
		if ((durable || rule.policy() == Policy.SPOOL) && !this.properties.spool().enabled()) {
			throw new InvalidConfigurationPropertyValueException(name + (durable ? ".durability" : ".policy"),
					durable ? rule.durability() : rule.policy(), "Set cairn.kafka.spool.enabled=true.");
		}
		if (durable && policy != Policy.SPOOL) {
			throw new InvalidConfigurationPropertyValueException(name + ".policy", policy,
					"With durability=disk the policy is spool.");
		}
		KafkaAddress own = address(name, (rule.topic() != null) ? rule.topic() : this.properties.topic(),
				(rule.key() != null) ? rule.key() : this.properties.key());
		return new Rule(types, rule, own, new Lane(policy, durable, (policy == Policy.BLOCK_UP_TO) ? rule : null));
	}

	private @Nullable Policy usualPolicy() {
		return this.properties.spool().enabled() ? Policy.SPOOL : null;
	}

	/** Build the sink and start its threads. */
	Sink build() {
		Lane usual = new Lane(usualPolicy(), false, null);
		Map<Lane, AsyncSink> sinks = new LinkedHashMap<>();
		checkDirectory();
		AsyncSink first = sink(usual);
		sinks.put(usual, first);
		this.rules.forEach((rule) -> sinks.computeIfAbsent(rule.lane(), this::sink));
		if (sinks.size() == 1) {
			return first;
		}
		return new Lanes(this.channel, List.copyOf(sinks.values()), (message) -> {
			Rule rule = ruleOf(message);
			return (rule != null) ? sinks.getOrDefault(rule.lane(), first) : first;
		});
	}

	private @Nullable Rule ruleOf(Message message) {
		for (Rule rule : this.rules) {
			if (rule.matches(message)) {
				return rule;
			}
		}
		return null;
	}

	private KafkaAddress addressOf(Message message) {
		Rule rule = ruleOf(message);
		return (rule != null) ? rule.address() : this.address;
	}

	private AsyncSink sink(Lane lane) {
		KafkaSender sender = new KafkaSender(this.producers, this::addressOf, this.encoder, this.limits.maxBytes(),
				this.deadLetters);
		DeliveryOptions options = lane.options(this.options);
		if (lane.policy() != Policy.SPOOL) {
			return new AsyncSink(this.channel, sender, options);
		}
		SpoolProperties spool = this.properties.spool();
		FileSpool disk = new FileSpool(spool.place(), this.service + (lane.durable() ? "+durable" : ""),
				spool.maxSize().toBytes(), this.channel);
		Spooling spooling = InvalidProperty.check("cairn.kafka.spool.replay-rate", spool.replayRate(),
				() -> new Spooling(disk, this.codec, lane.durable(), spool.replayRate()));
		return new AsyncSink(this.channel, sender, options, spooling);
	}

	/** Now, and not when the broker is away for the first time. */
	private void checkDirectory() {
		SpoolProperties spool = this.properties.spool();
		if (!spool.enabled()) {
			return;
		}
		InvalidProperty.requireRange("cairn.kafka.spool.max-size", spool.maxSize(), spool.maxSize().toBytes(),
				2L * this.limits.maxBytes(), Long.MAX_VALUE);
		Path place = spool.place();
		try {
			Files.createDirectories(place);
			Files.deleteIfExists(Files.createTempFile(place, "write", ".test"));
		}
		catch (IOException ex) {
			if (spool.directory() != null) {
				throw new InvalidConfigurationPropertyValueException("cairn.kafka.spool.directory", place,
						"It must be a folder in which this process may write (" + ex
								+ "). Give another one, or set cairn.kafka.spool.enabled=false.");
			}
			logger.warn(
					"Cairn: {} cannot be written ({}), so events that Kafka does not take wait in memory only. "
							+ "Set cairn.kafka.spool.directory, or cairn.kafka.spool.enabled=false",
					place.toAbsolutePath(), ex.toString());
		}
	}

	/**
	 * A rule that was checked.
	 */
	private record Rule(NamePattern types, RuleProperties properties, KafkaAddress address, Lane lane) {

		boolean matches(Message message) {
			return this.types.matches(message.type())
					&& (this.properties.category() == null || this.properties.category() == message.category())
					&& (this.properties.severity() == null || message.severity().isAtLeast(this.properties.severity()));
		}

	}

	/**
	 * What messages of a lane have in common.
	 *
	 * @param policy what gives way; {@code null} for what holds for all without a spool
	 * @param durable whether they are on the disk first
	 * @param blocking the rule that says how long to wait; {@code null} where none does
	 */
	private record Lane(@Nullable Policy policy, boolean durable, @Nullable RuleProperties blocking) {

		DeliveryOptions options(DeliveryOptions usual) {
			if (this.policy == null || this.policy == Policy.SPOOL) {
				return usual;
			}
			DeliveryOptions blocking = (this.blocking != null) ? usual.withBlockUpTo(this.blocking.blockUpTo()) : usual;
			return blocking.withQueue(usual.maxMessages(), usual.maxBytes(), overflow(this.policy));
		}

		private static Overflow overflow(Policy policy) {
			return (policy == Policy.BLOCK_UP_TO) ? Overflow.BLOCK : Overflow.valueOf(policy.name());
		}

	}

}
