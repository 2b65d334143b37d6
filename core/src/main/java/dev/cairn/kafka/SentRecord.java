package dev.cairn.kafka;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.cairn.delivery.Delivery;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way. Its outcome is that of the callback: the future of the producer
 * recurses, as deep as the record's batch was split. Failures that the producer reports
 * later are passed on.
 */
record SentRecord(Delivery delivery, String topic, int length, boolean shortened, SentBatch batch,
		Consumer<SentRecord> failures, AtomicReference<@Nullable Exception> outcome) implements Callback {

	@Override
	public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
		try {
			if (exception == null) {
				this.delivery.delivered();
			}
			else {
				this.outcome.set(exception);
				if (!this.batch.isSentByThisThread()) {
					this.failures.accept(this);
				}
			}
		}
		finally {
			this.batch.completed(exception == null);
		}
	}

	/** The producer has not taken the record. */
	void refused(Exception reason) {
		this.outcome.set(reason);
		this.batch.completed(false);
	}

	boolean isOpen() {
		return failure() == null && !this.delivery.isSettled();
	}

	/** Returns the failure, {@code null} if there is none or no outcome yet. */
	@Nullable Exception failure() {
		return this.outcome.get();
	}

	Exception requireFailure() {
		return Objects.requireNonNull(failure());
	}

}
