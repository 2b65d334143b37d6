package dev.cairn.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.Message;
import dev.cairn.delivery.DeliveryOptions.Overflow;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.delivery.Sink.Outgoing.Completion;
import dev.cairn.encoding.MessageEncoder.Encoded;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.LogCapture;
import dev.cairn.testing.TestMessages;
import dev.cairn.testing.Uninterruptibly;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AsyncSink}: what does not depend on a technology.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class AsyncSinkTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final DeliveryOptions OPTIONS = DeliveryOptions.DEFAULT.withBatches(10, Duration.ofMillis(1))
		.withRetry(Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMinutes(10));

	private static final AtomicInteger TESTS = new AtomicInteger();

	/** Its own, so that no thread of another test is taken for that of this one. */
	private final String name = "sink-" + TESTS.incrementAndGet();

	private final Channel channel = new Accounts().channel(this.name);

	private final LogCapture log = new LogCapture();

	private final List<String> sent = new CopyOnWriteArrayList<>();

	private final List<AsyncSink> sinks = new ArrayList<>();

	@AfterEach
	void stop() {
		this.sinks.forEach((sink) -> sink.stop(Duration.ZERO));
		this.log.close();
	}

	@Test
	void sendsOnADaemonThreadOfItsOwn() {
		AtomicReference<Thread> thread = new AtomicReference<>();
		AsyncSink sink = sink((batch) -> thread.set(Thread.currentThread()));
		offer(sink, "a");
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(thread.get().getName()).isEqualTo("cairn-" + this.name);
		assertThat(thread.get().isDaemon()).isTrue();
	}

	@Test
	void sendsBatchesThatAreNoLargerThanAllowed() {
		CountDownLatch go = new CountDownLatch(1);
		List<Integer> sizes = new CopyOnWriteArrayList<>();
		AsyncSink sink = sink((batch) -> {
			go.await();
			sizes.add(batch.size());
			this.sent.addAll(items(batch));
		});
		List<String> expected = new ArrayList<>();
		for (int i = 0; i < 95; i++) {
			offer(sink, "item " + i);
			expected.add("item " + i);
		}
		go.countDown();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(sizes).allMatch((size) -> size <= 10).contains(10);
		assertThat(this.sent).isEqualTo(expected);
	}

	@Test
	void aCallerThatWaitsForRoomGoesOnWhenTheSinkIsClosed() throws Exception {
		CountDownLatch never = new CountDownLatch(1);
		AsyncSink sink = sink((batch) -> never.await(),
				OPTIONS.withQueue(1, 1_000_000, Overflow.BLOCK).withBlockUpTo(Duration.ofHours(1)));
		offer(sink, "on its way");
		AtomicReference<Boolean> accepted = new AtomicReference<>();
		Thread caller = new Thread(() -> accepted.set(offer(sink, "waits")));
		caller.start();
		Awaitility.await().atMost(LONG).until(() -> this.channel.balance().offered() == 2);
		sink.stop(Duration.ZERO);
		caller.join(LONG.toMillis());
		assertThat(accepted.get()).isFalse();
		assertThat(this.channel.balance().held()).isZero();
	}

	@Test
	void takesAlongWhatOnlyTheOfferingThreadSees() {
		ThreadLocal<String> scope = new ThreadLocal<>();
		AsyncSink sink = sink(new Destination() {

			@Override
			public Object context(Message message) {
				return scope.get();
			}

			@Override
			public void submit(List<Delivery> batch) {
				batch.forEach((delivery) -> AsyncSinkTests.this.sent.add(String.valueOf(delivery.context())));
			}

		});
		scope.set("of the test");
		offer(sink, "a");
		scope.remove();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).containsExactly("of the test");
	}

	@Test
	void countsWhatTheSenderReportsOfEach() {
		AsyncSink sink = sink((batch) -> {
			for (Delivery delivery : batch) {
				switch (delivery.message().payload()) {
					case "delivered" -> delivery.delivered();
					case "truncated" -> {
						delivery.encode((message, maxBytes) -> new Encoded(new byte[0], true), 1);
						delivery.delivered();
					}
					case "filtered" -> delivery.filtered();
					case "rejected" -> delivery.drop(DropReason.REJECTED, "no", "");
					default -> assertThat(delivery.isSettled()).isFalse();
				}
			}
		});
		for (String item : List.of("delivered", "truncated", "filtered", "rejected", "left to the sink")) {
			offer(sink, item);
		}
		assertThat(sink.flush(LONG)).isTrue();
		Ledger.Balance balance = this.channel.balance();
		assertThat(balance.delivered()).isEqualTo(3);
		assertThat(balance.truncated()).isEqualTo(1);
		assertThat(balance.filtered()).isEqualTo(1);
		assertThat(balance.dropped()).isEqualTo(Map.of(DropReason.REJECTED, 1L));
		assertThat(balance.held()).isZero();
	}

	@Test
	void countsEachOnceWhateverIsReportedAfterwards() {
		AsyncSink sink = sink((batch) -> batch.forEach((delivery) -> {
			delivery.drop(DropReason.REJECTED, "no", "");
			delivery.delivered();
			delivery.filtered();
			delivery.drop(DropReason.EXPIRED, "no", "");
		}));
		offer(sink, "a");
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.REJECTED, 1L));
		assertThat(this.channel.balance().delivered()).isZero();
		assertThat(this.channel.balance().filtered()).isZero();
		assertThat(sink.held()).isZero();
	}

	@Test
	void sendsAgainOnlyWhatIsNotSettled() {
		AtomicInteger calls = new AtomicInteger();
		AsyncSink sink = sink((batch) -> {
			this.sent.addAll(items(batch));
			if (calls.incrementAndGet() == 1) {
				batch.get(0).delivered();
				throw new IOException("away");
			}
		}, OPTIONS.withBatches(10, Duration.ofMillis(200)));
		offer(sink, "a");
		offer(sink, "b");
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent.stream().filter("a"::equals)).hasSize(1);
		assertThat(this.channel.balance().delivered()).isEqualTo(2);
	}

	@Test
	void survivesASenderThatFailsInEveryWay() {
		List<Throwable> failures = List.of(new IllegalStateException("a"), new AssertionError("b"),
				new StackOverflowError(), new NoClassDefFoundError("d"), new OutOfMemoryError("not really"),
				new InterruptedException(), new Hostile());
		AtomicInteger calls = new AtomicInteger();
		AsyncSink sink = sink((batch) -> {
			int call = calls.getAndIncrement();
			if (call < failures.size()) {
				AsyncSinkTests.<RuntimeException>raise(failures.get(call));
			}
		});
		offer(sink, "a");
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(1);
		assertThat(this.channel.balance().lastError()).contains("Hostile");
	}

	@Test
	void survivesALoggerThatThrows() {
		TurboFilter broken = breakLogger(Sink.class);
		try {
			AtomicInteger calls = new AtomicInteger();
			AsyncSink sink = sink((batch) -> {
				if (calls.incrementAndGet() <= 3) {
					throw new IOException("away");
				}
			});
			for (int i = 0; i < 100; i++) {
				offer(sink, "a");
			}
			assertThat(sink.flush(LONG)).isTrue();
			offer(sink, "last");
			assertThat(sink.flush(LONG)).isTrue();
			assertThat(this.channel.balance().held()).isZero();
			assertThat(this.channel.balance().delivered()).isPositive();
		}
		finally {
			loggers().getTurboFilterList().remove(broken);
		}
	}

	@Test
	void settlesEachBatchOnceThoughALoggerThrows() {
		TurboFilter broken = breakLogger(OutageLogger.class);
		try {
			Deque<List<Delivery>> submitted = new ArrayDeque<>();
			AtomicInteger wrong = new AtomicInteger();
			AtomicInteger calls = new AtomicInteger();
			AsyncSink sink = sink(new Destination() {

				@Override
				public void submit(List<Delivery> batch) {
					submitted.addLast(batch);
				}

				@Override
				public boolean settle(List<Delivery> batch, long nanos) throws IOException {
					wrong.addAndGet((submitted.removeFirst() != batch) ? 1 : 0);
					if (calls.incrementAndGet() == 1) {
						throw new IOException("away");
					}
					return true;
				}

			});
			for (int i = 0; i < 100; i++) {
				offer(sink, "a");
			}
			assertThat(sink.flush(LONG)).isTrue();
			assertThat(submitted).isEmpty();
			assertThat(wrong).hasValue(0);
			assertThat(this.channel.balance().delivered()).isEqualTo(100);
		}
		finally {
			loggers().getTurboFilterList().remove(broken);
		}
	}

	@Test
	void deliversNothingThatCountsAsDropped() throws Exception {
		AtomicInteger taken = new AtomicInteger();
		AsyncSink sink = sink((batch) -> taken.addAndGet(batch.size()),
				OPTIONS.withQueue(10, 1_000_000, Overflow.DROP_OLDEST));
		Thread other = new Thread(() -> offer(sink, 100_000));
		other.start();
		offer(sink, 100_000);
		other.join();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(taken.get());
	}

	/** Has a logger throw; the filter that does so has to be removed again. */
	private static TurboFilter breakLogger(Class<?> name) {
		TurboFilter broken = new TurboFilter() {

			@Override
			public FilterReply decide(Marker marker, Logger logger, Level level, String format, Object[] params,
					Throwable ex) {
				if (logger.getName().equals(name.getName())) {
					throw new IllegalStateException("the logger is broken");
				}
				return FilterReply.NEUTRAL;
			}

		};
		loggers().addTurboFilter(broken);
		return broken;
	}

	private static LoggerContext loggers() {
		return (LoggerContext) LoggerFactory.getILoggerFactory();
	}

	private void offer(AsyncSink sink, int times) {
		Message message = TestMessages.text("a");
		for (int i = 0; i < times; i++) {
			this.channel.offered();
			sink.offer(new Outgoing(message));
		}
	}

	@Test
	void settlesABatchInTheQueueItWasTakenFrom() {
		AtomicInteger route = new AtomicInteger();
		AtomicInteger calls = new AtomicInteger();
		AsyncSink.Queue queue = new AsyncSink.Queue(OPTIONS, null);
		AsyncSink sink = new AsyncSink(this.channel, (batch) -> {
			this.sent.addAll(items(batch));
			switch (calls.incrementAndGet()) {
				case 1 -> throw new IOException("away");
				case 2 -> route.set(1);
			}
		}, List.of(queue, queue), (message) -> route.get());
		sink.start();
		this.sinks.add(sink);
		offer(sink, "a");
		assertThat(sink.flush(LONG)).isTrue();
		route.set(0);
		offer(sink, "b");
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).containsExactly("a", "a", "b");
	}

	@Test
	void keepsWhatTheApplicationNamesASecret() {
		Channel channel = new Accounts(new Redactor(List.of("tax id"), List.of())).channel(this.name);
		AsyncSink sink = new AsyncSink(channel,
				(batch) -> batch.get(0).drop(DropReason.REJECTED, "taxId=4711 is bad", ""), OPTIONS);
		sink.start();
		this.sinks.add(sink);
		offer(sink, "a");
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(channel.balance().lastError()).contains("taxId").doesNotContain("4711");
		Awaitility.await().atMost(LONG).until(() -> !this.log.all().isEmpty());
		assertThat(this.log.all()).noneMatch((line) -> line.contains("4711"));
	}

	@Test
	void keepsTheSecretsOfFailures() {
		AtomicInteger calls = new AtomicInteger();
		AsyncSink sink = sink((batch) -> {
			if (calls.incrementAndGet() <= 2) {
				throw new IOException("cannot log in with password=hunter2");
			}
			batch.get(0).drop(DropReason.REJECTED, "http://app:hunter2@host/ says no", "");
		});
		offer(sink, "a");
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().lastError()).doesNotContain("hunter2");
		assertThat(this.log.all()).isNotEmpty().noneMatch((line) -> line.contains("hunter2"));
	}

	@Test
	void isLoudOnceAboutEachReason() {
		AsyncSink sink = sink((batch) -> batch
			.forEach((delivery) -> delivery.drop(DropReason.valueOf(delivery.message().payload()), "because", "")));
		for (int i = 0; i < 10; i++) {
			offer(sink, "REJECTED");
			offer(sink, "OVERSIZE");
		}
		assertThat(sink.flush(LONG)).isTrue();
		Awaitility.await().atMost(LONG).until(() -> this.log.warnings().size() == 2);
		assertThat(this.channel.balance().droppedTotal()).isEqualTo(20);
	}

	@Test
	void doesNotDriveOutTheOthersForWhatCannotFit() {
		CountDownLatch go = new CountDownLatch(1);
		AsyncSink sink = sink((batch) -> {
			go.await();
			this.sent.addAll(items(batch));
		}, OPTIONS.withQueue(100, 100_000, Overflow.DROP_OLDEST));
		for (int i = 0; i < 10; i++) {
			offer(sink, "small " + i);
		}
		assertThat(offer(sink, "x".repeat(100_001))).isFalse();
		go.countDown();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).hasSize(10).allMatch((item) -> item.startsWith("small"));
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.OVERFLOW, 1L));
	}

	@Test
	void wakesUpAfterARest() {
		AsyncSink sink = sink((batch) -> this.sent.addAll(items(batch)));
		for (int round = 1; round <= 3; round++) {
			Awaitility.await().atMost(LONG).until(() -> thread().getState() == Thread.State.WAITING);
			offer(sink, "round " + round);
			int expected = round;
			Awaitility.await().atMost(LONG).until(() -> this.sent.size() == expected);
		}
	}

	@Test
	void flushesWithoutWaitingForABatchToGrow() {
		AsyncSink sink = sink((batch) -> this.sent.addAll(items(batch)),
				OPTIONS.withBatches(10, Duration.ofMinutes(10)));
		offer(sink, "a");
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).containsExactly("a");
	}

	@Test
	void stopsFlushingWhenTheCallerIsInterrupted() {
		CountDownLatch go = new CountDownLatch(1);
		AsyncSink sink = sink((batch) -> go.await());
		offer(sink, "a");
		Thread.currentThread().interrupt();
		assertThat(sink.flush(LONG)).isFalse();
		assertThat(Thread.interrupted()).isTrue();
		go.countDown();
	}

	@Test
	void goesOnWhenItsThreadIsInterrupted() {
		AsyncSink sink = sink((batch) -> this.sent.addAll(items(batch)));
		offer(sink, "a");
		assertThat(sink.flush(LONG)).isTrue();
		thread().interrupt();
		offer(sink, "b");
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).containsExactly("a", "b");
		Awaitility.await().atMost(LONG).until(() -> thread().getState() == Thread.State.WAITING);
	}

	@Test
	void doesNotCountWhatComesOutAfterItWasClosed() throws Exception {
		CountDownLatch sending = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		CountDownLatch done = new CountDownLatch(1);
		AsyncSink sink = sink((batch) -> {
			sending.countDown();
			Uninterruptibly.await(go);
			batch.forEach(Delivery::delivered);
			done.countDown();
			throw new IOException("late");
		});
		offer(sink, "a");
		sending.await();
		sink.stop(Duration.ofMillis(50));
		Thread thread = thread();
		go.countDown();
		done.await();
		thread.join(LONG.toMillis());
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 1L));
		assertThat(this.channel.balance().delivered()).isZero();
		assertThat(this.channel.balance().state()).isEqualTo(State.OFF);
		assertThat(sink.held()).isZero();
	}

	@Test
	void aThreadThatStartsAfterTheEndTakesNothing() {
		Backlog backlog = new Backlog(OPTIONS, new LossLog(this.channel), (batch) -> {
		}, () -> false);
		Backlogs backlogs = new Backlogs(List.of(backlog), (message) -> 0);
		Object late = new Object();
		backlogs.begin(late);
		backlogs.offer(new Outgoing(TestMessages.text("a")));
		backlogs.end();
		assertThat(backlogs.next(1, late)).isNull();
		Object next = new Object();
		backlogs.begin(next);
		assertThat(backlogs.next(1, late)).isNull();
		assertThat(backlogs.next(1, next)).isNotNull();
	}

	@Test
	void doesNotExtendItsTimeWhenItIsClosedAgain() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		AsyncSink sink = sink((batch) -> go.await());
		offer(sink, "a");
		Thread second = new Thread(() -> {
			Awaitility.await().atMost(LONG).until(() -> !sink.offer(new Outgoing(TestMessages.text("late"))));
			sink.stop(Duration.ofMinutes(10));
		});
		second.start();
		sink.stop(Duration.ofMillis(300));
		second.join();
		assertThat(this.channel.balance().dropped().get(DropReason.SHUTDOWN)).isGreaterThanOrEqualTo(1L);
		assertThat(sink.held()).isZero();
	}

	@Test
	void waitsAtMostAsLongAsAllowedHoweverLongTheFirstWaitIs() {
		AtomicInteger calls = new AtomicInteger();
		AsyncSink sink = sink((batch) -> {
			if (calls.incrementAndGet() <= 5) {
				throw new IOException("away");
			}
		}, OPTIONS.withRetry(Duration.ofDays(365), Duration.ofMillis(5), Duration.ofSeconds(Long.MAX_VALUE)));
		offer(sink, "a");
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(1);
	}

	@Test
	void closesWhileItWaitsToTryAgain() {
		AsyncSink sink = sink((batch) -> {
			throw new IOException("away");
		}, OPTIONS.withRetry(Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ofMinutes(10)));
		offer(sink, "a");
		Awaitility.await().atMost(LONG).until(() -> this.channel.balance().state() == State.DEGRADED);
		sink.stop(Duration.ofMillis(100));
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 1L));
	}

	@Test
	void doesNotInterruptItsDestinationWhileItCloses() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		CountDownLatch closed = new CountDownLatch(1);
		AsyncSink sink = sink(new Destination() {

			@Override
			public void submit(List<Delivery> batch) {
			}

			@Override
			public void close() throws Exception {
				go.await();
				closed.countDown();
			}

		});
		sink.stop(Duration.ofMillis(50));
		go.countDown();
		assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(this.log.warnings()).isEmpty();
	}

	@Test
	void logsThatClosingItsSenderFailed() {
		AsyncSink sink = sink(new Destination() {

			@Override
			public void submit(List<Delivery> batch) {
			}

			@Override
			public void close() {
				throw new AssertionError("password=hunter2");
			}

		});
		sink.stop(LONG);
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("failed to close " + this.name)
			.doesNotContain("hunter2");
	}

	private AsyncSink sink(Destination sender) {
		return sink(sender, OPTIONS);
	}

	private AsyncSink sink(Destination sender, DeliveryOptions options) {
		AsyncSink sink = new AsyncSink(this.channel, sender, options);
		sink.start();
		this.sinks.add(sink);
		return sink;
	}

	private boolean offer(AsyncSink sink, String item) {
		this.channel.offered();
		Message message = TestMessages.text(item);
		return sink.offer(new Outgoing(message, sink.context(message), Completion.NONE));
	}

	private Thread thread() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("cairn-" + this.name))
			.findFirst()
			.orElseThrow();
	}

	private static List<String> items(List<Delivery> batch) {
		return batch.stream().map((delivery) -> delivery.message().payload()).toList();
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> void raise(Throwable failure) throws E {
		throw (E) failure;
	}

	@SuppressWarnings("serial")
	private static final class Hostile extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no");
		}

		@Override
		public String toString() {
			throw new IllegalStateException("no");
		}

		@Override
		public synchronized Throwable getCause() {
			throw new IllegalStateException("no");
		}

	}

}
