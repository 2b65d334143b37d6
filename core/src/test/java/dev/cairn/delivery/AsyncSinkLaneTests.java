package dev.cairn.delivery;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.ApplicationFrames;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.DeliveryOptions.Overflow;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.delivery.Sink.Outgoing.Completion;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.file.Destinations;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.TestMessages;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AsyncSink} with a destination that settles later than it submits, and
 * has lanes. The lane of a message is the part of its payload before the dash.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class AsyncSinkLaneTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final DeliveryOptions OPTIONS = DeliveryOptions.DEFAULT.withQueue(1000, 1_000_000, Overflow.BLOCK)
		.withBlockUpTo(LONG)
		.withBatches(2, Duration.ofMillis(1))
		.withRetry(Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMinutes(1));

	private final Accounts accounts = new Accounts();

	private final Channel channel = this.accounts.channel("tested");

	private final Lanes destination = new Lanes();

	private final List<AsyncSink> sinks = new ArrayList<>();

	@AfterEach
	void stop() {
		this.destination.submitting.countDown();
		this.destination.settling.countDown();
		this.sinks.forEach((sink) -> sink.stop(Duration.ofSeconds(5)));
	}

	@Test
	void submitsBatchesWhileTheFirstIsOnItsWay() {
		AsyncSink sink = hang(OPTIONS, null);
		offer(sink, "a-1", "a-2", "a-3", "a-4", "a-5");
		this.destination.submitting.countDown();
		Awaitility.await().atMost(LONG).until(() -> this.destination.inFlight.get() >= 2);
		this.destination.settling.countDown();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.destination.delivered).containsExactly("a-1", "a-2", "a-3", "a-4", "a-5");
		assertThat(this.channel.balance().delivered()).isEqualTo(5);
	}

	@Test
	void keepsTheOrderOfALaneWhenTheFirstBatchFails() {
		AsyncSink sink = hang(OPTIONS, null);
		this.destination.away.add("a");
		offer(sink, "a-1", "a-2", "a-3", "a-4", "a-5");
		this.destination.submitting.countDown();
		Awaitility.await().atMost(LONG).until(() -> this.destination.inFlight.get() >= 2);
		this.destination.settling.countDown();
		Awaitility.await()
			.atMost(LONG)
			.until(() -> this.destination.inFlight.get() == 0 || this.destination.submitted.size() > 4);
		this.destination.away.clear();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.destination.delivered).containsExactly("a-1", "a-2", "a-3", "a-4", "a-5");
	}

	@Test
	void keepsTheOrderOfALaneThatAppearsWhileItFails() {
		this.destination.unknown = true;
		AsyncSink sink = sink(OPTIONS, null);
		this.destination.away.addAll(List.of("a", "b"));
		offer(sink, "a-1", "b-1", "a-2", "b-2", "a-3", "b-3");
		Awaitility.await().atMost(LONG).until(() -> this.destination.submitted.size() > 12);
		this.destination.unknown = false;
		this.destination.away.remove("b");
		Awaitility.await().atMost(LONG).until(() -> this.destination.delivered.contains("b-1"));
		offer(sink, "a-4", "b-4");
		this.destination.away.clear();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(of("a")).containsExactly("a-1", "a-2", "a-3", "a-4");
		assertThat(of("b")).containsExactly("b-1", "b-2", "b-3", "b-4");
	}

	@Test
	void losesNothingWhenTheLaneOfAMessageCannotBeComputed() {
		AsyncSink sink = sink(OPTIONS, null);
		this.destination.away.add("a");
		offer(sink, "a-1", "b-1", "a-2", "b-2");
		Awaitility.await().atMost(LONG).until(() -> this.destination.submitted.size() > 6);
		this.destination.broken = true;
		offer(sink, "a-3", "b-3");
		Awaitility.await().atMost(LONG).until(() -> this.destination.failures.get() > 4);
		this.destination.broken = false;
		this.destination.away.clear();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(6);
	}

	@Test
	void passesOverALaneThatFails() {
		AsyncSink sink = sink(OPTIONS, null);
		this.destination.away.add("a");
		offer(sink, "a-1", "b-1", "a-2", "b-2", "a-3", "b-3");
		Awaitility.await()
			.atMost(LONG)
			.until(() -> this.destination.delivered.containsAll(List.of("b-1", "b-2", "b-3")));
		offer(sink, "a-4", "b-4");
		Awaitility.await().atMost(LONG).until(() -> this.destination.delivered.contains("b-4"));
		// The destination has a message before its delivery is settled
		Awaitility.await().atMost(LONG).until(() -> this.channel.balance().held() == 4);
		this.destination.away.clear();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(of("a")).containsExactly("a-1", "a-2", "a-3", "a-4");
		assertThat(of("b")).containsExactly("b-1", "b-2", "b-3", "b-4");
	}

	@Test
	void passesOverALaneThatHangs() {
		List<String> delivered = new CopyOnWriteArrayList<>();
		CountDownLatch hanging = new CountDownLatch(1);
		AsyncSink sink = new AsyncSink(this.channel, new Destination() {

			@Override
			public void submit(List<Delivery> batch) {
				batch.stream().filter((delivery) -> lanes(delivery.message()).contains("b")).forEach(this::deliver);
			}

			@Override
			public boolean settle(List<Delivery> batch, long nanos) throws InterruptedException {
				if (batch.stream().allMatch(Delivery::isSettled) || hanging.await(nanos, TimeUnit.NANOSECONDS)) {
					batch.stream().filter((delivery) -> !delivery.isSettled()).forEach(this::deliver);
					return true;
				}
				return false;
			}

			private void deliver(Delivery delivery) {
				delivered.add(delivery.message().payload());
				delivery.delivered();
			}

			@Override
			public List<?> lanes(Message message) {
				return List.of(message.payload().substring(0, 1));
			}

		}, OPTIONS);
		sink.start();
		this.sinks.add(sink);
		for (int i = 0; i < 100; i++) {
			offer(sink, "a-" + i, "b-" + i);
		}
		Awaitility.await().atMost(LONG).until(() -> delivered.size() == 100);
		assertThat(delivered).isEqualTo(numbers("b", 100));
		Awaitility.await().atMost(LONG).until(() -> this.channel.balance().held() == 100);
		hanging.countDown();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(delivered.subList(100, 200)).isEqualTo(numbers("a", 100));
	}

	@Test
	void sendsALaneOneByOneWhenItFailsAsABatch() {
		this.destination.greatest = 1;
		AsyncSink sink = hang(OPTIONS.withBatches(50, Duration.ofMillis(1)), null);
		for (int i = 0; i < 100; i++) {
			offer(sink, "a-" + i, "b-" + i);
		}
		this.destination.submitting.countDown();
		this.destination.settling.countDown();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(of("a")).isEqualTo(numbers("a", 100));
		assertThat(of("b")).isEqualTo(numbers("b", 100));
	}

	@Test
	void givesUpTheLaneThatFailsWhileTheOthersGoOn(@TempDir Path directory) {
		Spool spool = Destinations.spool(directory, "shop", 10_000_000, this.channel);
		AsyncSink sink = sink(OPTIONS.withRetry(Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(50)),
				config(spool));
		this.destination.away.add("a");
		offer(sink, "a-1", "a-2", "a-3");
		for (int i = 0; this.channel.balance().droppedTotal() < 3; i++) {
			offer(sink, "b-" + i);
			assertThat(i).isLessThan(100_000);
		}
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().dropped()).containsOnlyKeys(DropReason.EXPIRED);
		assertThat(of("a")).isEmpty();
	}

	@Test
	void passesOverALaneThatFailsOnTheDisk(@TempDir Path directory) {
		Spool spool = Destinations.spool(directory, "shop", 10_000_000, this.channel);
		AsyncSink sink = sink(OPTIONS, config(spool));
		this.destination.away.add("a");
		for (int i = 0; i < 200; i++) {
			offer(sink, "a-" + i, "b-" + i);
		}
		Awaitility.await().atMost(LONG).until(() -> of("b").size() == 200);
		this.destination.away.clear();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(of("a")).hasSize(200).isEqualTo(numbers("a", 200));
		assertThat(of("b")).isEqualTo(numbers("b", 200));
		assertThat(this.channel.balance().delivered()).isEqualTo(400);
	}

	@Test
	void keepsTheOrderOfEachLaneThroughManyFailures() {
		AsyncSink sink = sink(OPTIONS, null);
		for (int i = 0; i < 1000; i++) {
			this.destination.away.clear();
			if (i % 3 != 0) {
				this.destination.away.add((i % 2 == 0) ? "a" : "b");
			}
			offer(sink, "a-" + i, "b-" + i);
		}
		this.destination.away.clear();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(of("a")).isEqualTo(numbers("a", 1000));
		assertThat(of("b")).isEqualTo(numbers("b", 1000));
	}

	@Test
	void reportsAcceptedAndDelivered() {
		AsyncSink sink = sink(OPTIONS, null);
		Reports reports = new Reports();
		offer(sink, "a-1", reports);
		assertThat(sink.flush(LONG)).isTrue();
		Awaitility.await()
			.atMost(LONG)
			.untilAsserted(() -> assertThat(reports).containsExactly("accepted", "delivered"));
	}

	@Test
	void reportsPersistedAndDelivered(@TempDir Path directory) {
		Spool spool = Destinations.spool(directory, "shop", 10_000_000, this.channel);
		AsyncSink sink = sink(OPTIONS, config(spool));
		Reports reports = new Reports();
		offer(sink, "a-1", reports);
		assertThat(sink.flush(LONG)).isTrue();
		Awaitility.await()
			.atMost(LONG)
			.untilAsserted(() -> assertThat(reports).containsExactly("accepted", "persisted", "delivered"));
	}

	@Test
	void reportsALossWithItsReason() {
		AsyncSink sink = hang(OPTIONS.withQueue(1, 1_000_000, Overflow.DROP_NEWEST), null);
		Reports first = new Reports();
		Reports second = new Reports();
		Reports late = new Reports();
		offer(sink, "a-1", first);
		offer(sink, "a-2", second);
		sink.stop(Duration.ZERO);
		offer(sink, "a-3", late);
		assertThat(first).containsExactly("accepted", "lost SHUTDOWN");
		assertThat(second).containsExactly("lost OVERFLOW");
		assertThat(late).containsExactly("lost SHUTDOWN");
	}

	@Test
	void isolatesACompletionThatFails() {
		AsyncSink sink = sink(OPTIONS, null);
		this.channel.offered();
		sink.offer(new Outgoing(TestMessages.text("a-1"), null, new Completion() {

			@Override
			public void accepted() {
				throw new IllegalStateException("for a test");
			}

			@Override
			public void delivered() {
				throw new IllegalStateException("for a test");
			}

		}));
		offer(sink, "a-2");
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(2);
	}

	private static Spool.Config config(Spool spool) {
		return new Spool.Config(spool, new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144), true,
				1_000_000);
	}

	private AsyncSink hang(DeliveryOptions options, Spool.@Nullable Config spool) {
		this.destination.submitting = new CountDownLatch(1);
		this.destination.settling = new CountDownLatch(1);
		return sink(options, spool);
	}

	private AsyncSink sink(DeliveryOptions options, Spool.@Nullable Config spool) {
		AsyncSink sink = new AsyncSink(this.channel, this.destination, List.of(new AsyncSink.Queue(options, spool)),
				(message) -> 0);
		sink.start();
		this.sinks.add(sink);
		return sink;
	}

	private void offer(AsyncSink sink, String... payloads) {
		for (String payload : payloads) {
			this.channel.offered();
			sink.offer(new Outgoing(TestMessages.text(payload)));
		}
	}

	private void offer(AsyncSink sink, String payload, Completion completion) {
		this.channel.offered();
		sink.offer(new Outgoing(TestMessages.text(payload), null, completion));
	}

	private List<String> of(String lane) {
		return this.destination.delivered.stream().filter((payload) -> payload.startsWith(lane)).toList();
	}

	private static List<String> numbers(String lane, int count) {
		List<String> numbers = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			numbers.add(lane + "-" + i);
		}
		return numbers;
	}

	/**
	 * Keeps the reports about one message.
	 */
	@SuppressWarnings("serial")
	private static final class Reports extends CopyOnWriteArrayList<String> implements Completion {

		@Override
		public void accepted() {
			add("accepted");
		}

		@Override
		public void persisted() {
			add("persisted");
		}

		@Override
		public void delivered() {
			add("delivered");
		}

		@Override
		public void lost(DropReason reason) {
			add("lost " + reason);
		}

	}

	/**
	 * A destination whose lanes fail on demand: from the first failure of a lane in a
	 * batch on, nothing else of this lane is delivered until it is submitted again.
	 */
	private static final class Lanes implements Destination {

		private final Set<String> away = ConcurrentHashMap.newKeySet();

		private final List<String> submitted = new CopyOnWriteArrayList<>();

		private final List<String> delivered = new CopyOnWriteArrayList<>();

		private final Deque<Set<String>> failing = new ArrayDeque<>();

		private final AtomicInteger inFlight = new AtomicInteger();

		private final AtomicInteger failures = new AtomicInteger();

		private volatile int greatest = Integer.MAX_VALUE;

		private volatile boolean unknown;

		private volatile boolean broken;

		private volatile CountDownLatch submitting = new CountDownLatch(0);

		private volatile CountDownLatch settling = new CountDownLatch(0);

		@Override
		public List<?> lanes(Message message) {
			if (this.broken) {
				this.failures.incrementAndGet();
				throw new NoClassDefFoundError("com/acme/Gone");
			}
			return this.unknown ? List.of() : List.of(lane(message.payload()));
		}

		private static String lane(String payload) {
			return payload.substring(0, payload.indexOf('-'));
		}

		@Override
		public void submit(List<Delivery> batch) throws InterruptedException {
			this.submitting.await();
			assertThat(this.inFlight.incrementAndGet()).isLessThanOrEqualTo(4);
			batch.forEach((delivery) -> this.submitted.add(delivery.message().payload()));
			Set<String> failing = new HashSet<>(this.away);
			this.failing.forEach(failing::addAll);
			batch.stream()
				.map((delivery) -> lane(delivery.message().payload()))
				.filter((lane) -> batch.stream()
					.filter((delivery) -> lane(delivery.message().payload()).equals(lane))
					.count() > this.greatest)
				.forEach(failing::add);
			this.failing.addLast(failing);
		}

		@Override
		public boolean settle(List<Delivery> batch, long nanos) throws Exception {
			this.settling.await();
			this.inFlight.decrementAndGet();
			Set<String> failing = this.failing.remove();
			for (Delivery delivery : batch) {
				String payload = delivery.message().payload();
				if (!failing.contains(lane(payload))) {
					this.delivered.add(payload);
					delivery.delivered();
				}
			}
			if (!batch.stream().allMatch(Delivery::isSettled)) {
				throw new IOException("a lane is away");
			}
			return true;
		}

	}

}
