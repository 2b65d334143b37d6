package dev.cairn.spring.live;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.NamePattern;
import dev.cairn.Origin;
import dev.cairn.context.Signals;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.spring.live.CairnEventsEndpoint.CountsDescriptor;
import dev.cairn.spring.live.CairnEventsEndpoint.StepDescriptor;
import dev.cairn.spring.live.CairnEventsEndpoint.WindowDescriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LiveEvents}.
 */
class LiveEventsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Duration A_MOMENT = Duration.ofMillis(10);

	private final Set<Thread> others = Thread.getAllStackTraces().keySet();

	private volatile Instant now = Instant.parse("2026-03-01T10:00:30Z");

	private final LiveEvents events = new LiveEvents(List.of(NamePattern.of("/shop/*")),
			Map.of("checkout",
					new Funnel(List.of("product.viewed", "cart.added", "order.placed"), Duration.ofMinutes(30), 100)),
			100, Counter::new, () -> this.now);

	private volatile CountDownLatch gate = new CountDownLatch(0);

	private volatile boolean called;

	private volatile boolean broken;

	private final Accounts ledger = new Accounts();

	private final Cairn cairn = new CairnBuilder(Origin.here("shop", null, null)).ledger(this.ledger)
		.sink(new MemorySink(this.ledger.channel("memory"), 1))
		.signals(Signals.NONE.and(this.events))
		.build();

	@BeforeEach
	void start() {
		this.events.start();
	}

	@AfterEach
	void close() {
		this.events.close();
	}

	@ParameterizedTest
	@EnumSource
	void countsEventsByTypeAndTime(BucketSize period) {
		publish("a", 3);
		this.now = period.startOf(period.indexOf(this.now) + 1);
		publish("a", 2);
		publish("b", 1);
		assertThat(counts(period).slots().values()).extracting(CountsDescriptor::events).containsExactly(3L, 3L);
		assertThat(counts(period).slots().keySet()).last().isEqualTo(this.now);
		assertThat(counts(period).total().types()).isEqualTo(Map.of("a", 5L, "b", 1L));
	}

	@ParameterizedTest
	@CsvSource({ "MINUTE, 60", "HOUR, 24", "DAY, 7" })
	void forgetsWhatIsOlder(BucketSize period, int kept) {
		for (int i = 0; i < 2 * kept; i++) {
			publish("a", 1);
			this.now = period.startOf(period.indexOf(this.now) + 1);
		}
		assertThat(counts(period).slots()).hasSize(kept - 1);
		assertThat(counts(period).total().events()).isEqualTo(kept - 1);
		this.now = this.now.plus(Duration.ofDays(30));
		assertThat(counts(period).total().events()).isZero();
	}

	@Test
	void countsTypesForWhichThereIsNoRoomAsOther() {
		for (int i = 0; i < Bucket.MAX_TYPES + 2; i++) {
			publish("type-" + i, 1);
		}
		publish("type-0", 1);
		assertThat(counts(BucketSize.DAY).total().types()).hasSize(Bucket.MAX_TYPES + 1)
			.containsEntry("type-0", 2L)
			.containsEntry("other", 2L);
	}

	@Test
	void countsWhatIsSampledForWhatItStandsFor() {
		int published = 0;
		for (int i = 0; i < 2000; i++) {
			published += (this.cairn.event("a").rate(0.25).publish() != null) ? 1 : 0;
		}
		assertThat(counts(BucketSize.HOUR).total().events()).isEqualTo(published * 4L);
	}

	@ParameterizedTest
	@CsvSource({ "GET, /shop/{id}, 200, 1", "GET, /shop/{id}, 304, 1", "GET, /shop/{id}, 404, 0",
			"GET, /shop/{id}, 500, 0", "POST, /shop/{id}, 200, 0", "GET, /style.css, 200, 0" })
	void countsPageViews(String method, String route, int status, long views) {
		this.cairn.message(Message.TYPE_HTTP_REQUEST)
			.field("method", method)
			.field("route", route)
			.field("status", status)
			.publish();
		assertThat(counts(BucketSize.MINUTE).total().pageViews()).isEqualTo(views);
		assertThat(counts(BucketSize.MINUTE).total().events()).isEqualTo(1);
	}

	@ParameterizedTest
	@CsvSource({ "/shop/{id}, 200, text/html, phone, 1", "/shop/{id}, 200, application/json, phone, 0",
			"/shop/{id}, 200, text/css, phone, 0", "/logo, 200, image/png, phone, 0", "/shop/{id}, 302, , phone, 0",
			"/shop/{id}, 303, text/html, phone, 0", "/shop/{id}, 200, text/html, robot, 0", "/shop/**, 304, , phone, 0",
			"/shop/**, 200, text/html, phone, 1", "/shop/**, 200, text/plain, phone, 0",
			"/shop/{id}, 304, , phone, 1" })
	void countsPagesOfPeopleOnly(String route, int status, String contentType, String deviceClass, long views) {
		this.cairn.message(Message.TYPE_HTTP_REQUEST)
			.field("method", "GET")
			.field("route", route)
			.field("status", status)
			.field("content_type", contentType)
			.field("device_class", deviceClass)
			.publish();
		assertThat(counts(BucketSize.MINUTE).total().pageViews()).isEqualTo(views);
	}

	@Test
	void countsVisitorsOnceInATimeHoweverItIsDivided() {
		for (int minute = 0; minute < 5; minute++) {
			for (int i = 0; i < 1000; i++) {
				visit("visitor-" + (500 * minute + i), "a");
			}
			this.events.counts(List.of(), false, PATIENCE);
			this.now = this.now.plus(Duration.ofMinutes(1));
		}
		assertThat(counts(BucketSize.MINUTE).slots().values())
			.allSatisfy((counts) -> assertThat(counts.visitors()).isBetween(950L, 1050L));
		assertThat(counts(BucketSize.MINUTE).total().visitors()).isBetween(2850L, 3150L);
		assertThat(counts(BucketSize.DAY).total().visitors()).isBetween(2850L, 3150L);
	}

	@Test
	void countsStepsInTheirOrder() {
		walk("in-order", "product.viewed", "cart.added", "order.placed");
		walk("twice", "product.viewed", "product.viewed", "cart.added", "cart.added");
		walk("skips", "product.viewed", "order.placed");
		walk("backwards", "order.placed", "cart.added", "product.viewed");
		walk("again", "product.viewed", "cart.added", "order.placed", "product.viewed", "cart.added", "order.placed");
		publish("product.viewed", 1);
		assertThat(steps()).containsExactly(5, 3, 2);
	}

	@Test
	void countsOnlyStepsWithinTheirTime() {
		walk("a", "product.viewed");
		this.now = this.now.plus(Duration.ofMinutes(29));
		walk("a", "cart.added");
		this.now = this.now.plus(Duration.ofMinutes(2));
		walk("a", "order.placed");
		assertThat(steps()).containsExactly(1, 1, 0);
		walk("a", "product.viewed", "cart.added", "order.placed");
		assertThat(steps()).containsExactly(2, 2, 1);
	}

	@Test
	void forgetsAndCountsVisitorsForWhomThereIsNoRoom() {
		walk("early", "product.viewed");
		for (int i = 0; i < 100; i++) {
			walk("visitor-" + i, "product.viewed");
		}
		walk("early", "cart.added");
		walk("visitor-99", "cart.added");
		assertThat(steps()).containsExactly(101, 1, 0);
		assertThat(this.events.counts(List.of(), false, PATIENCE).evicted()).isEqualTo(Map.of("checkout", 1L));
	}

	@Test
	void aVisitorThatLogsInHalfWayIsOnePersonAndOneConversion() {
		walk("v", "product.viewed");
		identify("v", "user-7");
		as("v", "user-7", "cart.added");
		as(null, "user-7", "order.placed");
		walk("v", "product.viewed");
		assertThat(visitors()).isEqualTo(1);
		assertThat(steps()).containsExactly(1, 1, 1);
	}

	@Test
	void aConversionThatBeginsOnOneDeviceEndsOnAnother() {
		identify("phone", "user-7");
		walk("desktop", "product.viewed", "cart.added");
		identify("desktop", "user-7");
		as("desktop", "user-7", "order.placed");
		as("phone", "user-7", "product.viewed");
		assertThat(steps()).containsExactly(1, 1, 1);
		assertThat(visitors()).as("once more for the device that was seen before it was identified").isEqualTo(2);
	}

	@Test
	void peopleWhoShareADeviceAreDifferentPeople() {
		as("shared", "user-1", "product.viewed");
		as("shared", "user-2", "product.viewed");
		as("shared", "user-2", "cart.added");
		assertThat(visitors()).isEqualTo(2);
		assertThat(steps()).containsExactly(2, 1, 0);
	}

	@Test
	void idsThatAreJoinedByAnAliasAreOnePerson() {
		as("v", "user-7", "product.viewed");
		this.cairn.event(Message.TYPE_VISITOR_ALIASED).field("visitor", "v").field("alias", "customer-9").publish();
		as(null, "customer-9", "cart.added");
		as("w", "customer-9", "order.placed");
		assertThat(visitors()).isEqualTo(1);
		assertThat(steps()).containsExactly(1, 1, 1);
	}

	@Test
	void aDayCountsAPersonByTheVisitorOfThatDay() {
		walk("sunday", "product.viewed");
		identify("sunday", "user-7");
		this.now = this.now.plus(Duration.ofDays(1));
		walk("monday", "product.viewed");
		identify("monday", "user-7");
		assertThat(counts(BucketSize.DAY).slots().values()).extracting(CountsDescriptor::visitors)
			.containsExactly(1L, 1L);
		assertThat(counts(BucketSize.DAY).total().visitors()).as("pseudonyms are daily").isEqualTo(2);
	}

	@Test
	void forgetsTheIdsForWhichThereIsNoRoom() {
		identify("v", "user-7");
		for (int i = 0; i < 100; i++) {
			identify("visitor-" + i, "user-" + (100 + i));
		}
		assertThat(visitors()).isEqualTo(101);
		as("other", "user-7", "a");
		assertThat(visitors()).as("it is not known any more").isEqualTo(102);
		as("another", "user-199", "a");
		assertThat(visitors()).isEqualTo(102);
	}

	@Test
	void countsRobotsApart() {
		this.cairn.event("product.viewed").field("device_class", "robot").publish();
		this.cairn.event("cart.added").field("device_class", "robot").field("visitor", "v").publish();
		this.cairn.event("cart.added").field("device_class", "phone").field("visitor", "w").publish();
		CountsDescriptor total = counts(BucketSize.DAY).total();
		assertThat(total.robots()).isEqualTo(2);
		assertThat(total.visitors()).isEqualTo(1);
		assertThat(total.events()).isEqualTo(3);
		assertThat(total.conversions()).isEmpty();
	}

	@Test
	void refusesAConversionOfOneStep() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Funnel(List.of("a"), Duration.ofHours(1), 1))
			.withMessage("a conversion must have at least two steps");
	}

	@Test
	@Timeout(60)
	void countsWhatItMissesAndNeverMakesACallerWait() {
		this.gate = new CountDownLatch(1);
		visit("v", "a");
		offer("a", 20_000);
		assertThat(this.events.missed()).isPositive();
		this.gate.countDown();
		assertThat(counts(BucketSize.DAY).total().events() + this.events.missed()).isEqualTo(20_001);
	}

	@Test
	@Timeout(60)
	void aCounterThatBlocksHoldsNoReaderAndNoShutdown() {
		this.gate = new CountDownLatch(1);
		visit("v", "a");
		await().until(() -> this.called);
		assertThatIllegalStateException().isThrownBy(() -> this.events.counts(List.of(BucketSize.DAY), false, A_MOMENT))
			.withMessageContaining("within 10 ms")
			.withMessageContaining("A counter of visitors blocks");
		this.events.stop(A_MOMENT);
		this.gate.countDown();
	}

	@Test
	void aCounterThatFailsIsNamedToTheReader() {
		this.broken = true;
		publish("a", 1);
		assertThatIllegalStateException().isThrownBy(() -> counts(BucketSize.DAY))
			.withMessageContaining("Failed to read the counts of events")
			.withMessageContaining("broken counter");
		this.broken = false;
		assertThat(counts(BucketSize.DAY).total().events()).isEqualTo(1);
	}

	@Test
	void keepsWhatIsPublishedWhileItIsSuspended() {
		this.events.suspend(PATIENCE);
		this.events.suspend(PATIENCE);
		assertThat(Thread.getAllStackTraces().keySet()).filteredOn((thread) -> !this.others.contains(thread))
			.extracting(Thread::getName)
			.doesNotContain("cairn-live");
		offer("a", 3);
		assertThatIllegalStateException().isThrownBy(() -> counts(BucketSize.DAY))
			.withMessageContaining("suspended or stopped");
		this.events.resume();
		assertThat(counts(BucketSize.DAY).total().events()).isEqualTo(3);
	}

	@Test
	void countsWhatWaitsWhenItStopsAndMissesWhatFollows() {
		visit("v", "a");
		this.events.stop(PATIENCE);
		this.events.start();
		offer("a", 2);
		assertThat(this.called).isTrue();
		assertThat(this.events.missed()).isEqualTo(2);
	}

	private WindowDescriptor counts(BucketSize size) {
		return Objects.requireNonNull(this.events.counts(List.of(size), false, PATIENCE).windows().get(size));
	}

	/** Publishes, and waits until the messages are counted at the present time. */
	private void publish(String type, int times) {
		offer(type, times);
		this.events.counts(List.of(), false, PATIENCE);
	}

	private void offer(String type, int times) {
		for (int i = 0; i < times; i++) {
			this.cairn.event(type).publish();
		}
	}

	private void walk(String visitor, String... types) {
		for (String type : types) {
			visit(visitor, type);
		}
		this.events.counts(List.of(), false, PATIENCE);
	}

	private void identify(String visitor, String user) {
		as(visitor, user, Message.TYPE_VISITOR_IDENTIFIED);
	}

	private void as(String visitor, String user, String type) {
		this.cairn.event(type).field("visitor", visitor).field("user_id", user).publish();
		this.events.counts(List.of(), false, PATIENCE);
	}

	private long visitors() {
		return Objects.requireNonNull(counts(BucketSize.DAY).total().visitors());
	}

	private void visit(String visitor, String type) {
		this.cairn.event(type).field("visitor", visitor).publish();
	}

	private long[] steps() {
		return counts(BucketSize.DAY).total()
			.conversions()
			.get("checkout")
			.steps()
			.stream()
			.mapToLong(StepDescriptor::visitors)
			.toArray();
	}

	/** Estimates the number, and may block or fail, as one of an application may. */
	private final class Counter implements VisitorCounter {

		private final HyperLogLogCounter estimate = new HyperLogLogCounter();

		@Override
		public void add(String visitor) {
			LiveEventsTests.this.called = true;
			try {
				LiveEventsTests.this.gate.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			this.estimate.add(visitor);
		}

		@Override
		public void addAll(VisitorCounter other) {
			this.estimate.addAll(((Counter) other).estimate);
		}

		@Override
		public Long count() {
			if (LiveEventsTests.this.broken) {
				throw new UnsupportedOperationException("broken counter");
			}
			return this.estimate.count();
		}

	}

}
