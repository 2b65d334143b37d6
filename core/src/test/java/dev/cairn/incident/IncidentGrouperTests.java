package dev.cairn.incident;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.MemorySink;
import dev.cairn.delivery.Sink;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.TestMessages;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link IncidentGrouper}: bursts and storms of failures of a kind.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class IncidentGrouperTests {

	private static final Incidents.Options LONG = new Incidents.Options(1, Duration.ofMinutes(10));

	private static final Incidents.Options SHORT = new Incidents.Options(1, Duration.ofMillis(20));

	private final Accounts ledger = new Accounts();

	private final MemorySink sink = new MemorySink(this.ledger.channel("memory"), 100_000);

	private final ManualScheduler time = new ManualScheduler();

	private final List<Cairn> open = new ArrayList<>();

	@AfterEach
	void close() {
		this.open.forEach(Cairn::close);
	}

	@Test
	void sendsTheFirstOfAKindAtOnce() {
		String id = cairn(LONG).capture(failure());
		assertThat(this.sink.messages()).singleElement()
			.satisfies(
					(message) -> assertThat(message.fields()).containsEntry("error_id", id).containsEntry("count", 1L));
	}

	@Test
	void sendsOneMessageForThoseThatComeMeanwhile() {
		Cairn cairn = cairn(LONG);
		List<Exception> failures = failures(6);
		String first = cairn.capture(failures.get(0));
		Set<String> ids = new HashSet<>();
		failures.subList(1, 6).forEach((failure) -> ids.add(cairn.capture(failure)));
		assertThat(ids).hasSize(1).doesNotContain(first).doesNotContainNull();
		assertThat(this.sink.messages()).hasSize(1);
		assertThat(balance().held()).isEqualTo(5);
		cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).hasSize(2);
		assertThat(this.sink.messages().get(1).fields()).containsEntry("count", 5L)
			.containsEntry("error_id", ids.iterator().next());
		assertThat(balance()).isEqualTo(new Ledger.Incidents.Balance(6, 0, 0, 4, 0, 2, 0, 0,
				Map.of(IllegalStateException.class.getName(), 6L)));
	}

	@Test
	void sendsEachFailureOfABurstWithAnIdOfItsOwn() {
		Cairn cairn = cairn(timed(Incidents.Options.DEFAULT, IncidentLimits.DEFAULT));
		Set<String> ids = new HashSet<>();
		failures(10).forEach((failure) -> ids.add(cairn.capture(failure)));
		assertThat(ids).hasSize(10).doesNotContainNull();
		assertThat(this.sink.messages()).hasSize(10)
			.allSatisfy((message) -> assertThat(message.fields()).containsEntry("count", 1L))
			.extracting((message) -> message.fields().get("error_id"))
			.containsExactlyInAnyOrderElementsOf(ids);
	}

	@Test
	void groupsThoseBeyondTheBurst() {
		Cairn cairn = cairn(timed(Incidents.Options.DEFAULT, IncidentLimits.DEFAULT));
		List<Exception> failures = failures(15);
		failures.subList(0, 10).forEach(cairn::capture);
		Set<String> ids = new HashSet<>();
		failures.subList(10, 15).forEach((failure) -> ids.add(cairn.capture(failure)));
		assertThat(ids).hasSize(1).doesNotContainNull();
		assertThat(this.sink.messages()).hasSize(10);
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.sink.messages()).hasSize(11);
		assertThat(this.sink.messages().get(10).fields()).containsEntry("count", 5L)
			.containsEntry("error_id", ids.iterator().next());
		assertThat(balance().held()).isZero();
	}

	@Test
	void sendsAtOnceAfterTheIntervalBeyondTheBurst() {
		Cairn cairn = cairn(timed(Incidents.Options.DEFAULT, IncidentLimits.DEFAULT));
		for (int i = 0; i < 11; i++) {
			this.time.advance(Duration.ofSeconds((i == 10) ? 1 : 0));
			cairn.capture(failure());
		}
		assertThat(this.sink.messages()).hasSize(11);
	}

	@Test
	void renewsTheBurstEveryMinute() {
		Cairn cairn = cairn(timed(new Incidents.Options(3, Duration.ofMinutes(10)), IncidentLimits.DEFAULT));
		for (int minute = 1; minute <= 3; minute++) {
			failures(3).forEach(cairn::capture);
			assertThat(this.sink.messages()).hasSize(3 * minute);
			this.time.advance(Duration.ofMinutes(1));
		}
	}

	@Test
	void givesEachKindABurstOfItsOwn() {
		Cairn cairn = cairn(timed(Incidents.Options.DEFAULT, IncidentLimits.DEFAULT));
		failures(100).forEach(cairn::capture);
		assertThat(this.sink.messages()).hasSize(10);
		for (int i = 0; i < 10; i++) {
			cairn.capture(otherPlace());
		}
		assertThat(this.sink.messages()).hasSize(20);
	}

	@Test
	void keepsTheDetailsOfEachFailureOfABurst() {
		Cairn cairn = cairn(timed(Incidents.Options.DEFAULT, IncidentLimits.DEFAULT));
		for (int i = 0; i < 3; i++) {
			int order = i;
			cairn.capture(failure(), (event) -> event.field("order", order));
		}
		assertThat(this.sink.messages()).extracting((message) -> message.fields().get("order"))
			.containsExactly(0, 1, 2);
	}

	@Test
	void sendsThemByItselfWhenTheIntervalIsOver() {
		Cairn cairn = cairn(timed(SHORT, IncidentLimits.DEFAULT));
		failures(2).forEach(cairn::capture);
		assertThat(this.sink.messages()).hasSize(1);
		this.time.advance(Duration.ofMillis(20));
		assertThat(this.sink.messages()).hasSize(2);
	}

	@Test
	void sendsAtOnceAgainAfterTheInterval() {
		Cairn cairn = cairn(timed(SHORT, IncidentLimits.DEFAULT));
		for (int i = 0; i < 2; i++) {
			cairn.capture(failure());
			this.time.advance(Duration.ofMillis(20));
		}
		assertThat(this.sink.messages()).hasSize(2);
		assertThat(balance().held()).isZero();
	}

	@Test
	void sendsOnceWhatIsBuiltOnlyAfterItsTimeHasCome() {
		Cairn cairn = duringBuild(2, () -> this.time.advance(Duration.ofMinutes(20)));
		failures(2).forEach(cairn::capture);
		assertThat(this.sink.messages()).hasSize(2);
		assertThat(balance().held()).isZero();
	}

	@Test
	void sendsOnceWhatIsBuiltDuringAFlush() {
		Cairn cairn = duringBuild(2, () -> this.open.get(0).flush(Duration.ofSeconds(30)));
		failures(2).forEach(cairn::capture);
		assertThat(this.sink.messages()).hasSize(2);
		assertThat(balance().held()).isZero();
	}

	@Test
	void flushWaitsForAMessageThatIsBeingSent() throws Exception {
		IncidentTimer timer = this.time.timer();
		timer.start();
		IncidentGrouper grouper = new IncidentGrouper(0, Duration.ofMinutes(10), IncidentLimits.DEFAULT, timer,
				new IncidentCounts());
		CountDownLatch sending = new CountDownLatch(1);
		CountDownLatch sent = new CountDownLatch(1);
		grouper.admit(1, incident(grouper, (more) -> true), 0);
		grouper.admit(1, incident(grouper, (more) -> {
			sending.countDown();
			return await(sent);
		}), 0);
		Thread thread = new Thread(() -> this.time.advance(Duration.ofMinutes(10)));
		thread.start();
		sending.await();
		assertThat(grouper.flush(0)).isFalse();
		sent.countDown();
		assertThat(grouper.flush(TimeUnit.SECONDS.toNanos(30))).isTrue();
		thread.join();
	}

	@Test
	void sendsOneOfTwoOfAKindIfTheSecondFailsBeforeTheFirstIsReleased() {
		IncidentTimer timer = this.time.timer();
		timer.start();
		IncidentGrouper grouper = new IncidentGrouper(1, Duration.ofMinutes(10), IncidentLimits.DEFAULT, timer,
				new IncidentCounts());
		AtomicInteger sent = new AtomicInteger();
		Incident first = incident(grouper, (more) -> sent.incrementAndGet() > 0);
		Incident second = incident(grouper, (more) -> sent.incrementAndGet() > 0);
		first.undecided(() -> grouper.admit(1, second, 0));
		grouper.admit(1, first, 0);
		assertThat(sent).hasValue(1);
		assertThat(grouper.flush(TimeUnit.SECONDS.toNanos(30))).isTrue();
		assertThat(sent).hasValue(2);
	}

	private static Incident incident(IncidentGrouper grouper, Predicate<Map<String, ?>> message) {
		Incident incident = new Incident(null, false);
		grouper.complete(incident, message);
		return incident;
	}

	private static boolean await(CountDownLatch latch) {
		try {
			return latch.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			return false;
		}
	}

	@Test
	void countsThoseThatFailWhileTheMessageIsBuilt() {
		Exception[] further = failures(4).toArray(new Exception[0]);
		Cairn cairn = duringBuild(2, () -> {
			for (int i = 2; i < 4; i++) {
				this.open.get(0).capture(further[i]);
			}
		});
		cairn.capture(further[0]);
		cairn.capture(further[1]);
		cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).hasSize(2);
		assertThat(this.sink.messages().get(1).fields()).containsEntry("count", 3L);
	}

	/** Runs a task while a certain message is built. */
	private Cairn duringBuild(int number, Runnable task) {
		AtomicInteger built = new AtomicInteger();
		Cairn cairn = new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger).sink(this.sink).filter((message) -> {
			if (built.incrementAndGet() == number) {
				task.run();
			}
			return true;
		}).incidents(timed(LONG, IncidentLimits.DEFAULT)).build();
		this.open.add(cairn);
		return cairn;
	}

	@Test
	void sendsEachWithoutAnInterval() {
		Cairn cairn = cairn(new Incidents.Options(1, Duration.ZERO));
		for (int i = 0; i < 10; i++) {
			cairn.capture(failure());
		}
		assertThat(this.sink.messages()).hasSize(10);
	}

	@Test
	void distinguishesKindsByTypesAndFramesButNotByMessages() {
		Cairn cairn = cairn(LONG);
		for (int i = 0; i < 3; i++) {
			cairn.capture(failure());
			cairn.capture(otherPlace());
			cairn.capture(new IllegalStateException("wrapper " + i, failure()));
			cairn.capture(new IllegalArgumentException("number " + i));
		}
		assertThat(this.sink.messages()).hasSize(4);
		assertThat(balance().held()).isEqualTo(8);
	}

	@Test
	void distinguishesKindsWithTheSameMessageEvenAmidAStorm() {
		Cairn cairn = cairn(LONG);
		for (int i = 0; i < 100; i++) {
			cairn.capture(failure());
		}
		assertThat(this.sink.messages()).hasSize(1);
		// The frames are read of one failure in 16 by then
		for (int i = 0; i < 16; i++) {
			cairn.capture(sayingTheSame());
		}
		assertThat(this.sink.messages()).hasSize(2);
	}

	@Test
	void sendsOnlyOneOfThoseThatFailFirstAtTheSameMoment() throws Exception {
		for (int round = 0; round < 200; round++) {
			this.sink.clear();
			Cairn cairn = cairn(LONG);
			CyclicBarrier barrier = new CyclicBarrier(4);
			List<Thread> failing = new ArrayList<>();
			for (int t = 0; t < 4; t++) {
				Thread thread = new Thread(() -> {
					Exception failure = failure();
					pass(barrier);
					cairn.capture(failure);
				});
				thread.start();
				failing.add(thread);
			}
			for (Thread thread : failing) {
				thread.join();
			}
			assertThat(this.sink.messages()).as("round %d", round).hasSize(1);
			cairn.flush(Duration.ofSeconds(30));
			assertThat(this.sink.messages()).hasSize(2);
		}
	}

	@Test
	void recognizesAFailureForWhichAnotherStands() {
		Cairn cairn = cairn(LONG);
		List<Exception> failures = failures(3);
		cairn.capture(failures.get(0));
		String id = cairn.capture(failures.get(1));
		Exception joined = failures.get(2);
		assertThat(cairn.capture(joined)).isEqualTo(id);
		assertThat(cairn.capture(new RuntimeException(joined))).isEqualTo(id);
		assertThat(balance().repeated()).isEqualTo(1);
	}

	@Test
	void sendsWhatWaitsWhenItIsClosed() {
		Cairn cairn = cairn(LONG);
		failures(3).forEach(cairn::capture);
		cairn.close();
		assertThat(this.sink.messages()).hasSize(2);
		assertThat(balance().held()).isZero();
	}

	@Test
	void letsKindsBeyondTheBoundShareOne() {
		Cairn cairn = cairn(timed(LONG, limits(2)));
		cairn.capture(new IllegalStateException());
		cairn.capture(new IllegalArgumentException());
		cairn.capture(new UnsupportedOperationException());
		cairn.capture(new IndexOutOfBoundsException());
		cairn.capture(new ArithmeticException());
		assertThat(this.sink.messages()).hasSize(3);
		assertThat(this.sink.messages().get(2).fields()).containsEntry("mixed", true);
		cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages().get(3).fields()).containsEntry("mixed", true).containsEntry("count", 2L);
	}

	@Test
	void countsTextsAndThrowablesBeyondTheBoundApart() {
		Cairn cairn = cairn(timed(LONG, limits(1)));
		cairn.capture(new IllegalStateException("first"));
		cairn.captureMessage("a text");
		cairn.capture(new IllegalArgumentException("second"));
		cairn.captureMessage("another text");
		cairn.capture(new UnsupportedOperationException("third"));
		cairn.capture(new ArithmeticException("fourth"));
		cairn.flush(Duration.ofSeconds(30));
		assertThat(balance().failures()).isEqualTo(6);
		assertThat(balance().held()).isZero();
		assertThat(balance().sent() + balance().grouped()).isEqualTo(6);
	}

	@Test
	void forgetsAKindThatIsQuiet() {
		Incidents incidents = timed(SHORT, limits(2));
		Cairn cairn = cairn(incidents);
		cairn.capture(new IllegalStateException());
		cairn.capture(new IllegalArgumentException());
		assertThat(incidents.kinds()).isEqualTo(2);
		this.time.advance(Duration.ofMinutes(1));
		assertThat(incidents.kinds()).isZero();
	}

	@Test
	void takesFromTheThreadThatFailedWhatTheSinksNeed() {
		Set<String> threads = ConcurrentHashMap.newKeySet();
		Cairn cairn = new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(new SnapshotSink(this.sink, threads))
			.incidents(new Incidents(SHORT, ApplicationFrames.DEFAULT))
			.build();
		this.open.add(cairn);
		failures(2).forEach(cairn::capture);
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(this.sink.messages()).hasSize(2));
		assertThat(threads).containsExactly(Thread.currentThread().getName());
	}

	@Test
	void countsEveryFailureOfAStormOfManyThreads() throws Exception {
		int threads = 4;
		int each = 50_000;
		Cairn cairn = cairn(SHORT);
		List<Thread> failing = new ArrayList<>();
		for (int t = 0; t < threads; t++) {
			Thread thread = new Thread(() -> {
				for (int i = 0; i < each; i++) {
					cairn.capture(failure());
				}
			});
			thread.start();
			failing.add(thread);
		}
		for (Thread thread : failing) {
			thread.join();
		}
		cairn.flush(Duration.ofSeconds(30));
		long stoodFor = this.sink.messages()
			.stream()
			.mapToLong((message) -> ((Number) message.fields().get("count")).longValue())
			.sum();
		assertThat(stoodFor).isEqualTo((long) threads * each);
		Ledger.Incidents.Balance balance = balance();
		assertThat(balance.failures()).isEqualTo(stoodFor);
		assertThat(balance.sent()).isEqualTo(this.sink.messages().size());
		assertThat(balance.sent() + balance.grouped()).isEqualTo(stoodFor);
		assertThat(balance.held()).isZero();
	}

	@Test
	void countsAStormAsRefusedWhenNoSinkTakesIt() {
		Cairn picky = new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(this.sink)
			.filter((message) -> false)
			.incidents(new Incidents(LONG, ApplicationFrames.DEFAULT))
			.build();
		this.open.add(picky);
		List<Exception> failures = failures(2);
		assertThat(picky.capture(failures.get(0))).isNull();
		Exception second = failures.get(1);
		assertThat(picky.capture(second)).isNull();
		picky.flush(Duration.ofSeconds(30));
		assertThat(picky.capture(second)).isNull();
		assertThat(balance().refused()).isEqualTo(2);
		assertThat(this.sink.channel().balance().filtered()).isEqualTo(2);
		assertThat(this.sink.channel().balance().held()).isZero();
	}

	private Ledger.Incidents.Balance balance() {
		return this.ledger.incidents().balance();
	}

	private static Exception failure() {
		return new IllegalStateException("at " + System.nanoTime());
	}

	/** Of one kind: the same lines of the application made them. */
	private static List<Exception> failures(int number) {
		List<Exception> failures = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			failures.add(failure());
		}
		return failures;
	}

	private static Exception sayingTheSame() {
		return new IllegalStateException("at " + System.nanoTime());
	}

	private static Exception otherPlace() {
		return new IllegalStateException("elsewhere");
	}

	private static IncidentLimits limits(int kinds) {
		return new IncidentLimits(1000, kinds, Duration.ofMinutes(1), Duration.ofSeconds(2), Duration.ofMinutes(1));
	}

	private Incidents timed(Incidents.Options options, IncidentLimits limits) {
		return new Incidents(options, ApplicationFrames.DEFAULT, limits, this.time.timer());
	}

	private Cairn cairn(Incidents.Options options) {
		return cairn(new Incidents(options, ApplicationFrames.DEFAULT));
	}

	private Cairn cairn(Incidents incidents) {
		Cairn cairn = new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(this.sink)
			.incidents(incidents)
			.build();
		this.open.add(cairn);
		return cairn;
	}

	private static void pass(CyclicBarrier barrier) {
		try {
			barrier.await();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private record SnapshotSink(MemorySink delegate, Set<String> threads) implements Sink {

		@Override
		public Channel channel() {
			return this.delegate.channel();
		}

		@Override
		public @Nullable Object context(Message message) {
			this.threads.add(Thread.currentThread().getName());
			return "snapshot";
		}

		@Override
		public boolean offer(Outgoing outgoing) {
			assertThat(outgoing.context()).isEqualTo("snapshot");
			return this.delegate.offer(outgoing);
		}

		@Override
		public boolean flush(Duration timeout) {
			return this.delegate.flush(timeout);
		}

		@Override
		public void start() {
			this.delegate.start();
		}

		@Override
		public void suspend(Duration timeout) {
			this.delegate.suspend(timeout);
		}

		@Override
		public void stop(Duration timeout) {
			this.delegate.stop(timeout);
		}

	}

}
