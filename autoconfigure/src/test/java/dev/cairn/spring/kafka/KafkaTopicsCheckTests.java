package dev.cairn.spring.kafka;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.spring.doctor.DoctorCheck.Finding;
import dev.cairn.testing.KafkaServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KafkaTopicsCheck} with a real broker.
 */
class KafkaTopicsCheckTests {

	private static final int MAX_BYTES = 100_000;

	private static final String RECOVERY = "metadata.recovery.strategy";

	private final KafkaServer kafka = KafkaServer.get();

	@Test
	void isSilentForATopicWithPartitionsThatTakesTheMessages() throws Exception {
		String topic = this.kafka.newTopic(2, Map.of("max.message.bytes", "" + MAX_BYTES));
		assertThat(findings(topic)).isEmpty();
		assertThat(findings()).isEmpty();
	}

	@Test
	void findsATopicThatIsMissing() throws Exception {
		String good = this.kafka.newTopic(2, Map.of());
		assertThat(findings("no-such-topic", good)).singleElement().satisfies((finding) -> {
			assertThat(finding.what()).isEqualTo("The cluster has no topic no-such-topic");
			assertThat(finding.remedy()).contains("TopicBuilder.name(\"no-such-topic\")");
		});
	}

	@Test
	void findsATopicWithOnePartition() throws Exception {
		String topic = this.kafka.newTopic();
		assertThat(findings(topic)).extracting(Finding::what)
			.containsExactly("The topic " + topic + " has one partition");
	}

	@Test
	void findsATopicThatTakesSmallerMessages() throws Exception {
		String topic = this.kafka.newTopic(3, Map.of("max.message.bytes", "99999"));
		assertThat(findings(topic)).extracting(Finding::what)
			.containsExactly("The topic " + topic + " takes messages of 99999 bytes, and Cairn sends up to 100000");
	}

	@Test
	void findsAClusterThatDoesNotAnswer() throws Exception {
		String topic = this.kafka.newTopic(2, Map.of());
		this.kafka.proxy().hang();
		try {
			assertThat(findings(topic)).extracting(Finding::what)
				.singleElement()
				.asString()
				.startsWith("The topics cannot be looked up: ");
		}
		finally {
			this.kafka.proxy().resume();
		}
	}

	@Test
	void doesNotBootstrapWithoutEndUnlessTheApplicationWantsThat() {
		assertThat(KafkaTopicsCheck.settings(Map.of("client.id", "cairn-shop", "acks", "all")))
			.containsEntry("client.id", "cairn-shop-doctor")
			.containsEntry(RECOVERY, "none")
			.doesNotContainKey("acks");
		assertThat(KafkaTopicsCheck.settings(Map.of(RECOVERY, "rebootstrap"))).containsEntry(RECOVERY, "rebootstrap");
	}

	private List<Finding> findings(String... topics) throws InterruptedException {
		return new KafkaTopicsCheck(
				Map.of("bootstrap.servers", this.kafka.bootstrapServers(), "client.id", "cairn-shop"), Set.of(topics),
				MAX_BYTES, new ClientLog())
			.examine();
	}

}
