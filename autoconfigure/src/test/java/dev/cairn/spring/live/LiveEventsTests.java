package dev.cairn.spring.live;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link LiveEvents}.
 */
class LiveEventsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Set<Thread> others = Thread.getAllStackTraces().keySet();

	private volatile Instant now = Instant.parse("2026-03-01T10:00:30Z");

	private final LiveEvents events = new LiveEvents(List.of(NamePattern.of("/shop/*")),
			Map.of("checkout",
					new Funnel(List.of("product.viewed", "cart.added", "order.placed"), Duration.ofMinutes(30), 100)),
			HyperLogLogCounter::new, () -> this.now);

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
		assertThat(this.events.describe(period).slots().values()).extracting(CountsDescriptor::events)
			.containsExactly(3L, 3L);
		assertThat(this.events.describe(period).slots().keySet()).last().isEqualTo(this.now);
		assertThat(this.events.describe(period).total().types()).isEqualTo(Map.of("a", 5L, "b", 1L));
	}

	@ParameterizedTest
	@CsvSource({ "MINUTE, 60", "HOUR, 24", "DAY, 7" })
	void forgetsWhatIsOlder(BucketSize period, int kept) {
		for (int i = 0; i < 2 * kept; i++) {
			publish("a", 1);
			this.now = period.startOf(period.indexOf(this.now) + 1);
		}
		assertThat(this.events.describe(period).slots()).hasSize(kept - 1);
		assertThat(this.events.describe(period).total().events()).isEqualTo(kept - 1);
		this.now = this.now.plus(Duration.ofDays(30));
		assertThat(this.events.describe(period).total().events()).isZero();
	}

	@Test
	void countsTypesForWhichThereIsNoRoomAsOther() {
		for (int i = 0; i < Bucket.MAX_TYPES + 2; i++) {
			publish("type-" + i, 1);
		}
		publish("type-0", 1);
		assertThat(this.events.describe(BucketSize.DAY).total().types()).hasSize(Bucket.MAX_TYPES + 1)
			.containsEntry("type-0", 2L)
			.containsEntry("other", 2L);
	}

	@Test
	void countsWhatIsSampledForWhatItStandsFor() {
		int published = 0;
		for (int i = 0; i < 2000; i++) {
			published += (this.cairn.event("a").rate(0.25).publish() != null) ? 1 : 0;
		}
		this.events.catchUp(PATIENCE);
		assertThat(this.events.describe(BucketSize.HOUR).total().events()).isEqualTo(published * 4L);
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
		this.events.catchUp(PATIENCE);
		assertThat(this.events.describe(BucketSize.MINUTE).total().pageViews()).isEqualTo(views);
		assertThat(this.events.describe(BucketSize.MINUTE).total().events()).isEqualTo(1);
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
		this.events.catchUp(PATIENCE);
		assertThat(this.events.describe(BucketSize.MINUTE).total().pageViews()).isEqualTo(views);
	}

	@Test
	void countsVisitorsOnceInATimeHoweverItIsDivided() {
		for (int minute = 0; minute < 5; minute++) {
			for (int i = 0; i < 1000; i++) {
				visit("visitor-" + (500 * minute + i), "a");
			}
			this.events.catchUp(PATIENCE);
			this.now = this.now.plus(Duration.ofMinutes(1));
		}
		assertThat(this.events.describe(BucketSize.MINUTE).slots().values())
			.allSatisfy((counts) -> assertThat(counts.visitors()).isBetween(950L, 1050L));
		assertThat(this.events.describe(BucketSize.MINUTE).total().visitors()).isBetween(2850L, 3150L);
		assertThat(this.events.describe(BucketSize.DAY).total().visitors()).isBetween(2850L, 3150L);
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
		assertThat(this.events.evicted()).isEqualTo(Map.of("checkout", 1L));
	}

	@Test
	void refusesAConversionOfOneStep() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Funnel(List.of("a"), Duration.ofHours(1), 1))
			.withMessage("a conversion must have at least two steps");
	}

	@Test
	@Timeout(60)
	void countsWhatItMissesAndNeverMakesACallerWait() {
		synchronized (this.events) {
			for (int i = 0; i < 20_000; i++) {
				this.cairn.event("a").publish();
			}
			assertThat(this.events.missed()).isPositive();
		}
		this.events.catchUp(PATIENCE);
		assertThat(this.events.describe(BucketSize.DAY).total().events() + this.events.missed()).isEqualTo(20_000);
	}

	@Test
	void keepsWhatIsPublishedWhileItIsSuspended() {
		this.events.suspend(PATIENCE);
		this.events.suspend(PATIENCE);
		assertThat(Thread.getAllStackTraces().keySet()).filteredOn((thread) -> !this.others.contains(thread))
			.extracting(Thread::getName)
			.doesNotContain("cairn-live");
		publish("a", 3);
		assertThat(this.events.describe(BucketSize.DAY).total().events()).isZero();
		this.events.resume();
		this.events.catchUp(PATIENCE);
		assertThat(this.events.describe(BucketSize.DAY).total().events()).isEqualTo(3);
	}

	@Test
	void countsWhatWaitsWhenItStopsAndMissesWhatFollows() {
		this.cairn.event("a").publish();
		this.events.stop(PATIENCE);
		this.events.start();
		publish("a", 2);
		assertThat(this.events.describe(BucketSize.DAY).total().events()).isEqualTo(1);
		assertThat(this.events.missed()).isEqualTo(2);
	}

	private void publish(String type, int times) {
		for (int i = 0; i < times; i++) {
			this.cairn.event(type).publish();
		}
		this.events.catchUp(PATIENCE);
	}

	private void walk(String visitor, String... types) {
		for (String type : types) {
			visit(visitor, type);
		}
		this.events.catchUp(PATIENCE);
	}

	private void visit(String visitor, String type) {
		this.cairn.event(type).field("visitor", visitor).publish();
	}

	private long[] steps() {
		return this.events.describe(BucketSize.DAY)
			.total()
			.conversions()
			.get("checkout")
			.steps()
			.stream()
			.mapToLong(StepDescriptor::visitors)
			.toArray();
	}

}
