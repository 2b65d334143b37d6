package dev.cairn.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Route;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CairnAssert} and the messages of its failures.
 */
class CairnAssertTests {

	private final CairnRecorder recorder = new CairnRecorder(Duration.ZERO);

	private final Accounts ledger = new Accounts();

	private final MemorySink sink = new MemorySink(this.ledger.channel("memory"), 100);

	private final Signals signals = Signals.NONE.and(this.recorder);

	private final Cairn cairn = new CairnBuilder(Origin.here("shop", null, null)).ledger(this.ledger)
		.sink(this.sink)
		.signals(this.signals)
		.route(Route.of("order.refused"))
		.route(Route.of("*", "memory"))
		.build();

	private final MeterRegistry meters = RecordingMeterRegistry.of(this.recorder);

	@Test
	void findsAMessageByItsFields() {
		this.cairn.event("order.placed").field("order_id", 7L).field("customer", Map.of("name", "Ada")).publish();
		this.cairn.event("order.placed").field("order_id", 8).field("total", 12.5).publish();
		assertThat(this.recorder).recorded("order.placed").withField("order_id", 7).once();
		assertThat(this.recorder).recorded("order.placed").times(2).withField("order_id", 8).withField("total", 12.50);
		assertThat(this.recorder).recorded("order.placed").withField("customer.name", "Ada").withoutField("total");
		assertThat(this.recorder).recorded("order.placed").withField("total").withField("order_id", 8L);
		assertThat(this.recorder).recorded("order.placed")
			.matching("an even id",
					(signal) -> ((Number) signal.message().fields().get("order_id")).intValue() % 2 == 0)
			.once()
			.and()
			.neverRecorded("order.paid")
			.hasNoIncident()
			.lostNothing();
	}

	@Test
	void findsAnEventByTheClassOfItsRecord() {
		this.cairn.publish(new OrderPlaced(7));
		this.cairn.publish(new OrderPlacedV2(8, "Ada"));
		this.cairn.event("order.placed").field("order_id", 9).publish();
		assertThat(this.recorder).recorded(OrderPlaced.class).once().withField("order_id", 7);
		assertThat(this.recorder).recorded(OrderPlacedV2.class).once().withField("customer", "Ada");
		assertThat(this.recorder).recorded("order.placed").times(3).and().neverRecorded(OrderPaid.class);
	}

	@Test
	void saysWhichRecordThereWasInsteadOfAMissingOne() {
		this.cairn.publish(new OrderPlaced(7));
		fails(() -> assertThat(this.recorder).recorded(OrderPlacedV2.class), """
				Expected event OrderPlacedV2 ('order.placed', version 2), but there was none.

				Recorded, oldest first:
				  event     order.placed {""");
		fails(() -> assertThat(this.recorder).neverRecorded(OrderPlaced.class),
				"Expected no event OrderPlaced ('order.placed', version 1), but there was one.");
		assertThatIllegalArgumentException().isThrownBy(() -> assertThat(this.recorder).recorded(Unpublishable.class))
			.withMessageContaining("event_version");
	}

	@Test
	void saysWhichMessagesThereWereInsteadOfAMissingOne() {
		this.cairn.event("order.placed").field("order_id", 8).publish();
		this.cairn.event("order.viewed").rate(0).publish();
		this.cairn.capture(new IllegalStateException("broken"));
		fails(() -> assertThat(this.recorder).recorded("order.paid"), """
				Expected message 'order.paid', but there was none.

				Recorded, oldest first:
				  event     order.placed {order_id=8}
				  sampled   event order.viewed
				  message   exception {""");
		fails(() -> assertThat(this.recorder).recorded("order.placed").once().withField("order_id", 7), """
				Expected message 'order.placed' with field order_id = 7, but there was none.

				Recorded, oldest first:
				  event     order.placed {order_id=8}
				""");
	}

	@Test
	void saysThatNothingOfTheKindWasRecorded() {
		this.cairn.event("order.placed").publish();
		this.meters.counter("orders").increment();
		this.meters.counter("orders").increment();
		failsExactly(() -> assertThat(this.recorder).hasOneIncident(IllegalStateException.class), """
				Expected incident IllegalStateException once, but there was none.

				Nothing of this kind was recorded.

				Also recorded: event (1), counter (2)""");
	}

	@Test
	void saysHowManyThereWere() {
		this.cairn.event("order.placed").field("order_id", 7).publish();
		this.cairn.event("order.placed").field("order_id", 8).publish();
		failsExactly(() -> assertThat(this.recorder).recorded("order.placed").once(), """
				Expected message 'order.placed' once, but there were 2.

				Recorded, oldest first:
				  event     order.placed {order_id=7}
				  event     order.placed {order_id=8}""");
		fails(() -> assertThat(this.recorder).recorded("order.placed").withField("order_id", 7).times(2),
				"Expected message 'order.placed' with field order_id = 7 2 times, but there was one.");
		fails(() -> assertThat(this.recorder).neverRecorded("order.placed"),
				"Expected no message 'order.placed', but there were 2.");
	}

