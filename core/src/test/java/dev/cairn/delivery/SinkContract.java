package dev.cairn.delivery;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import dev.cairn.Ledger.Balance;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.Message;
import dev.cairn.delivery.DeliveryOptions.Overflow;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.LogCapture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The promises of every sink, whatever its technology: each implementation brings a real
 * backend that can be stopped, started, hung and resumed. Where a step does not apply to
 * a technology, its class overrides it and explains why.
 */
@Timeout(120)
@ExtendWith(AwaitThreads.class)
public abstract class SinkContract {

	/** Items have numbers of three digits, so that all of them weigh the same. */
	protected static final int FIRST = 100;

	protected static final Duration LONG = Duration.ofSeconds(60);

	protected static final DeliveryOptions OPTIONS = DeliveryOptions.DEFAULT.withBatches(50, Duration.ofMillis(5))
		.withRetry(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofMinutes(10));

	protected final Accounts ledger = new Accounts();

	protected final Channel channel = this.ledger.channel("tested");

	protected final LogCapture log = new LogCapture();

	private final List<Sink> sinks = new ArrayList<>();

	private WatchedDestination sender;

	@BeforeEach
	protected final void begin() throws Exception {
		startBackend();
	}

	@AfterEach
	protected final void end() throws Exception {
		resumeBackend();
		this.sinks.forEach((sink) -> sink.stop(Duration.ZERO));
		stopBackend();
		this.log.close();
	}

	protected abstract Destination createSender() throws Exception;

	protected abstract Message item(int number);

	/** Return the numbers of the items that the backend has, in its order. */
	protected abstract List<Integer> received() throws Exception;

	protected abstract void startBackend() throws Exception;

	/** Takes the backend away; what is sent to it fails. */
	protected abstract void stopBackend() throws Exception;

	/** The backend neither takes nor refuses. */
	protected abstract void hangBackend() throws Exception;

	protected abstract void resumeBackend() throws Exception;

	protected final WatchedDestination sender() {
		return this.sender;
	}

	protected final Sink open(DeliveryOptions options) throws Exception {
		Sink sink = create(options);
		sink.start();
		return sink;
	}

	private Sink create(DeliveryOptions options) throws Exception {
		Sink sink = createSink(options);
		this.sinks.add(sink);
		return sink;
	}

	protected Sink createSink(DeliveryOptions options) throws Exception {
		this.sender = new WatchedDestination(this.channel, createSender());
		return new AsyncSink(this.channel, this.sender, options);
	}

	private static long heldBy(Sink sink) {
		return (sink instanceof AsyncSink async) ? async.held() : 0;
	}

	protected final boolean offer(Sink sink, int number) {
		this.channel.offered();
		return sink.offer(new Outgoing(item(number)));
	}

	protected final void offer(Sink sink, int from, int to) {
		for (int number = from; number < to; number++) {
			offer(sink, number);
		}
	}

	protected final Balance balance() {
		Balance balance = this.channel.balance();
		assertThat(balance.held()).isNotNegative();
		assertThat(balance.offered()).isEqualTo(balance.sampledOut() + balance.filtered() + balance.delivered()
				+ balance.held() + balance.droppedTotal());
		return balance;
	}

	protected final List<Integer> numbers(int from, int to) {
		return IntStream.range(from, to).boxed().toList();
	}

