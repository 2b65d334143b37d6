package dev.cairn.kafka;

import java.util.List;
import java.util.Map;

import dev.cairn.Message;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.SinkContract;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.KafkaServer;
import dev.cairn.testing.TestMessages;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests for a sink over {@link KafkaDestination} and a real broker.
 */
class KafkaDestinationContractTests extends SinkContract {

	private final KafkaServer kafka = KafkaServer.get();

	private final String topic = this.kafka.newTopic();

	private int maxBlock = 300;

	@Override
	protected Destination createSender() {
		Map<String, Object> settings = Map.of("max.block.ms", this.maxBlock);
		KafkaDestination.Address address = new KafkaDestination.Address(this.topic, "{service}", "", null);
		return new KafkaDestination(() -> this.kafka.producer(settings), (message) -> address,
				MessageEncoder.cairn(Redactor.DEFAULT), 262_144, (message, reason) -> false,
				KafkaDestination.Options.DEFAULT);
	}

	@Override
	protected Message item(int number) {
		return TestMessages.numbered(number);
	}

	@Override
	protected List<Integer> received() {
		return this.kafka.records(this.topic)
			.stream()
			.map((record) -> JsonMapper.shared().readTree(record.value()).get("fields").get("n").asInt())
			.toList();
	}

	@Override
	protected void startBackend() throws Exception {
		this.kafka.proxy().start();
	}

	@Override
	protected void stopBackend() throws Exception {
		this.kafka.proxy().stop();
	}

	/** As it is by default: {@code send} blocks for a minute. */
	@Override
	protected void hangBackend() {
		this.maxBlock = 60_000;
		this.kafka.proxy().hang();
	}

	@Override
	protected void resumeBackend() {
		this.kafka.proxy().resume();
	}

}
