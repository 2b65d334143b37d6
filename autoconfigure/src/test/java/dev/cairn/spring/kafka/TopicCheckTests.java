package dev.cairn.spring.kafka;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TopicCheck}.
 */
class TopicCheckTests {

	private static final String RECOVERY = "metadata.recovery.strategy";

	@Test
	void doesNotBootstrapWithoutEndUnlessTheApplicationWantsThat() {
		assertThat(TopicCheck.settings(Map.of("client.id", "cairn-shop", "acks", "all"), "-topics", 10_000))
			.containsEntry("client.id", "cairn-shop-topics")
			.containsEntry(RECOVERY, "none")
			.doesNotContainKey("acks");
		assertThat(TopicCheck.settings(Map.of(RECOVERY, "rebootstrap"), "-topics", 10_000)).containsEntry(RECOVERY,
				"rebootstrap");
	}

}
