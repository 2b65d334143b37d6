package dev.cairn.spring.kafka.listener;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.ErrorHandlingUtils;

/**
 * Reads the exceptions of listeners.
 */
final class ListenerExceptions {

	private ListenerExceptions() {
	}

	/** Returns what the listener threw, without the exceptions that wrap it. */
	static Throwable cause(Exception thrown) {
		Exception cause = ErrorHandlingUtils.findRootCause(thrown);
		return (cause != null) ? cause : thrown;
	}

	/** Returns the record of a batch that failed, {@code null} if it is unknown. */
	static @Nullable ConsumerRecord<?, ?> culprit(ConsumerRecords<?, ?> records, Exception thrown) {
		if (!(cause(thrown) instanceof BatchListenerFailedException failure)) {
			return null;
		}
		if (failure.getRecord() != null) {
			return failure.getRecord();
		}
		int index = 0;
		for (ConsumerRecord<?, ?> record : records) {
			if (index++ == failure.getIndex()) {
				return record;
			}
		}
		return null;
	}

}
