package dev.cairn.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.cairn.ApplicationFrames;
import dev.cairn.Binding;
import dev.cairn.Cairn;
import dev.cairn.Cairn.Acceptance;
import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Lifecycle;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Route;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.DeliveryOptions.Overflow;
import dev.cairn.delivery.Destination;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Cairn}: the way of a message and its promises.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class CairnTests {

	private final Accounts ledger = new Accounts();

	private final FakeSink sink = new FakeSink(this.ledger, "memory");

	private final LogCapture log = new LogCapture();

	private final List<Cairn> toClose = new ArrayList<>();

	@AfterEach
	void stop() {
		this.toClose.forEach(Cairn::close);
		this.log.close();
	}

	@Test
	void addsTheBoundValuesToEvents() {
		Cairn cairn = build(builder());
		try (Binding order = cairn.bind("order", 7); Binding password = cairn.bind("password", "s3cret")) {
			cairn.event("order.placed").publish();
			cairn.event("order.placed").field("context", "own").publish();
			cairn.message("timer").publish();
		}
		cairn.event("order.placed").publish();
		assertThat(this.sink.messages).extracting((message) -> message.fields().get("context"))
			.containsExactly(Map.of("order", 7, "password", "********"), "own", null, null);
	}

	@Test
	void publishesAnEvent() {
		Cairn cairn = build(builder());
		String id = cairn.event("order.placed")
			.field("order_id", "o1")
			.fields(Map.of("items", 3))
			.category(Category.BEHAVIOUR)
			.severity(Severity.NOTICE)
			.payload("text")
			.logger("checkout")
			.timestamp(Instant.EPOCH)
			.publish();
		assertThat(this.sink.messages).singleElement().satisfies((message) -> {
			assertThat(message.id()).isEqualTo(id);
			assertThat(message.type()).isEqualTo("order.placed");
			assertThat(message.fields()).isEqualTo(Map.of("order_id", "o1", "items", 3));
			assertThat(message.category()).isEqualTo(Category.BEHAVIOUR);
			assertThat(message.severity()).isEqualTo(Severity.NOTICE);
			assertThat(message.payload()).isEqualTo("text");
			assertThat(message.logger()).isEqualTo("checkout");
			assertThat(message.timestamp()).isEqualTo(Instant.EPOCH);
			assertThat(message.origin()).isEqualTo(TestMessages.ORIGIN);
		});
	}

	@Test
	void suspendsAndResumesItsSinksUntilItIsClosed() {
		Cairn cairn = build(builder());
		Lifecycle lifecycle = (Lifecycle) cairn;
		lifecycle.suspend(Duration.ofSeconds(5));
		assertThat(this.sink.suspended).isTrue();
		assertThat(cairn.event("order.placed").publish()).isNotNull();
		lifecycle.resume();
		assertThat(this.sink.suspended).isFalse();
		cairn.close();
		lifecycle.suspend(Duration.ofSeconds(5));
		assertThat(this.sink.suspended).isFalse();
	}

	@Test
	void doesNotAskASamplerOrATraceSourceWithinItself() {
		List<Cairn> built = new ArrayList<>();
		AtomicInteger samplers = new AtomicInteger();
		AtomicInteger sources = new AtomicInteger();
		built.add(build(builder().sampler((candidate) -> {
			samplers.incrementAndGet();
			built.get(0).event("order.sampled").publish();
			return 1;
		}).trace(() -> {
			sources.incrementAndGet();
			built.get(0).event("order.traced").publish();
			return null;
		})));
		assertThat(built.get(0).event("order.placed").publish()).isNotNull();
		assertThat(this.sink.messages).extracting(Message::type)
			.containsExactlyInAnyOrder("order.placed", "order.sampled", "order.traced");
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.REENTRANT, 2L));
		assertThat(samplers).hasValue(2);
		assertThat(sources).hasValue(2);
		assertThat(this.ledger.failures()).isEmpty();
	}

	@Test
	void publishesAnEventInOneLine() {
		assertThat(build(builder()).event("order.placed", Map.of("order_id", "o1"))).isNotNull();
		assertThat(this.sink.messages).singleElement()
			.satisfies((message) -> assertThat(message.fields()).isEqualTo(Map.of("order_id", "o1")));
	}

	@Test
	void redactsWhatItPublishes() {
		build(builder()).event("user.login", Map.of("password", "hunter2", "note", "token=abc"));
		assertThat(this.sink.messages.get(0).fields())
			.isEqualTo(Map.of("password", Redactor.MASK, "note", "token=" + Redactor.MASK));
	}

	@ParameterizedTest
	@ValueSource(strings = { "timer", "counter", "gauge", "exception", "log", "http.request" })
	void refusesAReservedTypeForAnEvent(String type) {
		assertThatIllegalArgumentException().isThrownBy(() -> build(builder()).event(type))
			.withMessageContaining("'" + type + "'")
			.withMessageContaining("reserved");
	}

	@Test
	void publishesAMessageOfAReservedType() {
		build(builder()).message("http.request").publish();
		assertThat(this.sink.messages).singleElement()
			.satisfies((message) -> assertThat(message.type()).isEqualTo("http.request"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "order placed" })
	void refusesATypeThatIsNoToken(String type) {
		Cairn cairn = build(builder());
		assertThatIllegalArgumentException().isThrownBy(() -> cairn.event(type)).withMessageContaining("type");
		assertThatIllegalArgumentException().isThrownBy(() -> cairn.message(type)).withMessageContaining("type");
		assertThat(balance().offered()).isZero();
	}

	@ParameterizedTest
	@ValueSource(doubles = { 1.5, -0.1, Double.NaN, Double.POSITIVE_INFINITY, -Double.MIN_VALUE })
	void refusesARateOutsideOfZeroToOne(double rate) {
		Event event = build(builder()).event("a");
		assertThatIllegalArgumentException().isThrownBy(() -> event.rate(rate))
			.withMessage("rate must be between 0 and 1, but was " + rate);
	}

	@Test
	void asksForDetailsOnlyOfWhatIsKept() {
		AtomicInteger asked = new AtomicInteger();
		Cairn cairn = build(builder());
		cairn.event("a").rate(0).details((event) -> asked.incrementAndGet()).publish();
		assertThat(asked).hasValue(0);
		cairn.event("a").details((event) -> event.field("x", asked.incrementAndGet())).publish();
		assertThat(this.sink.messages).singleElement()
			.satisfies((message) -> assertThat(message.fields()).isEqualTo(Map.of("x", 1)));
	}

	@Test
	void goesOnWithoutDetailsThatThrow() {
		Cairn cairn = build(builder());
		cairn.event("a").field("x", 1).details((event) -> {
			throw new IllegalStateException("broken");
		}).publish();
		assertThat(this.sink.messages).singleElement()
			.satisfies((message) -> assertThat(message.fields()).isEqualTo(Map.of("x", 1)));
	}

	@Test
	void refusesToPublishAnEventTwice() {
		Event event = build(builder()).event("a");
		event.publish();
		assertThatIllegalStateException().isThrownBy(event::publish).withMessageContaining("once");
		assertThat(this.sink.messages).hasSize(1);
	}

	@Test
	void namesTheThrowableThatIsNull() {
		Cairn cairn = build(builder());
		assertThatNullPointerException().isThrownBy(() -> cairn.capture(null)).withMessageContaining("thrown");
		assertThatNullPointerException()
			.isThrownBy(() -> cairn.capture(new IllegalStateException(), (Map<String, ?>) null))
			.withMessageContaining("context");
	}

	@Test
	void capturesAFailureAsAnErrorOfQuality() {
		IllegalStateException thrown = new IllegalStateException("no");
		build(builder()).capture(thrown, Map.of("route", "/orders"));
		assertThat(this.sink.messages).singleElement().satisfies((message) -> {
			assertThat(message.type()).isEqualTo("exception");
			assertThat(message.severity()).isEqualTo(Severity.ERROR);
			assertThat(message.category()).isEqualTo(Category.QUALITY);
			assertThat(message.thrown()).isSameAs(thrown);
			assertThat(message.fields()).containsEntry("route", "/orders")
				.containsOnlyKeys("route", "error_id", "count");
		});
	}

	@Test
	void returnsTheIdOfAnIncidentAs32HexDigits() {
		assertThat(build(builder()).capture(new IllegalStateException())).matches("[0-9a-f]{32}");
	}

	@Test
	void returnsNoIdWhenNoSinkAccepted() {
		Cairn cairn = build(builder().filter((message) -> false));
		assertThat(cairn.event("a").publish()).isNull();
		assertThat(cairn.capture(new IllegalStateException())).isNull();
	}

	@Test
	void keepsWhatIsToBeKeptRegardlessOfTheRules() {
		Cairn cairn = build(builder().sampler((candidate) -> 0));
		assertThat(cairn.event("a").keep().publish()).isNotNull();
		assertThat(cairn.event("a").rate(0.1).keep().publish()).isNotNull();
		assertThat(cairn.event("a").publish()).isNull();
		assertThat(this.sink.messages).hasSize(2)
			.allSatisfy((message) -> assertThat(message.fields()).doesNotContainKey("rate"));
		assertThat(balance().sampledOut()).isEqualTo(1);
	}

	@Test
	void decidesOnceAndBeforeItIsPublishedWhetherAnEventIsKept() {
		AtomicInteger asked = new AtomicInteger();
		Cairn cairn = build(builder().sampler((candidate) -> (asked.incrementAndGet() == 1) ? 1 : 0));
		Event event = cairn.event("a");
		assertThat(event.decide()).isTrue();
		assertThat(event.decide()).isTrue();
		assertThat(event.publish()).isNotNull();
		assertThat(asked).hasValue(1);
		Event other = cairn.event("a");
		assertThat(other.decide()).isFalse();
		assertThat(other.publish()).isNull();
		assertThat(balance().sampledOut()).isEqualTo(1);
		assertThat(balance().offered()).isEqualTo(2);
	}

	@Test
	void filtersBeforeItEnrichesAndInTheirOrder() {
		List<String> calls = new ArrayList<>();
		Cairn cairn = build(builder().filter((message) -> calls.add("filter 1"))
			.filter((message) -> calls.add("filter 2"))
			.enricher((message) -> calls.add("enricher 1"))
			.enricher((message) -> calls.add("enricher 2")));
		cairn.event("a").publish();
		assertThat(calls).containsExactly("filter 1", "filter 2", "enricher 1", "enricher 2");
	}

	@Test
	void countsWhatAFilterDoesNotWant() {
		AtomicInteger later = new AtomicInteger();
		Cairn cairn = build(builder().filter((message) -> !message.type().equals("noise"))
			.filter((message) -> later.incrementAndGet() > 0));
		assertThat(cairn.event("noise").publish()).isNull();
		assertThat(cairn.event("signal").publish()).isNotNull();
		assertThat(balance().filtered()).isEqualTo(1);
		assertThat(balance().delivered()).isEqualTo(1);
		assertThat(later).hasValue(1);
	}

	@Test
	void redactsWhatAnEnricherAdds() {
		build(builder().enricher((message) -> message.field("tenant", "t1").field("api_key", "k"))
			.enricher((message) -> {
			})).event("a").publish();
		assertThat(this.sink.messages.get(0).fields()).isEqualTo(Map.of("tenant", "t1", "api_key", Redactor.MASK));
	}

	@Test
	void keepsTheIdWhenAnEnricherAdds() {
		List<String> ids = new ArrayList<>();
		Cairn cairn = build(
				builder().filter((message) -> ids.add(message.id())).enricher((message) -> message.field("x", 1)));
		assertThat(cairn.event("a").publish()).isEqualTo(ids.get(0));
		assertThat(this.sink.messages.get(0).id()).isEqualTo(ids.get(0));
	}

	@Test
	void reportsToListenersWhatIsKept() {
		List<String> reported = new ArrayList<>();
		Cairn cairn = build(builder().filter((message) -> !message.type().equals("noise"))
			.enricher((message) -> message.field("tenant", "t1"))
			.signals(signals((message) -> reported.add(message.type() + message.fields()))));
		cairn.event("noise").publish();
		cairn.event("rare").rate(0).publish();
		cairn.event("signal").publish();
		assertThat(reported).containsExactly("signal{tenant=t1}");
	}

	@Test
	void doesNotEnrichOrReportWhatAnExtensionPublishes() {
		Cairn[] built = new Cairn[1];
		AtomicInteger calls = new AtomicInteger();
		Cairn cairn = build(builder().enricher((message) -> {
			calls.incrementAndGet();
			built[0].event("from.enricher").publish();
		}).signals(signals((message) -> {
			calls.incrementAndGet();
			built[0].event("from.listener").publish();
		})));
		built[0] = cairn;
		cairn.event("a").publish();
		assertThat(this.sink.messages).extracting(Message::type).containsExactly("from.enricher", "a", "from.listener");
		assertThat(calls).hasValue(4);
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.REENTRANT, 2L));
		assertThat(this.ledger.failures()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void goesOnWithAListenerThatThrows(Failure failure) {
		publishThreeTimes(build(builder().signals(signals((message) -> failure.raise()))));
		assertThat(this.sink.messages).hasSize(3);
		assertThatItWasLoudOnce("signal listener");
	}

	@ParameterizedTest
	@EnumSource
	void takesAFilterThatThrowsForAYes(Failure failure) {
		Cairn cairn = build(builder().filter((message) -> failure.raise()).filter((message) -> true));
		publishThreeTimes(cairn);
		assertThat(this.sink.messages).hasSize(3);
		assertThatItWasLoudOnce("filter");
	}

	@ParameterizedTest
	@EnumSource
	void goesOnWithoutAnEnricherThatThrows(Failure failure) {
		Cairn cairn = build(
				builder().enricher((message) -> failure.raise()).enricher((message) -> message.field("x", 1)));
		publishThreeTimes(cairn);
		assertThat(this.sink.messages).hasSize(3)
			.allSatisfy((message) -> assertThat(message.fields()).isEqualTo(Map.of("x", 1)));
		assertThatItWasLoudOnce("enricher");
	}

	@ParameterizedTest
	@EnumSource
	void keepsWhatTheCallAsksForWhenTheSamplerThrows(Failure failure) {
		Cairn cairn = build(builder().sampler((candidate) -> failure.raise() ? 1 : 0));
		publishThreeTimes(cairn);
		assertThat(this.sink.messages).hasSize(3);
		assertThat(cairn.event("a").rate(0).publish()).isNull();
		assertThat(this.log.warnings()).hasSize(1).first().asString().contains("sampler");
	}

	@Test
	void keepsWhatTheCallAsksForWhenTheSamplerReturnsNoNumber() {
		publishThreeTimes(build(builder().sampler((candidate) -> Double.NaN)));
		assertThat(this.sink.messages).hasSize(3);
		assertThatItWasLoudOnce("sampler");
	}

	@ParameterizedTest
	@EnumSource
	void goesOnWithoutATraceWhenItsSourceThrows(Failure failure) {
		publishThreeTimes(build(builder().trace(() -> failure.raise() ? null : null)));
		assertThat(this.sink.messages).hasSize(3).allSatisfy((message) -> assertThat(message.trace()).isNull());
		assertThatItWasLoudOnce("trace");
	}

	@ParameterizedTest
	@EnumSource
	void reachesTheOtherSinksWhenOneThrows(Failure failure) {
		FakeSink broken = new FakeSink(this.ledger, "broken");
		broken.onOffer = (message) -> failure.raise();
		Cairn cairn = build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger).sink(broken).sink(this.sink));
		publishThreeTimes(cairn);
		assertThat(this.sink.messages).hasSize(3);
		assertThat(this.ledger.channel("broken").balance().dropped()).isEqualTo(Map.of(DropReason.ERROR, 3L));
		assertThat(this.ledger.channel("broken").balance().held()).isZero();
		assertThatItWasLoudOnce("sink broken");
	}

	@ParameterizedTest
	@EnumSource
	void closesTheOtherSinksWhenOneThrows(Failure failure) {
		FakeSink broken = new FakeSink(this.ledger, "broken");
		broken.onClose = failure::raise;
		broken.onFlush = failure::raise;
		Cairn cairn = build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(broken)
			.sink(this.sink)
			.closeTimeout(() -> Duration.ofMinutes(7)));
		assertThat(cairn.flush(Duration.ofSeconds(1))).isFalse();
		cairn.close();
		// The incidents were stopped within the same time
		assertThat(this.sink.closedWithin).isBetween(Duration.ofMinutes(6), Duration.ofMinutes(7));
	}

	/** With few messages, the caller evicts others. */
	@ParameterizedTest
	@ValueSource(ints = { 10_000, 50 })
	void survivesCallsAtTheEndOfTheStack(int maxMessages) {
		AsyncSink sink = new AsyncSink(this.ledger.channel("async"), (batch) -> {
		}, DeliveryOptions.DEFAULT.withQueue(maxMessages, 1_000_000, Overflow.DROP_OLDEST)
			.withBatches(5, Duration.ofMillis(5)));
		Cairn cairn = build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger).sink(sink));
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> publishDeeper(cairn));
			assertThat(cairn.event("after").publish()).isNotNull();
			boolean flushed = cairn.flush(Duration.ofSeconds(30));
			assertThat(flushed).as("%d held, %s", sink.held(), sink.channel().balance()).isTrue();
		}
	}

	private static int publishDeeper(Cairn cairn) {
		cairn.event("deeper").publish();
		return publishDeeper(cairn) + 1;
	}

	@Test
	void countsWhatNoRouteTakes() {
		Cairn cairn = build(builder().route(Route.of("order.*", "memory")));
		assertThat(cairn.event("user.login").publish()).isNull();
		assertThat(this.ledger.channel("unrouted").balance().dropped()).isEqualTo(Map.of(DropReason.NO_ROUTE, 1L));
		assertThat(this.ledger.channel("unrouted").balance().held()).isZero();
		assertThat(balance().offered()).isZero();
	}

	@Test
	void refusesTwoSinksOfOneName() {
		assertThatIllegalArgumentException().isThrownBy(() -> builder().sink(new FakeSink(this.ledger, "memory")))
			.withMessageContaining("'memory'");
	}

	@Test
	void refusesToBeBuiltWithARouteToNowhere() {
		assertThatIllegalArgumentException().isThrownBy(() -> builder().route(Route.of("*", "kafka")).build())
			.withMessageContaining("'kafka'");
	}

	@Test
	void keepsNothingAtRateZeroAndCallsNothing() {
		AtomicInteger asked = new AtomicInteger();
		Cairn cairn = build(builder().filter((message) -> asked.incrementAndGet() > 0)
			.enricher((message) -> asked.incrementAndGet())
			.trace(() -> (asked.incrementAndGet() > 0) ? null : null));
		for (int i = 0; i < 100; i++) {
			assertThat(cairn.event("a").rate(0).publish()).isNull();
		}
		assertThat(asked).hasValue(0);
		assertThat(balance().sampledOut()).isEqualTo(100);
		assertThat(balance().offered()).isEqualTo(100);
	}

	@Test
	void keepsEverythingAtRateOneAndWritesNoRate() {
		Cairn cairn = build(builder());
		for (int i = 0; i < 100; i++) {
			cairn.event("a").rate(1).publish();
		}
		assertThat(this.sink.messages).hasSize(100)
			.allSatisfy((message) -> assertThat(message.fields()).doesNotContainKey("rate"));
	}

	@Test
	void writesTheRateIntoWhatItKeeps() {
		Cairn cairn = build(builder());
		while (this.sink.messages.isEmpty()) {
			cairn.event("a").field("rate", "mine").rate(0.5).publish();
		}
		assertThat(this.sink.messages.get(0).fields()).isEqualTo(Map.of("field_rate", "mine", "rate", 0.5));
	}

	@Test
	void writesTheRateOnceWhenThereAreEnrichers() {
		Cairn cairn = build(builder().enricher((message) -> message.field("x", 1)));
		while (this.sink.messages.isEmpty()) {
			cairn.event("a").rate(0.5).publish();
		}
		assertThat(this.sink.messages.get(0).fields()).isEqualTo(Map.of("x", 1, "rate", 0.5));
	}

	@Test
	void keepsAboutTheFractionThatTheCallAsksFor() {
		Cairn cairn = build(builder());
		for (int i = 0; i < 20_000; i++) {
			cairn.event("a").rate(0.2).publish();
		}
		assertThat(this.sink.messages.size()).isCloseTo(4000, within(400));
		assertThat(balance().sampledOut() + balance().delivered()).isEqualTo(20_000);
	}

	@Test
	void letsTheSamplerOverruleTheCall() {
		Cairn cairn = build(builder().sampler((candidate) -> candidate.name().equals("keep") ? 1 : 0));
		assertThat(cairn.event("keep").rate(0).publish()).isNotNull();
		assertThat(cairn.event("drop").rate(1).publish()).isNull();
	}

	@Test
	void keepsAllSignalsOfATraceOrNone() {
		ThreadLocal<Trace> active = new ThreadLocal<>();
		Cairn cairn = build(builder().trace(active::get));
		int kept = 0;
		for (int i = 0; i < 2000; i++) {
			active.set(randomTrace());
			this.sink.messages.clear();
			for (int signal = 0; signal < 5; signal++) {
				cairn.event("signal." + signal).rate(0.3).publish();
			}
			assertThat(this.sink.messages.size()).isIn(0, 5);
			kept += this.sink.messages.size() / 5;
		}
		assertThat(kept).isCloseTo(600, within(120));
	}

	@Test
	void keepsAtAHigherRateWhatItKeepsAtALowerOne() {
		ThreadLocal<Trace> active = new ThreadLocal<>();
		Cairn cairn = build(builder().trace(active::get));
		for (int i = 0; i < 1000; i++) {
			active.set(randomTrace());
			boolean few = cairn.event("few").rate(0.1).publish() != null;
			boolean many = cairn.event("many").rate(0.6).publish() != null;
			assertThat(many || !few).isTrue();
		}
	}

	@Test
	void takesTheTraceOfTheCallBeforeTheActiveOne() {
		Trace active = new Trace("a", "a", true);
		Trace given = new Trace("b", "b", true);
		Cairn cairn = build(builder().trace(() -> active));
		cairn.event("a").publish();
		cairn.event("b").trace(given).publish();
		assertThat(this.sink.messages).extracting(Message::trace).containsExactly(active, given);
	}

	@Test
	void acceptsAFinishedMessageOfAnotherService() {
		Cairn cairn = build(builder().filter((message) -> !message.type().equals("unwanted"))
			.enricher((message) -> message.field("enriched", true)));
		Origin origin = new Origin("mobile", "production", "7", "phone", 1);
		assertThat(cairn.accept(foreign("http.request", origin))).isEqualTo(Acceptance.ACCEPTED);
		assertThat(cairn.accept(foreign("unwanted", origin))).isEqualTo(Acceptance.FILTERED);
		assertThat(this.sink.messages).singleElement().satisfies((message) -> {
			assertThat(message.id()).isEqualTo("id-1");
			assertThat(message.timestamp()).isEqualTo(Instant.EPOCH);
			assertThat(message.origin()).isEqualTo(origin);
			assertThat(message.payload()).isEqualTo("token=" + Redactor.MASK);
			assertThat(message.fields()).isEqualTo(Map.of("rate", 0.5, "password", Redactor.MASK));
		});
		assertThat(balance().offered()).isEqualTo(2);
		assertThat(balance().filtered()).isEqualTo(1);
	}

	@Test
	void samplesAndSwitchesOffMessagesOfAnotherService() {
		Settings.Holder settings = new Settings.Holder(Settings.DEFAULT.withOff(Set.of("off"), Set.of()));
		Cairn cairn = build(builder().settings(settings)
			.sampler((message) -> message.name().equals("half") ? 0.5 : message.name().equals("none") ? 0 : 1));
		Origin origin = new Origin("mobile", null, null, "phone", 1);
		assertThat(cairn.accept(foreign("off", origin))).isEqualTo(Acceptance.SAMPLED_OUT);
		assertThat(cairn.accept(foreign("none", origin))).isEqualTo(Acceptance.SAMPLED_OUT);
		int accepted = 0;
		for (int i = 0; i < 1000; i++) {
			accepted += (cairn.accept(foreign("half", origin)) == Acceptance.ACCEPTED) ? 1 : 0;
		}
		assertThat(accepted).isBetween(400, 600);
		// The sender has kept one half of them
		assertThat(this.sink.messages).hasSize(accepted)
			.allSatisfy((message) -> assertThat(message.fields()).containsEntry("rate", 0.25));
		assertThat(balance().offered()).isEqualTo(1002);
		assertThat(balance().sampledOut()).isEqualTo(1002 - accepted);
	}

	private static Message foreign(String type, Origin origin) {
		return new Message("id-1", type, Instant.EPOCH, "app", Severity.NOTICE, "token=abc",
				Map.of("rate", 0.5, "password", "hunter2"), origin, null, null, false, null, null);
	}

	@Test
	void switchesTypesAndSinksOffWhileItRuns() {
		Settings.Holder settings = new Settings.Holder(Settings.DEFAULT);
		FakeSink other = new FakeSink(this.ledger, "other");
		Cairn cairn = build(builder().sink(other).settings(settings));
		assertThat(cairn.event("a").publish()).isNotNull();
		settings.update((before) -> before.withOff(Set.of("a"), Set.of("other")));
		assertThat(cairn.event("a").keep().publish()).isNull();
		assertThat(cairn.event("b").publish()).isNotNull();
		settings.update((before) -> before.withOff(Set.of(), Set.of()));
		assertThat(cairn.event("a").publish()).isNotNull();
		assertThat(this.sink.messages).extracting(Message::type).containsExactly("a", "b", "a");
		assertThat(other.messages).extracting(Message::type).containsExactly("a", "a");
		assertThat(balance().sampledOut()).isEqualTo(1);
		assertThatItAddsUp(other.channel().balance());
	}

	@Test
	void keepsAllSignalsOfAUnitOfWorkOrNone() {
		Cairn cairn = build(builder());
		int kept = 0;
		for (int i = 0; i < 1000; i++) {
			this.sink.messages.clear();
			UnitOfWork unit = Signals.NONE.start(UnitOfWork.Kind.TASK, "task");
			try (UnitOfWork.Scope scope = unit.open()) {
				for (int signal = 0; signal < 5; signal++) {
					cairn.event("signal." + signal).rate(0.3).publish();
				}
			}
			assertThat(this.sink.messages.size()).isIn(0, 5);
			kept += this.sink.messages.size() / 5;
		}
		assertThat(kept).isCloseTo(300, within(120));
	}

	@Test
	void takesTheTimeFromItsClock() {
		Instant now = Instant.parse("2026-01-01T00:00:00Z");
		build(builder().clock(() -> now)).event("a").publish();
		assertThat(this.sink.messages.get(0).timestamp()).isEqualTo(now);
	}

	@Test
	void remembersWhatWasPublishedLast() {
		Cairn cairn = build(builder().recentSize(2));
		cairn.event("a").publish();
		cairn.event("b").publish();
		String id = cairn.event("c").publish();
		assertThat(cairn.recent()).extracting(Cairn.Recent::type).containsExactly("c", "b");
		assertThat(cairn.recent().get(0).id()).isEqualTo(id);
	}

	@Test
	void remembersThatNoSinkAccepted() {
		Cairn cairn = build(builder());
		this.sink.onOffer = (message) -> {
			throw new IllegalStateException();
		};
		cairn.event("a").publish();
		assertThat(cairn.recent()).singleElement().satisfies((recent) -> assertThat(recent.accepted()).isFalse());
	}

	@Test
	void refusesANegativeSizeOfWhatItRemembers() {
		assertThatIllegalArgumentException().isThrownBy(() -> builder().recentSize(-1)).withMessageContaining("-1");
	}

	@Test
	void doesNothingBeforeItIsInstalled() {
		Cairn kept = Cairn.get();
		assertThat(kept.event("a").field("x", 1).rate(0.5).publish()).isNull();
		assertThat(kept.message("exception").thrown(new IllegalStateException()).publish()).isNull();
		assertThat(kept.capture(new IllegalStateException())).isNull();
		assertThat(kept.recent()).isEmpty();
		assertThat(kept.ledger().balances()).isEmpty();
		assertThat(kept.flush(Duration.ZERO)).isTrue();
	}

	@Test
	void isReachedFromAnywhereOnceItIsInstalled() {
		Cairn kept = Cairn.get();
		build(builder()).install();
		assertThat(kept.event("a").publish()).isNotNull();
		assertThat(kept.ledger()).isSameAs(this.ledger);
		assertThat(kept.recent()).hasSize(1);
		assertThat(Cairn.get()).isSameAs(kept);
	}

	@Test
	void doesNothingFromAnywhereAfterItWasClosed() {
		Cairn cairn = build(builder()).install();
		cairn.close();
		assertThat(Cairn.get().event("a").publish()).isNull();
		assertThat(balance().offered()).isZero();
	}

	@Test
	void isNotClosedByThoseWhoReachItFromAnywhere() {
		build(builder()).install();
		Cairn.get().close();
		assertThat(Cairn.get().event("a").publish()).isNotNull();
	}

	@Test
	void isNotUninstalledByAnOlderOne() {
		Cairn older = build(new CairnBuilder(TestMessages.ORIGIN)).install();
		build(builder()).install();
		older.close();
		assertThat(Cairn.get().event("a").publish()).isNotNull();
		assertThat(this.sink.messages).hasSize(1);
	}

	@Test
	void isReachedFromAnywhereAgainOnceANewerOneWasClosed() {
		build(builder()).install();
		Cairn second = build(new CairnBuilder(TestMessages.ORIGIN)).install();
		Cairn third = build(new CairnBuilder(TestMessages.ORIGIN)).install();
		second.close();
		third.close();
		assertThat(Cairn.get().event("a").publish()).isNotNull();
		assertThat(this.sink.messages).hasSize(1);
	}

	@Test
	void isNotInstalledAfterItWasClosed() {
		Cairn cairn = build(builder());
		cairn.close();
		cairn.install();
		Cairn.get().event("a").publish();
		assertThat(balance().offered()).isZero();
	}

	@Test
	void acceptsEveryCallWhenItIsSwitchedOff() {
		Cairn noop = Cairn.noop();
		assertThatCode(() -> {
			noop.install()
				.event("not a token")
				.category(Category.QUALITY)
				.severity(Severity.DEBUG)
				.payload("x")
				.logger("x")
				.timestamp(Instant.MAX)
				.trace(null)
				.fields(Map.of())
				.publish();
			noop.close();
		}).doesNotThrowAnyException();
		assertThat(Cairn.get().event("a").publish()).isNull();
	}

	@Test
	void countsWhatComesAfterItWasClosed() {
		AsyncSink async = new AsyncSink(this.ledger.channel("async"), (batch) -> {
		}, DeliveryOptions.DEFAULT);
		Cairn cairn = build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger).sink(async));
		cairn.event("a").publish();
		cairn.close();
		assertThat(cairn.event("b").publish()).isNull();
		Ledger.Balance balance = this.ledger.channel("async").balance();
		assertThat(balance.delivered()).isEqualTo(1);
		assertThat(balance.dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 1L));
	}

	@Test
	void closesTheSinksWhileAMessageThatWaitedHangs() {
		CountDownLatch never = new CountDownLatch(1);
		Incidents incidents = new Incidents(new Incidents.Options(0, Duration.ofHours(1)),
				new ApplicationFrames(List.of()));
		Cairn cairn = build(builder().incidents(incidents).closeTimeout(() -> Duration.ofMillis(200)));
		for (int i = 0; i < 2; i++) {
			cairn.capture(new IllegalStateException("fails"));
		}
		CountDownLatch offered = new CountDownLatch(1);
		this.sink.onOffer = (message) -> {
			offered.countDown();
			Uninterruptibly.await(never);
		};
		try {
			cairn.close();
			assertThat(offered.getCount()).isZero();
			assertThat(this.sink.closedWithin).isNotNull();
		}
		finally {
			never.countDown();
		}
	}

	@Test
	void drainsTheOtherSinksWhileOneHangs() {
		CountDownLatch never = new CountDownLatch(1);
		AsyncSink hanging = sinkOf("hanging", (batch) -> Uninterruptibly.await(never));
		CountDownLatch closing = new CountDownLatch(1);
		this.sink.onClose = closing::countDown;
		AsyncSink slow = sinkOf("slow", (batch) -> closing.await());
		Cairn cairn = build(builder().sink(hanging).sink(slow).closeTimeout(() -> Duration.ofSeconds(2)));
		try {
			for (int i = 0; i < 50; i++) {
				cairn.event("a").publish();
			}
			cairn.close();
			assertThat(this.ledger.channel("slow").balance().delivered()).isEqualTo(50);
			assertThat(this.ledger.channel("hanging").balance().dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 50L));
			assertThat(this.ledger.channel("hanging").balance().held()).isZero();
		}
		finally {
			never.countDown();
		}
	}

	@Test
	void doesNotWaitForASinkThatNeverCloses() {
		CountDownLatch never = new CountDownLatch(1);
		this.sink.onClose = () -> Uninterruptibly.await(never);
		try {
			Cairn cairn = build(builder().closeTimeout(() -> Duration.ofMillis(100)));
			cairn.close();
			assertThat(this.log.warnings()).singleElement().asString().contains("memory");
		}
		finally {
			never.countDown();
		}
	}

	@Test
	void drainsEvenWhenTheCallerIsInterrupted() {
		CountDownLatch closing = new CountDownLatch(1);
		this.sink.onClose = closing::countDown;
		AsyncSink async = sinkOf("async", (batch) -> closing.await());
		Cairn cairn = build(builder().sink(async));
		for (int i = 0; i < 20; i++) {
			cairn.event("a").publish();
		}
		Thread.currentThread().interrupt();
		cairn.close();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.ledger.channel("async").balance().delivered()).isEqualTo(20);
	}

	@Test
	void closesOnce() {
		AtomicInteger closed = new AtomicInteger();
		this.sink.onClose = closed::incrementAndGet;
		Cairn cairn = build(builder());
		cairn.close();
		cairn.close();
		assertThat(closed).hasValue(1);
	}

	@Test
	void addsUpAtEveryMomentWhileFourThreadsPublish() throws Exception {
		AtomicInteger calls = new AtomicInteger();
		AsyncSink flaky = new AsyncSink(this.ledger.channel("flaky"), (batch) -> {
			if (calls.incrementAndGet() % 5 == 0) {
				batch.get(0).drop(DropReason.REJECTED, "no", "");
				throw new java.io.IOException("away");
			}
		}, DeliveryOptions.DEFAULT.withQueue(200, 1024 * 1024, Overflow.DROP_OLDEST)
			.withBatches(20, Duration.ofMillis(1))
			.withRetry(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(10)));
		AsyncSink newest = new AsyncSink(this.ledger.channel("newest"), (batch) -> {
		}, DeliveryOptions.DEFAULT.withQueue(50, 20_000, Overflow.DROP_NEWEST));
		Cairn cairn = build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(flaky)
			.sink(newest)
			.sink(this.sink)
			.filter((message) -> !message.type().equals("filtered")));
		AtomicBoolean publishing = new AtomicBoolean(true);
		List<Thread> threads = new ArrayList<>();
		for (int t = 0; t < 4; t++) {
			Thread thread = new Thread(() -> {
				for (int i = 0; i < 10_000; i++) {
					cairn.event((i % 10 == 0) ? "filtered" : "a").rate((i % 3 == 0) ? 0.5 : 1).publish();
				}
			});
			thread.start();
			threads.add(thread);
		}
		Thread reader = new Thread(() -> {
			for (Thread thread : threads) {
				Uninterruptibly.join(thread);
			}
			publishing.set(false);
		});
		reader.start();
		Map<String, Long> lastOffered = new HashMap<>();
		int readings = 0;
		while (publishing.get()) {
			readings++;
			this.ledger.balances().forEach((name, balance) -> {
				assertThatItAddsUp(balance);
				assertThat(balance.offered()).isGreaterThanOrEqualTo(lastOffered.getOrDefault(name, 0L));
				lastOffered.put(name, balance.offered());
			});
		}
		assertThat(readings).isPositive();
		assertThat(cairn.flush(Duration.ofSeconds(30))).isTrue();
		for (AsyncSink sink : List.of(flaky, newest)) {
			Ledger.Balance balance = sink.channel().balance();
			assertThatItAddsUp(balance);
			assertThat(balance.offered()).isEqualTo(40_000);
			assertThat(balance.held()).isZero();
			assertThat(sink.held()).isZero();
		}
		assertThat(balance().offered()).isEqualTo(40_000);
		assertThat(balance().held()).isZero();
	}

	@Test
	void holdsInTheLedgerWhatItsSinksHold() {
		CountDownLatch release = new CountDownLatch(1);
		AsyncSink async = sinkOf("async", (batch) -> release.await());
		Cairn cairn = build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger).sink(async));
		for (int i = 0; i < 10; i++) {
			cairn.event("a").publish();
		}
		assertThat(this.ledger.channel("async").balance().held()).isEqualTo(10);
		assertThat(async.held()).isEqualTo(10);
		assertThat(cairn.flush(Duration.ofMillis(50))).isFalse();
		release.countDown();
		assertThat(cairn.flush(Duration.ofSeconds(30))).isTrue();
		assertThat(this.ledger.channel("async").balance().held()).isZero();
		assertThat(async.held()).isZero();
	}

	@Test
	void countsBeforeNothingIsHeld() {
		AsyncSink async = sinkOf("async", (batch) -> {
		});
		Cairn cairn = build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger).sink(async));
		for (int i = 1; i <= 500; i++) {
			cairn.event("a").publish();
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofNanos(1))
				.until(() -> async.held() == 0);
			assertThat(this.ledger.channel("async").balance().delivered()).isEqualTo(i);
		}
	}

	@Test
	void givesEachMessageAnIdOfItsOwn() {
		Cairn cairn = build(builder());
		Set<String> ids = new HashSet<>();
		for (int i = 0; i < 1000; i++) {
			ids.add(cairn.event("a").publish());
		}
		assertThat(ids).hasSize(1000).doesNotContainNull();
	}

	@Test
	void acceptsATimeoutWithoutEnd() {
		AsyncSink async = sinkOf("async", (batch) -> {
		});
		Cairn cairn = build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(async)
			.closeTimeout(() -> Duration.ofSeconds(Long.MAX_VALUE - 10)));
		cairn.event("a").publish();
		assertThat(cairn.flush(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
		cairn.close();
		assertThat(this.ledger.channel("async").balance().delivered()).isEqualTo(1);
	}

	private Signals signals(Consumer<Message> published) {
		SignalListener listener = new SignalListener() {

			@Override
			public void published(Message message, boolean accepted, UnitOfWork unit) {
				published.accept(message);
			}

		};
		return new Signals(List.of(listener), InstantSource.system(),
				new Extensions(this.ledger::failed, (text) -> text), Trace.Source.NONE);
	}

	private CairnBuilder builder() {
		return new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger).sink(this.sink);
	}

	private Cairn build(CairnBuilder builder) {
		Cairn cairn = builder.build();
		this.toClose.add(cairn);
		return cairn;
	}

	private AsyncSink sinkOf(String name, Destination sender) {
		return new AsyncSink(this.ledger.channel(name), sender,
				DeliveryOptions.DEFAULT.withBatches(5, Duration.ofMillis(5)));
	}

	private Ledger.Balance balance() {
		return this.sink.channel().balance();
	}

	private static void publishThreeTimes(Cairn cairn) {
		for (String type : List.of("a", "b", "c")) {
			assertThat(cairn.event(type).publish()).isNotNull();
		}
	}

	private void assertThatItWasLoudOnce(String what) {
		assertThat(this.log.warnings()).singleElement().asString().contains(what);
		assertThat(this.ledger.failures()).hasSize(1).containsValue(3L);
	}

	private static void assertThatItAddsUp(Ledger.Balance balance) {
		assertThat(balance.held()).isNotNegative();
		assertThat(balance.offered()).isEqualTo(balance.sampledOut() + balance.filtered() + balance.delivered()
				+ balance.held() + balance.droppedTotal());
	}

	private static Trace randomTrace() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		return new Trace(Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong() | Long.MIN_VALUE),
				"1", true);
	}

	/**
	 * The kinds of throwables of an extension.
	 */
	enum Failure {

		EXCEPTION {

			@Override
			boolean raise() {
				throw new IllegalStateException("broken");
			}

		},

		ASSERTION {

			@Override
			boolean raise() {
				throw new AssertionError("broken");
			}

		},

		LINKAGE {

			@Override
			boolean raise() {
				throw new NoClassDefFoundError("com/acme/Gone");
			}

		},

		STACK_OVERFLOW {

			@Override
			boolean raise() {
				return raise() && raise();
			}

		};

		abstract boolean raise();

	}

}
