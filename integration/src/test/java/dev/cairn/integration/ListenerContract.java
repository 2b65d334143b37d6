package dev.cairn.integration;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import brave.Span.Kind;
import brave.handler.MutableSpan;
import dev.cairn.Cairn;
import dev.cairn.Failure;
import dev.cairn.Message;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.MemorySink;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tests of each broker: a message continues the trace of its sender, with its bound
 * values, and its processing is a unit of work.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ListenerContract {

	private static final String RECEIVED = "order.received";

	/** The service that sends and receives. */
	Service shop;

	@BeforeAll
	void start() throws Exception {
		startBroker();
		this.shop = startWith("queue=orders");
	}

	@AfterAll
	void stop() {
		this.shop.close();
		stopBroker();
	}

	void startBroker() throws Exception {
	}

	void stopBroker() {
	}

	@BeforeEach
	void forget() {
		this.shop.forget();
		inbox(this.shop).forget();
	}

	/** Starts an application with the broker, a listener and an {@link Outbox}. */
	abstract Service start(String... properties);

	/** Returns the name of the instrumentation. */
	abstract String instrument();

	private Service startWith(String... properties) {
		return start(with(properties, Switched.and("cairn.tracing.instrument=all", "cairn.context.baggage=customer")));
	}

	static String[] with(String[] properties, String... further) {
		return Stream.of(properties, further).flatMap(Stream::of).toArray(String[]::new);
	}

	@Test
	void aMessageContinuesTheTraceOfItsSenderWithTheBoundValues() throws Exception {
		this.shop.get("/send?customer=ann&text=order");
		MutableSpan consumer = this.shop.spans().only(Kind.CONSUMER);
		MutableSpan producer = this.shop.spans().only(Kind.PRODUCER);
		MutableSpan server = this.shop.spans().only("http get /send");
		assertThat(List.of(consumer.traceId(), producer.traceId())).containsOnly(server.traceId());
		assertThat(consumer.parentId()).isEqualTo(producer.id());
		assertThat(producer.parentId()).isEqualTo(server.id());
		assertThat(producer.tag("customer")).isEqualTo("ann");
		assertThat(consumer.tag("customer")).isEqualTo("ann");
		assertThat(consumer.tag("step")).isEqualTo("received");
		assertThat(onlyEvent(this.shop)).satisfies((event) -> {
			assertThat(event.trace().traceId()).isEqualTo(consumer.traceId());
			assertThat(event.trace().spanId()).isEqualTo(consumer.id());
			assertThat(event.fields().get("context")).isEqualTo(Map.of("customer", "ann", "step", "received"));
		});
		assertThat(inbox(this.shop).lines).singleElement()
			.satisfies((diagnostic) -> assertThat(diagnostic).containsEntry("customer", "ann")
				.containsEntry("traceId", consumer.traceId()));
		assertThat(inbox(this.shop).units).singleElement()
			.satisfies((unit) -> assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.SUCCESS));
	}

	@Test
	void theNextMessageHasNothingOfTheOneBefore() throws Exception {
		this.shop.get("/send?customer=ann&text=first");
		onlyEvent(this.shop);
		this.shop.forget();
		this.shop.get("/send?customer=&text=second");
		assertThat(onlyEvent(this.shop).fields().get("context")).isEqualTo(Map.of("step", "received"));
		assertThat(inbox(this.shop).before).allSatisfy((bound) -> assertThat(bound).doesNotContainKey("step"));
	}

	/** The broker delivers the message a second time, which succeeds. */
	@Test
	void aFailureIsAnIncidentAndMarksTheSpanAndTheUnitOfWorkOfItsDelivery(CapturedOutput output) throws Exception {
		this.shop.get("/send?customer=ann&text=fails");
		onlyEvent(this.shop);
		List<MutableSpan> consumers = this.shop.spans()
			.all()
			.stream()
			.filter((span) -> span.kind() == Kind.CONSUMER)
			.toList();
		assertThat(consumers).hasSize(2);
		assertThat(consumers.get(0).error()).isNotNull();
		assertThat(consumers.get(1).error()).isNull();
		assertThat(inbox(this.shop).units).extracting(UnitOfWork::outcome)
			.containsExactly(UnitOfWork.Outcome.FAILURE, UnitOfWork.Outcome.SUCCESS);
		assertThat(this.shop.messages("exception")).singleElement().satisfies((incident) -> {
			Object id = incident.fields().get("error_id");
			assertThat(incident.trace().spanId()).isEqualTo(consumers.get(0).id());
			assertThat(consumers.get(0).tag("error.id")).isEqualTo(id);
			assertThat(incident.thrown()).isInstanceOf(IllegalStateException.class);
			assertThat(incident.fields()).containsEntry("handled", false);
			assertThat(incident.fields().get("context")).asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsEntry("customer", "ann");
			assertThat(output.getOut().lines()).filteredOn((line) -> line.contains(" message listener failed"))
				.singleElement(InstanceOfAssertFactories.STRING)
				.contains(id.toString());
		});
	}

	/** The broker gives the message up, or delivers it until the queue is gone. */
	@Test
	void theDeliveriesOfAMessageThatNeverSucceedsAreGrouped() throws Exception {
		try (Service other = startWith("queue=poisoned", "cairn.incidents.burst=1", "cairn.incidents.interval=1h")) {
			other.get("/send?customer=ann&text=poison");
			Awaitility.await().until(() -> inbox(other).units.size() >= 5);
			assertThat(other.messages("exception")).hasSize(1);
		}
	}

	@Test
	void aFailureThatTheApplicationExcludesIsNoIncident() throws Exception {
		this.shop.get("/send?customer=ann&text=excluded");
		onlyEvent(this.shop);
		assertThat(inbox(this.shop).units).first()
			.satisfies((unit) -> assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.FAILURE));
		assertThat(this.shop.messages("exception")).isEmpty();
	}

	@Test
	void failuresAreNoIncidentsIfTheApplicationSaysSo() throws Exception {
		try (Service other = startWith("queue=silent", "cairn.errors.enabled=false")) {
			other.get("/send?customer=ann&text=fails");
			onlyEvent(other);
			assertThat(other.messages("exception")).isEmpty();
		}
	}

	@Test
	void withoutATracerAMessageHasTheIdOfItsSender() throws Exception {
		try (Service other = startWith("queue=others", Service.WITHOUT_TRACER)) {
			String id = other.get("/send?customer=ann&text=order").headers().firstValue("X-Trace-Id").orElseThrow();
			assertThat(onlyEvent(other)).satisfies((event) -> {
				assertThat(event.trace().traceId()).isEqualTo(id);
				assertThat(event.fields().get("context")).isEqualTo(Map.of("customer", "ann", "step", "received"));
			});
			assertThat(inbox(other).lines).singleElement()
				.satisfies((diagnostic) -> assertThat(diagnostic).containsEntry("traceId", id));
		}
	}

	/** Values that a message binds must not stay bound to the thread of the listener. */
	@Test
	void aSwitchTurnsTheSpansOfBothSidesOffUntilItRevertsButNotTheUnitsOfWork() throws Exception {
		for (Kind kind : List.of(Kind.PRODUCER, Kind.CONSUMER)) {
			new Switched(this.shop).assertSwitched(instrument(), (span) -> span.kind() == kind, () -> {
				this.shop.bean(MemorySink.class).clear();
				inbox(this.shop).forget();
				this.shop.get("/send?customer=&text=order");
				assertThat(onlyEvent(this.shop).fields().get("context")).isEqualTo(Map.of("step", "received"));
				assertThat(inbox(this.shop).before).allSatisfy((bound) -> assertThat(bound).isEmpty());
				assertThat(inbox(this.shop).units).singleElement()
					.satisfies((unit) -> assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.SUCCESS));
			});
		}
	}

	static Message onlyEvent(Service service) {
		Awaitility.await().until(() -> !service.messages(RECEIVED).isEmpty());
		assertThat(service.messages(RECEIVED)).hasSize(1);
		Inbox inbox = inbox(service);
		Awaitility.await().until(() -> inbox.units.stream().allMatch((unit) -> unit.outcome() != null));
		return service.messages(RECEIVED).get(0);
	}

	static Inbox inbox(Service service) {
		return service.bean(Inbox.class);
	}

	/** Sends a message. */
	interface Outbox {

		void send(String text);

	}

	/** Excludes exceptions of one type. */
	static final class Excluded implements Failure.Exclusion {

		@Override
		public boolean excludes(Throwable thrown, int status) {
			return thrown instanceof UnsupportedOperationException;
		}

	}

	/** The messages that the listener received. */
	static final class Inbox {

		final List<Map<String, String>> lines = new CopyOnWriteArrayList<>();

		final List<Map<String, Object>> before = new CopyOnWriteArrayList<>();

		final List<UnitOfWork> units = new CopyOnWriteArrayList<>();

		private final Cairn cairn;

		Inbox(Cairn cairn) {
			this.cairn = cairn;
		}

		void forget() {
			this.lines.clear();
			this.before.clear();
			this.units.clear();
		}

		void receive(String text) {
			this.units.add(UnitOfWork.current());
			this.before.add(this.cairn.bindings());
			if (text.equals("poison") || (text.equals("fails") && this.units.size() == 1)) {
				throw new IllegalStateException("no such order");
			}
			if (text.equals("excluded") && this.units.size() == 1) {
				throw new UnsupportedOperationException("no such order yet");
			}
			this.cairn.bind("step", "received");
			this.lines.add(MDC.getCopyOfContextMap());
			this.cairn.event(RECEIVED).publish();
		}

	}

	@RestController
	static class Sender {

		private final Cairn cairn;

		private final Outbox outbox;

		Sender(Cairn cairn, Outbox outbox) {
			this.cairn = cairn;
			this.outbox = outbox;
		}

		@GetMapping("/send")
		void send(String customer, String text) {
			if (!customer.isEmpty()) {
				this.cairn.bind("customer", customer);
			}
			this.outbox.send(text);
		}

	}

}