	@Test
	void saysHowLongItHasWaited() {
		fails(() -> assertThat(this.recorder).within(Duration.ofMillis(1)).recorded("order.placed"),
				"Expected message 'order.placed', but there was none within 1 ms.");
	}

	@Test
	void beginsWithTheDescriptionOfTheAssertion() {
		fails(() -> assertThat(this.recorder).as("checkout").within(Duration.ZERO).recorded("order.placed"),
				"[checkout] Expected message 'order.placed', but there was none.");
	}

	@Test
	void waitsForASignalOfAnotherThread() throws InterruptedException {
		Thread publisher = new Thread(() -> {
			this.cairn.event("order.placed").field("order_id", 6).publish();
			this.cairn.event("order.placed").field("order_id", 7).publish();
		});
		publisher.start();
		assertThat(this.recorder).within(Duration.ofSeconds(30))
			.recorded("order.placed")
			.withField("order_id", 7)
			.and()
			.recorded("order.placed")
			.times(2);
		publisher.join();
	}

	@Test
	void comparesTheOrderOfMessages() {
		this.cairn.event("order.placed").publish();
		this.cairn.event("order.viewed").publish();
		this.cairn.event("order.paid").publish();
		assertThat(this.recorder).recordedInOrder("order.placed", "order.paid");
		fails(() -> assertThat(this.recorder).recordedInOrder("order.paid", "order.placed"), """
				Expected messages order.paid, order.placed in this order, but there were not.

				Recorded, oldest first:
				  event     order.placed {}
				  event     order.viewed {}
				  event     order.paid {}""");
	}

	@Test
	void findsAnIncidentByItsTypeOrThatOfItsCause() {
		String id = this.cairn
			.capture(new IllegalStateException("broken", new java.io.FileNotFoundException("menu.txt")));
		assertThat(this.recorder).hasOneIncident().withMessage("broken").withErrorId(id);
		assertThat(this.recorder).hasOneIncident(java.io.IOException.class).withMessageContaining("rok");
		failsExactly(() -> assertThat(this.recorder).hasNoIncident(), """
				Expected no incident, but there was one.

				Recorded, oldest first:
				  incident  IllegalStateException: broken, error_id %s

				Also recorded: message (1)""".formatted(id));
		fails(() -> assertThat(this.recorder).hasOneIncident().withMessage("whole"),
				"Expected incident with message \"whole\", but there was none.");
	}

	@Test
	void saysThatThereIsMoreThanOneIncident() {
		this.cairn.capture(new IllegalStateException("one"));
		this.cairn.capture(new IllegalArgumentException("two"));
		assertThat(this.recorder).hasOneIncident(IllegalStateException.class);
		fails(() -> assertThat(this.recorder).hasOneIncident(), "Expected incident once, but there were 2.");
	}

