package dev.cairn.benchmarks;

import java.time.Duration;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Message.Limits;
import dev.cairn.Origin;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.kafka.KafkaDestination;
import dev.cairn.redaction.Redactor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes with Cairn as it comes: default queue, limits and redaction.
 */
final class CairnPublisher implements Publisher {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final int MAX_BLOCK_MS = 5000;

	private final Cairn cairn;

	private final Channel channel;

	private final Duration patience;

	private CairnPublisher(Destination sender, Duration patience) {
		this.patience = patience;
		Accounts ledger = new Accounts();
		this.channel = ledger.channel("kafka");
		this.cairn = new CairnBuilder(new Origin("shop", "benchmark", "1.0.0", "localhost", 1)).ledger(ledger)
			.sink(new AsyncSink(this.channel, sender, DeliveryOptions.DEFAULT))
			.closeTimeout(() -> Duration.ofSeconds(2))
			.build();
	}

	static CairnPublisher to(Destination sender) {
		return new CairnPublisher(sender, PATIENCE);
	}

	static CairnPublisher toNobody() {
		return new CairnPublisher(kafka(KafkaSettings.CLOSED_PORT), Duration.ZERO);
	}

	static CairnPublisher toKafka(String bootstrapServers) {
		CairnPublisher publisher = new CairnPublisher(kafka(bootstrapServers), PATIENCE);
		publisher.publish(OrderPlaced.sample(0));
		if (!publisher.cairn.flush(PATIENCE)) {
			publisher.close();
			throw KafkaSettings.noBroker(bootstrapServers, null);
		}
		return publisher;
	}

	private static KafkaDestination kafka(String bootstrapServers) {
		Map<String, Object> settings = KafkaSettings.producer(bootstrapServers);
		settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
		KafkaDestination.Address address = new KafkaDestination.Address("cairn-benchmark", "{fields.order_id}", "",
				null);
		return new KafkaDestination(
				() -> new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
				(message) -> address, MessageEncoder.cairn(Redactor.DEFAULT), Limits.DEFAULT.maxBytes(),
				(message, reason) -> false, KafkaDestination.Options.DEFAULT);
	}

	@Override
	public @Nullable Object publish(OrderPlaced order) {
		return order.publish(this.cairn);
	}

	@Override
	public String settle() {
		this.cairn.flush(this.patience);
		Ledger.Balance balance = this.channel.balance();
		return "offered " + balance.offered() + ", delivered " + balance.delivered() + ", held " + balance.held()
				+ ", dropped " + balance.dropped();
	}

	@Override
	public void close() {
		this.cairn.close();
	}

}