	protected final void awaitReceived(List<Integer> expected) {
		Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(received()).isEqualTo(expected));
	}

	@Test
	protected void deliversInOrder() throws Exception {
		Sink sink = open(OPTIONS);
		assertThat(offer(sink, FIRST)).isTrue();
		offer(sink, FIRST + 1, FIRST + 300);
		assertThat(sink.flush(LONG)).isTrue();
		awaitReceived(numbers(FIRST, FIRST + 300));
		assertThat(balance().accepted()).isEqualTo(300);
		assertThat(balance().delivered()).isEqualTo(300);
		assertThat(balance().droppedTotal()).isZero();
		assertThat(balance().state()).isEqualTo(State.UP);
		assertThat(this.log.warnings()).isEmpty();
	}

	@Test
	protected void addsUpWhileSeveralThreadsOffer() throws Exception {
		Sink sink = open(OPTIONS);
		List<Thread> threads = new ArrayList<>();
		for (int t = 0; t < 3; t++) {
			int from = FIRST + t * 100;
			Thread thread = new Thread(() -> offer(sink, from, from + 100));
			thread.start();
			threads.add(thread);
		}
		while (threads.stream().anyMatch(Thread::isAlive)) {
			balance();
		}
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(balance().delivered()).isEqualTo(300);
		assertThat(balance().held()).isZero();
		assertThat(heldBy(sink)).isZero();
		Awaitility.await()
			.atMost(LONG)
			.untilAsserted(
					() -> assertThat(received()).containsExactlyInAnyOrderElementsOf(numbers(FIRST, FIRST + 300)));
	}

	@Test
	protected void survivesADeadBackendAndDeliversWhenItIsBack() throws Exception {
		stopBackend();
		Sink sink = create(OPTIONS);
		// Before the start, so that all are in the first batch
		offer(sink, FIRST, FIRST + 20);
		sink.start();
		Awaitility.await().atMost(LONG).until(() -> this.sender.states().contains(State.DOWN));
		offer(sink, FIRST + 20, FIRST + 30);
		assertThat(balance().state()).isEqualTo(State.DOWN);
		assertThat(balance().lastError()).isNotEmpty();
		assertThat(balance().held()).isEqualTo(30);
		assertThat(heldBy(sink)).isEqualTo(30);
		assertThat(this.log.warnings()).singleElement().asString().contains("cannot deliver to tested");
		startBackend();
		assertThat(sink.flush(LONG)).isTrue();
		awaitReceived(numbers(FIRST, FIRST + 30));
		Awaitility.await().atMost(LONG).until(() -> balance().state() == State.UP);
		assertThat(this.sender.states()).startsWith(State.UP, State.DEGRADED, State.DEGRADED, State.DOWN);
		assertThat(balance().delivered()).isEqualTo(30);
		Awaitility.await().atMost(LONG).until(() -> !this.log.infos().isEmpty());
		assertThat(this.log.warnings()).hasSize(1);
		assertThat(this.log.infos()).singleElement()
			.asString()
			.startsWith("Cairn: tested is available again after")
			.endsWith("0 messages were lost");
	}

	@Test
	protected void countsWhatTheBackendWasAwayTooLongFor() throws Exception {
		stopBackend();
		Sink sink = open(OPTIONS.withRetry(Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(100)));
		offer(sink, FIRST, FIRST + 10);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.EXPIRED, 10L));
		assertThat(balance().held()).isZero();
		startBackend();
		awaitDelivered(sink, FIRST + 10);
	}

	private void awaitDelivered(Sink sink, int from) {
		int[] next = { from };
		// The backend may need a moment, and what comes too early expires too
		Awaitility.await().atMost(LONG).until(() -> {
			offer(sink, next[0]++);
			return sink.flush(LONG) && balance().delivered() > 0;
		});
	}

	@Test
	protected void doesNotBlockCallersWhileTheBackendHangs() throws Exception {
		hangBackend();
		Sink sink = open(OPTIONS.withQueue(500, Long.MAX_VALUE, Overflow.DROP_NEWEST));
		long waitsBefore = waits();
		for (int i = 0; i < 10_000; i++) {
			offer(sink, FIRST + Math.min(i, 500));
		}
		// The logger may have waited for its lock
		assertThat(waits() - waitsBefore).isLessThan(100);
		assertThat(balance().offered()).isEqualTo(10_000);
		assertThat(balance().held()).isLessThanOrEqualTo(500);
		resumeBackend();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(balance().delivered() + balance().droppedTotal()).isEqualTo(10_000);
		assertThat(balance().delivered()).isGreaterThanOrEqualTo(500);
		assertThat(balance().dropped()).containsOnlyKeys(DropReason.OVERFLOW);
		assertThat(this.log.warnings().stream().filter((line) -> line.contains("queue of tested is full"))).hasSize(1);
	}

	@Test
	protected void dropsTheNewestWhenThereAreTooManyMessages() throws Exception {
		Sink sink = openWithOneInFlight(OPTIONS.withQueue(10, Long.MAX_VALUE, Overflow.DROP_NEWEST));
		offer(sink, FIRST + 1, FIRST + 25);
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.OVERFLOW, 15L));
		assertThat(balance().held()).isEqualTo(10);
		assertThatItDeliversAll(sink, numbers(FIRST, FIRST + 10));
	}

	@Test
	protected void dropsTheOldestWhenThereAreTooManyMessages() throws Exception {
		Sink sink = openWithOneInFlight(OPTIONS.withQueue(10, Long.MAX_VALUE, Overflow.DROP_OLDEST));
		offer(sink, FIRST + 1, FIRST + 25);
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.OVERFLOW, 15L));
		assertThat(balance().held()).isEqualTo(10);
		assertThatItDeliversAll(sink, inFlightAnd(FIRST + 16, FIRST + 25));
	}

	@Test
	protected void dropsTheNewestWhenThereAreTooManyBytes() throws Exception {
		Sink sink = openWithOneInFlight(OPTIONS.withQueue(1000, 10L * item(FIRST).weight(), Overflow.DROP_NEWEST));
		offer(sink, FIRST + 1, FIRST + 25);
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.OVERFLOW, 15L));
		assertThatItDeliversAll(sink, numbers(FIRST, FIRST + 10));
	}

	@Test
	protected void dropsTheOldestWhenThereAreTooManyBytes() throws Exception {
		Sink sink = openWithOneInFlight(OPTIONS.withQueue(1000, 10L * item(FIRST).weight(), Overflow.DROP_OLDEST));
		offer(sink, FIRST + 1, FIRST + 25);
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.OVERFLOW, 15L));
		assertThatItDeliversAll(sink, inFlightAnd(FIRST + 16, FIRST + 25));
	}

	/** A message that is being sent cannot give way; here that is the first one. */
	private Sink openWithOneInFlight(DeliveryOptions options) throws Exception {
		hangBackend();
		Sink sink = open(options.withBatches(1, Duration.ofMillis(5)));
		offer(sink, FIRST);
		Awaitility.await().atMost(LONG).until(() -> !this.sender.states().isEmpty());
		return sink;
	}

	private List<Integer> inFlightAnd(int from, int to) {
		List<Integer> numbers = new ArrayList<>(List.of(FIRST));
		numbers.addAll(numbers(from, to));
		return numbers;
	}

	private void assertThatItDeliversAll(Sink sink, List<Integer> expected) throws Exception {
		resumeBackend();
		assertThat(sink.flush(LONG)).isTrue();
		awaitReceived(expected);
		assertThat(balance().delivered()).isEqualTo(expected.size());
	}

	@Test
	protected void holdsWhatIsOfferedWhileItIsSuspended() throws Exception {
		Sink sink = open(OPTIONS);
		offer(sink, FIRST, FIRST + 10);
		assertThat(sink.flush(LONG)).isTrue();
		sink.suspend(LONG);
		sink.suspend(LONG);
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.startsWith("cairn-tested"));
		offer(sink, FIRST + 10, FIRST + 20);
		sink.resume();
		sink.start();
		assertThat(sink.flush(LONG)).isTrue();
		awaitReceived(numbers(FIRST, FIRST + 20));
		assertThat(balance().delivered()).isEqualTo(20);
	}

	@Test
	protected void drainsWhenItIsClosedWhileItIsSuspended() throws Exception {
		Sink sink = open(OPTIONS);
		sink.suspend(LONG);
		offer(sink, FIRST, FIRST + 10);
		sink.stop(LONG);
		sink.start();
		assertThat(balance().delivered()).isEqualTo(10);
		assertThat(balance().state()).isEqualTo(State.OFF);
		awaitReceived(numbers(FIRST, FIRST + 10));
	}

	@Test
	protected void drainsWhenItIsClosed() throws Exception {
		Sink sink = open(OPTIONS);
		offer(sink, FIRST, FIRST + 100);
		sink.stop(LONG);
		assertThat(balance().delivered()).isEqualTo(100);
		assertThat(balance().held()).isZero();
		assertThat(balance().state()).isEqualTo(State.OFF);
		awaitReceived(numbers(FIRST, FIRST + 100));
	}

	@Test
	protected void closesWithinItsTimeAndCountsTheRestWhileTheBackendHangs() throws Exception {
		hangBackend();
		Sink sink = open(OPTIONS);
		offer(sink, FIRST, FIRST + 100);
		long start = System.nanoTime();
		sink.stop(Duration.ofMillis(300));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 100L));
		assertThat(balance().held()).isZero();
		assertThat(heldBy(sink)).isZero();
		assertThat(this.log.warnings().stream().filter((line) -> line.contains("100 messages"))).hasSize(1);
	}

	@Test
	protected void closesWithinItsTimeAndCountsTheRestWhileTheBackendIsDead() throws Exception {
		stopBackend();
		Sink sink = open(OPTIONS);
		offer(sink, FIRST, FIRST + 100);
		sink.stop(Duration.ofMillis(300));
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 100L));
		assertThat(balance().state()).isEqualTo(State.OFF);
	}

	@Test
	protected void closesTwiceWithoutHarm() throws Exception {
		Sink sink = open(OPTIONS);
		offer(sink, FIRST);
		sink.stop(LONG);
		sink.stop(Duration.ZERO);
		assertThat(balance().delivered()).isEqualTo(1);
		assertThat(balance().state()).isEqualTo(State.OFF);
		Awaitility.await().atMost(LONG).until(() -> this.sender.timesClosed() == 1);
	}

	@Test
	protected void countsWhatIsOfferedAfterItWasClosed() throws Exception {
		Sink sink = open(OPTIONS);
		sink.stop(LONG);
		assertThat(offer(sink, FIRST)).isFalse();
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 1L));
		assertThat(balance().held()).isZero();
	}

	@Test
	protected void losesNothingUncountedWhenItIsClosedWhileThreadsOffer() throws Exception {
		Sink sink = open(OPTIONS);
		AtomicBoolean stop = new AtomicBoolean();
		List<Thread> threads = new ArrayList<>();
		for (int t = 0; t < 3; t++) {
			Thread thread = new Thread(() -> {
				for (int i = 0; i < 300 || !stop.get(); i++) {
					offer(sink, FIRST + i % 300);
					if (i >= 300) {
						// Leaves the processor to the delivery
						LockSupport.parkNanos(100_000);
					}
				}
			});
			thread.start();
			threads.add(thread);
		}
		sink.stop(LONG);
		stop.set(true);
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(balance().held()).isZero();
		assertThat(heldBy(sink)).isZero();
		assertThat(balance().dropped().keySet()).isSubsetOf(DropReason.SHUTDOWN, DropReason.OVERFLOW);
	}

	/** Returns how often this thread has waited or was blocked. */
	private static long waits() {
		ThreadInfo thread = ManagementFactory.getThreadMXBean().getThreadInfo(Thread.currentThread().getId());
		return thread.getWaitedCount() + thread.getBlockedCount();
	}

}
