package dev.cairn.spring.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.DeliveryOptions.Overflow;
import dev.cairn.delivery.Spool;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.file.Destinations;
import dev.cairn.kafka.KafkaDestination;
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
 * Creates the sink for Kafka: one producer, and a queue for each policy.
 */
final class KafkaSinkFactory {

	private static final Logger logger = LoggerFactory.getLogger(KafkaSinkFactory.class);

	private final KafkaSinkProperties properties;

	private final DeliveryOptions options;

	private final Channel channel;

	private final String service;

	private final MessageCodec codec;

	private final Limits limits;

	private final Function<String, MessageEncoder> encoders;

	private final Rule usual;

	private final List<Rule> rules = new ArrayList<>();

	/** One for each policy, the usual one first. */
	private final List<QueuePolicy> policies;

	KafkaSinkFactory(KafkaSinkProperties properties, DeliveryOptions options, Channel channel, String service,
			MessageCodec codec, Limits limits, Function<String, MessageEncoder> encoders) {
		this.encoders = encoders;
		this.properties = properties;
		this.options = options;
		this.channel = channel;
		this.service = service.replaceAll("[^a-zA-Z0-9._-]", "_");
		this.codec = codec;
		this.limits = limits;
		QueuePolicy policy = new QueuePolicy(usualPolicy(), false, null);
		this.usual = new Rule(null, address("cairn.kafka", properties.topic(), properties.key(), "", null), policy);
		for (int i = 0; i < properties.rules().size(); i++) {
			this.rules.add(rule("cairn.kafka.rules[" + i + "]", properties.rules().get(i)));
		}
		this.policies = Stream.concat(Stream.of(policy), this.rules.stream().map(Rule::policy)).distinct().toList();
	}

	private static KafkaDestination.Address address(String prefix, String topic, String key, String schema,
			@Nullable MessageEncoder encoder) {
		InvalidProperty.check(prefix + ".key", key, () -> new KafkaDestination.Address("any", key, "", null));
		InvalidProperty.check(prefix + ".schema", schema, () -> new KafkaDestination.Address("any", "", schema, null));
		return InvalidProperty.check(prefix + ".topic", topic,
				() -> new KafkaDestination.Address(topic, key, schema, encoder));
	}

	private Rule rule(String name, RuleProperties rule) {
		InvalidProperty.requireDuration(name + ".block-up-to", rule.blockUpTo());
		Policy policy = (rule.policy() != null) ? rule.policy() : usualPolicy();
		boolean durable = rule.durability() == Durability.DISK;
		if ((durable || rule.policy() == Policy.SPOOL) && !this.properties.spool().enabled()) {
			throw new InvalidConfigurationPropertyValueException(name + (durable ? ".durability" : ".policy"),
					durable ? rule.durability() : rule.policy(), "Set cairn.kafka.spool.enabled=true.");
		}
		if (durable && policy != Policy.SPOOL) {
			throw new InvalidConfigurationPropertyValueException(name + ".policy", policy,
					"durability=disk requires policy=spool.");
		}
		KafkaDestination.Address address = address(name,
				(rule.topic() != null) ? rule.topic() : this.properties.topic(),
				(rule.key() != null) ? rule.key() : this.properties.key(), rule.schema(),
				encoder(name, rule.encoder()));
		return new Rule(rule, address, new QueuePolicy(policy, durable, (policy == Policy.BLOCK_UP_TO) ? rule : null));
	}

	private @Nullable MessageEncoder encoder(String name, @Nullable String encoder) {
		return (encoder != null) ? InvalidProperty.check(name + ".encoder", encoder, () -> this.encoders.apply(encoder))
				: null;
	}

	private @Nullable Policy usualPolicy() {
		return this.properties.spool().enabled() ? Policy.SPOOL : null;
	}

	AsyncSink create(Supplier<Producer<byte[], byte[]>> producers, MessageEncoder encoder,
			KafkaDestination.Options producer) {
		checkDirectory();
		KafkaDestination destination = new KafkaDestination(producers, (message) -> ruleOf(message).address(), encoder,
				this.limits.maxBytes(), deadLetters(), producer);
		List<AsyncSink.Queue> queues = this.policies.stream().map(this::queue).toList();
		return new AsyncSink(this.channel, destination, queues,
				(message) -> this.policies.indexOf(ruleOf(message).policy()));
	}

	private BiPredicate<Message, String> deadLetters() {
		if (!this.properties.deadLetters().enabled()) {
			return (message, reason) -> false;
		}
		return Destinations.deadLetters(this.properties.spool().place().resolve(this.service + ".dead-letters.jsonl"),
				this.properties.deadLetters().maxSize().toBytes(), this.codec);
	}

	private Rule ruleOf(Message message) {
		for (Rule rule : this.rules) {
			if (rule.matches(message)) {
				return rule;
			}
		}
		return this.usual;
	}

	private AsyncSink.Queue queue(QueuePolicy policy) {
		DeliveryOptions own = policy.options(this.options);
		if (policy.policy() != Policy.SPOOL) {
			return new AsyncSink.Queue(own, null);
		}
		SpoolProperties spool = this.properties.spool();
		Spool disk = Destinations.spool(spool.place(), this.service + (policy.durable() ? "+durable" : ""),
				spool.maxSize().toBytes(), this.channel);
		return new AsyncSink.Queue(own, InvalidProperty.check("cairn.kafka.spool.replay-rate", spool.replayRate(),
				() -> new Spool.Config(disk, this.codec, policy.durable(), spool.replayRate())));
	}

	/** At start, and not when the broker is unavailable for the first time. */
	private void checkDirectory() {
		SpoolProperties spool = this.properties.spool();
		if (!spool.enabled()) {
			return;
		}
		InvalidProperty.requireRange("cairn.kafka.spool.max-size", spool.maxSize(), spool.maxSize().toBytes(),
				2L * this.limits.maxBytes(), Long.MAX_VALUE);
		Path place = spool.place();
		try {
			Destinations.createFolder(place);
			Files.deleteIfExists(Files.createTempFile(place, "write", ".test"));
		}
		catch (IOException ex) {
			if (spool.directory() != null) {
				throw new InvalidConfigurationPropertyValueException("cairn.kafka.spool.directory", place,
						"It must be a writable directory (" + ex
								+ "). Use another directory, or set cairn.kafka.spool.enabled=false.");
			}
			logger.warn(
					"Cairn: {} is not writable ({}). Events that Kafka does not accept are only held in memory. "
							+ "Set cairn.kafka.spool.directory, or cairn.kafka.spool.enabled=false",
					place.toAbsolutePath(), ex.toString());
		}
	}

	/** A rule that was checked. */
	private record Rule(@Nullable RuleProperties properties, KafkaDestination.Address address, QueuePolicy policy) {

		boolean matches(Message message) {
			RuleProperties rule = this.properties;
			return rule == null || rule.type().matches(message.type())
					&& (rule.category() == null || rule.category() == message.category())
					&& (rule.severity() == null || message.severity().isAtLeast(rule.severity()));
		}

	}

	/** The settings that the messages of a queue have in common. */
	private record QueuePolicy(@Nullable Policy policy, boolean durable, @Nullable RuleProperties blocking) {

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
