package dev.cairn.kafka;

import java.util.function.BiPredicate;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Delivery;

/**
 * Gives up what the cluster will never accept, and keeps it as a dead letter if possible.
 */
record Rejections(BiPredicate<Message, String> deadLetters) {

	boolean keep(Message message, String reason) {
		return this.deadLetters.test(message, reason);
	}

	void reject(SentRecord sent) {
		Exception outcome = sent.requireFailure();
		if (KafkaFailures.isMissingTopic(outcome)) {
			rejectMissing(sent.delivery(), sent.topic());
			return;
		}
		reject(sent.delivery(), outcome.getClass().getSimpleName() + ": " + outcome.getMessage(),
				KafkaFailures.isTooLarge(outcome) ? DropReason.OVERSIZE : DropReason.REJECTED, "");
	}

	void rejectMissing(Delivery delivery, String topic) {
		reject(delivery, "the cluster has no topic " + topic + ". Create it, or declare a NewTopic bean",
				DropReason.REJECTED, topic);
	}

	private void reject(Delivery delivery, String reason, DropReason otherwise, String kind) {
		boolean kept = keep(delivery.message(), reason);
		delivery.drop(kept ? DropReason.DEAD_LETTER : otherwise, reason, kind);
	}

}
