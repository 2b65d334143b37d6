package dev.cairn.kafka;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The records of one batch that were handed to the producer. The thread of the sink adds
 * and awaits them, and is woken up once for the batch.
 */
final class SentBatch {

	private final Queue<SentRecord> records = new ConcurrentLinkedQueue<>();

	private final CountDownLatch open;

	private final Thread thread = Thread.currentThread();

	private final long since = System.nanoTime();

	private int unused;

	private volatile boolean failed;

	SentBatch(int size) {
		this.open = new CountDownLatch(size);
		this.unused = size;
	}

	void add(SentRecord sent) {
		this.records.add(sent);
		this.unused--;
	}

	void completed(boolean successfully) {
		if (!successfully) {
			this.failed = true;
		}
		this.open.countDown();
	}

	/** Called after the last record was added. */
	void sealed() {
		while (this.unused-- > 0) {
			this.open.countDown();
		}
	}

	/** Waits for the outcome of all records. Returns whether it is there. */
	boolean await(long nanos) throws InterruptedException {
		return this.open.await(nanos, TimeUnit.NANOSECONDS);
	}

	List<SentRecord> failed() {
		return this.failed ? this.records.stream().filter((sent) -> sent.failure() != null).toList() : List.of();
	}

	/** Returns whether a record for the topic is on its way. Called by any thread. */
	boolean isOpen(String topic) {
		return this.records.stream().anyMatch((sent) -> sent.isOpen() && sent.topic().equals(topic));
	}

	boolean isSentByThisThread() {
		return Thread.currentThread() == this.thread;
	}

	long age() {
		return System.nanoTime() - this.since;
	}

}
