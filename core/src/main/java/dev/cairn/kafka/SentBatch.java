package dev.cairn.kafka;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The records of one batch that were handed to the producer. The thread of the sink adds
 * and awaits them, and is woken up once for the batch.
 */
final class SentBatch {

	private final @Nullable SentRecord[] records;

	/** The number of records; written after the record. */
	private volatile int added;

	private final CountDownLatch open;

	private final Thread thread = Thread.currentThread();

	private final long since = System.nanoTime();

	private volatile boolean failed;

	SentBatch(int size) {
		this.open = new CountDownLatch(size);
		this.records = new SentRecord[size];
	}

	void add(SentRecord sent) {
		int index = this.added;
		this.records[index] = sent;
		this.added = index + 1;
	}

	void completed(boolean successfully) {
		if (!successfully) {
			this.failed = true;
		}
		this.open.countDown();
	}

	/** Called after the last record was added. */
	void sealed() {
		for (int i = this.added; i < this.records.length; i++) {
			this.open.countDown();
		}
	}

	/** Waits for the outcome of all records. Returns whether it is there. */
	boolean await(long nanos) throws InterruptedException {
		return this.open.await(nanos, TimeUnit.NANOSECONDS);
	}

	List<SentRecord> failed() {
		return this.failed ? records().filter((sent) -> sent.failure() != null).toList() : List.of();
	}

	/** Returns whether a record for the topic is on its way. Called by any thread. */
	boolean isOpen(String topic) {
		return records().anyMatch((sent) -> sent.isOpen() && sent.topic().equals(topic));
	}

	private Stream<SentRecord> records() {
		return Arrays.stream(this.records, 0, this.added).filter(Objects::nonNull);
	}

	boolean isSentByThisThread() {
		return Thread.currentThread() == this.thread;
	}

	long age() {
		return System.nanoTime() - this.since;
	}

}
