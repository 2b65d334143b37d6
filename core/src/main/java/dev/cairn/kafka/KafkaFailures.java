package dev.cairn.kafka;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the failures of a producer.
 */
final class KafkaFailures {

	private KafkaFailures() {
	}

	/** Returns whether the cluster will never accept this very record. */
	private static boolean isRefusal(Exception outcome) {
		return isTooLarge(outcome) || outcome instanceof InvalidTopicException
				|| outcome instanceof TopicAuthorizationException || outcome instanceof InvalidRecordException
				|| outcome instanceof InvalidTimestampException || outcome instanceof SerializationException
				|| outcome instanceof PolicyViolationException;
	}

	/** Returns whether the record is not sent again as it is. */
	static boolean isLoss(Exception outcome) {
		return isRefusal(outcome) || isMissingTopic(outcome);
	}

	static boolean isTooLarge(Exception outcome) {
		return outcome instanceof RecordTooLargeException || outcome instanceof RecordBatchTooLargeException;
	}

	/** Returns whether the cluster answers, but has no such topic. */
	static boolean isMissingTopic(@Nullable Exception outcome) {
		return outcome instanceof TimeoutException timeout
				&& timeout.getCause() instanceof UnknownTopicOrPartitionException;
	}

	/** Returns whether the same producer will do when the cause is gone. */
	static boolean isPassing(Exception failure) {
		return failure instanceof RetriableException || failure instanceof InterruptException
				|| failure instanceof AuthenticationException || failure instanceof AuthorizationException;
	}

}