	@Test
	void comparesTraces() {
		String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
		String other = "11111111111111111111111111111111";
		Message message = publishWithin(trace);
		publishWithin(other);
		assertThat(this.recorder).recorded("order.placed").withSameTraceAs(trace).once();
		assertThat(this.recorder).recorded("order.placed").withSameTraceAs("00-" + trace + "-00f067aa0ba902b7-01");
		assertThat(this.recorder).recorded("order.placed").withSameTraceAs(message).once();
		fails(() -> assertThat(this.recorder).recorded("order.placed").withSameTraceAs("2".repeat(32)),
				"Expected message 'order.placed' with trace " + "2".repeat(32) + ", but there was none.");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> assertThat(this.recorder).recorded("order.placed").withSameTraceAs("none"))
			.withMessage("Expected the id of a trace or a traceparent, but was 'none'");
	}

	private Message publishWithin(String trace) {
		this.cairn.event("order.placed").trace(new dev.cairn.Trace(trace, "00f067aa0ba902b7", true)).publish();
		List<Message> messages = this.recorder.messages();
		return messages.get(messages.size() - 1);
	}

	@Test
	void countsWhatMetersHaveRecorded() {
		this.meters.timer("checkout", "outcome", "paid").record(Duration.ofMillis(1500));
		this.meters.timer("checkout", "outcome", "refused").record(Duration.ofMillis(500));
		this.meters.counter("orders").increment(2);
		this.meters.counter("orders").increment();
		this.meters.summary("order.size").record(12);
		assertThat(this.recorder).timer("checkout").count(2).total(2);
		assertThat(this.recorder).timer("checkout").withTag("outcome", "paid").count(1).total(1.5);
		assertThat(this.recorder).counter("orders").count(3);
		assertThat(this.recorder).summary("order.size").once().total(12).and().neverMeasured("order.weight");
		failsExactly(() -> assertThat(this.recorder).timer("checkout").withTag("outcome", "paid").count(2), """
				Expected timer 'checkout' with tag outcome = paid to have a count of 2, but it was 1.

				Recorded, oldest first:
				  timer     checkout {outcome=paid} 1.5 s
				  timer     checkout {outcome=refused} 0.5 s
				  counter   orders {} 2.0
				  counter   orders {} 1.0
				  summary   order.size {} 12.0""");
		fails(() -> assertThat(this.recorder).counter("checkout"), "Expected counter 'checkout', but there was none.");
		fails(() -> assertThat(this.recorder).neverMeasured("orders"),
				"Expected no value of 'orders', but there were 2.");
	}

	@Test
	void readsGauges() {
		this.meters.gauge("queue.depth", List.of(io.micrometer.core.instrument.Tag.of("queue", "mail")), 3);
		assertThat(this.recorder).hasGauge("queue.depth", 3, "queue", "mail").hasGauge("queue.depth", 3);
		fails(() -> assertThat(this.recorder).hasGauge("queue.depth", 4),
				"Expected gauge 'queue.depth' {} to be 4.0, but the gauges with this name and tags are [3.0].");
	}

	@Test
	void findsSpans() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new RecordingObservationHandler(this.recorder));
		Observation.createNotStarted("checkout", registry)
			.contextualName("OrderService.place")
			.lowCardinalityKeyValue("outcome", "paid")
			.observe(() -> {
			});
		Observation failed = Observation.start("checkout", registry);
		failed.error(new IllegalStateException("broken"));
		failed.stop();
		assertThat(this.recorder).span("checkout").times(2).withError(IllegalStateException.class);
		assertThat(this.recorder).span("OrderService.place").withTag("outcome", "paid").withoutError().once();
		failsExactly(() -> assertThat(this.recorder).span("OrderService.cancel"), """
				Expected span 'OrderService.cancel', but there was none.

				Recorded, oldest first:
				  span      OrderService.place (checkout) {outcome=paid}
				  span      checkout failed with IllegalStateException {}""");
	}

	@Test
	void saysWhatWasLost() {
		assertThat(this.recorder).lostNothing();
		this.sink.stop(Duration.ZERO);
		this.cairn.event("order.placed").publish();
		failsExactly(() -> assertThat(this.recorder).lostNothing(), """
				Expected no message to be lost, but there were 2.

				Recorded, oldest first:
				  lost      order.placed by memory: shutdown
				  event     order.placed {} (no sink accepted it)""");
	}

	@Test
	void seesALossThatOnlyTheLedgerHasCounted() {
		this.recorder.ledger(this.ledger);
		this.cairn.event("order.refused").publish();
		TestScope scope = TestScope.begin();
		this.recorder.begin(scope);
		try {
			assertThat(this.recorder).lostNothing();
			this.ledger.channel("memory").offered();
			this.ledger.channel("memory").dropped(dev.cairn.Ledger.DropReason.OVERSIZE);
			fails(() -> assertThat(this.recorder).lostNothing(),
					"Expected no message to be lost, but the Ledger has counted memory oversize (1).");
		}
		finally {
			this.recorder.end(scope);
			scope.end();
		}
	}

	@Test
	void comparesMessagesWithThePublishedSchemas() {
		this.cairn.publish(new dev.cairn.event.CommonEvents.StepReached("checkout", "paid", null, null, null));
		this.cairn.event("order.placed").field("order_id", 7).publish();
		assertThat(this.recorder).matchesSchemas().recorded("step.reached").matchesSchema();
		assertThat(this.recorder).recorded("order.placed").matchesSchema();
	}

	@Test
	void saysWhatDoesNotMatchASchema() {
		this.cairn.event("order.placed").field("order_id", "seven").publish();
		fails(() -> assertThat(this.recorder).matchesSchemas(), """
				Expected all messages to match their schemas, but order.placed:
				  /fields/order_id: string found, integer expected
				""");
		fails(() -> assertThat(this.recorder).recorded("order.placed").matchesSchema(),
				"Expected message 'order.placed' to match its schema, but:\n  /fields/order_id: ");
		this.cairn.event("order.viewed").publish();
		fails(() -> assertThat(this.recorder).recorded("order.viewed").matchesSchema(),
				"Expected message 'order.viewed' to match its schema, but there is no resource "
						+ "META-INF/cairn/schemas/order.viewed.schema.json.");
	}

	@Test
	void showsTheLatestOfManySignals() {
		for (int i = 0; i < 45; i++) {
			this.cairn.event("tick").field("number", i).publish();
		}
		fails(() -> assertThat(this.recorder).recorded("tock"), """
				Expected message 'tock', but there was none.

				Recorded, oldest first:
				  ... 5 earlier
				  event     tick {number=5}
				""");
	}

	@Test
	void showsUnitsOfWork() {
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "import");
		unit.end(UnitOfWork.Outcome.FAILURE);
		assertThat(this.recorder.signals()).extracting(SignalText::of)
			.containsExactly("started   task import", "ended     task import, failure");
	}

	@Test
	void refusesToCountToZero() {
		this.cairn.event("order.placed").publish();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> assertThat(this.recorder).recorded("order.placed").times(0))
			.withMessage("number must be positive, but was 0. Use the assertions that begin with 'never'");
	}

	private static void fails(ThrowingCallable assertion, String beginning) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion).withMessageStartingWith(beginning);
	}

	private static void failsExactly(ThrowingCallable assertion, String message) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion).withMessage(message);
	}

	record OrderPlaced(long orderId) {
	}

	record OrderPlacedV2(long orderId, String customer) {
	}

	record OrderPaid(long orderId) {
	}

	record Unpublishable(int eventVersion) {
	}

}
