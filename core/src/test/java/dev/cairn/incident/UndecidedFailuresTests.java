package dev.cairn.incident;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Origin;
import dev.cairn.context.Signals;
import dev.cairn.context.ThreadContext;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UndecidedFailures}: failures that wait for the answer to a request.
 */
class UndecidedFailuresTests {

	private static final Incidents.Provisional PROVISIONAL = (report) -> {
	};

	private final Accounts ledger = new Accounts();

	private final MemorySink sink = new MemorySink(this.ledger.channel("memory"), 1000);

	private final ManualScheduler time = new ManualScheduler();

	private final Incidents incidents = new Incidents(new Incidents.Options(3, Duration.ofSeconds(1)),
			ApplicationFrames.DEFAULT, IncidentLimits.DEFAULT, this.time.timer());

	private final UnitOfWork request = Signals.NONE.start(UnitOfWork.Kind.REQUEST, "request");

	private Cairn cairn;

	private UnitOfWork.Scope scope;

	@BeforeEach
	void open() {
		this.ledger.incidents(this.incidents.account());
		this.cairn = new CairnBuilder(Origin.here("shop", null, null)).ledger(this.ledger)
			.incidents(this.incidents)
			.sink(this.sink)
			.build();
		this.scope = this.request.open();
	}

	@AfterEach
	void close() {
		this.scope.close();
		this.cairn.close();
	}

	@Test
	void waitsForTheDecision() {
		Exception failure = new IllegalStateException("x");
		String id = this.cairn.capture(failure, PROVISIONAL);
		assertThat(this.sink.messages()).isEmpty();
		assertThat(this.request.incidents()).isEmpty();
		this.incidents.decide(this.request, null);
		assertThat(this.sink.messages()).singleElement()
			.satisfies(
					(message) -> assertThat(message.fields()).containsEntry("error_id", id).containsEntry("count", 1L));
		assertThat(this.request.incidents()).containsExactly(id);
		assertThat(balance().failures()).isOne();
		assertThat(balance().held()).isZero();
	}

	@Test
	void isWithdrawnWithWhateverWrapsTheExcludedOne() {
		Exception cause = new IllegalArgumentException("cause");
		this.cairn.capture(new IllegalStateException(cause), PROVISIONAL);
		this.cairn.captureMessage("missing: cause", PROVISIONAL);
		String other = this.cairn.capture(new UnsupportedOperationException("other"), PROVISIONAL);
		this.incidents.decide(this.request, new RuntimeException(cause));
		this.time.advance(Duration.ofMinutes(1));
		assertThat(this.sink.messages()).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("error_id", other));
		assertThat(this.incidents.find(cause)).isNull();
		assertThat(this.request.incidents()).containsExactly(other);
		assertThat(balance()).isEqualTo(new Ledger.Incidents.Balance(1, balance().repeated(), 0, 0, 0, 1, 0, 0,
				Map.of(UnsupportedOperationException.class.getName(), 1L)));
	}

	@Test
	void aTextThatQuotesTheExcludedOneIsWithdrawn() {
		this.cairn.captureMessage("missing: order 17", PROVISIONAL);
		this.incidents.decide(this.request, new IllegalStateException("order 17"));
		this.time.advance(Duration.ofMinutes(1));
		assertThat(this.sink.messages()).isEmpty();
		assertThat(this.request.incidents()).isEmpty();
		assertThat(balance().failures()).isZero();
	}

	@Test
	void isSentAfterTenSecondsAndCannotBeWithdrawnThen() {
		Exception failure = new IllegalStateException("x");
		this.cairn.capture(failure, PROVISIONAL);
		this.time.advance(Duration.ofSeconds(9));
		assertThat(this.sink.messages()).isEmpty();
		this.time.advance(Duration.ofSeconds(2));
		assertThat(this.sink.messages()).hasSize(1);
		this.incidents.decide(this.request, failure);
		assertThat(this.incidents.find(failure)).isNotNull();
		assertThat(balance().failures()).isOne();
		assertThat(balance().held()).isZero();
	}

	@Test
	void thoseBeyondTheBurstShareAMessageAndAreWithdrawnFromIt() {
		List<Exception> failures = ofOneKind(7);
		failures.forEach((failure) -> this.cairn.capture(failure, PROVISIONAL));
		this.incidents.decide(this.request, failures.get(5));
		assertThat(this.sink.messages()).hasSize(4);
		assertThat(this.sink.messages().get(3).fields()).containsEntry("count", 3L);
		assertThat(balance().failures()).isEqualTo(6);
		assertThat(balance().held()).isZero();
	}

	@Test
	void whatIsWithdrawnLeavesTheBurst() {
		for (int i = 0; i < 10; i++) {
			Exception failure = new IllegalStateException("at " + i);
			this.cairn.capture(failure, PROVISIONAL);
			this.incidents.decide(this.request, failure);
		}
		this.cairn.capture(new IllegalStateException("at last"), PROVISIONAL);
		this.incidents.decide(this.request, null);
		assertThat(this.sink.messages()).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("count", 1L));
	}

	@Test
	void whatTheApplicationCapturesIsCertain() {
		Exception failure = new IllegalStateException("x");
		this.cairn.capture(failure, PROVISIONAL);
		this.cairn.capture(failure);
		this.incidents.decide(this.request, failure);
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.sink.messages()).hasSize(1);
		assertThat(balance().failures()).isOne();
	}

	@Test
	void belongsToItsOwnRequestWhoeverDecides() {
		Exception failure = new IllegalStateException("x");
		String id = this.cairn.capture(failure, PROVISIONAL);
		UnitOfWork another = Signals.NONE.start(UnitOfWork.Kind.REQUEST, "another");
		try (UnitOfWork.Scope opened = another.open()) {
			this.cairn.capture(failure);
		}
		assertThat(another.incidents()).isEmpty();
		assertThat(this.request.incidents()).containsExactly(id);
	}

	@Test
	void ofAThreadThatHasInheritedTheRequestIsNoneOfItsIncidents() throws InterruptedException {
		ThreadContext.Snapshot captured = Objects.requireNonNull(ThreadContext.capture());
		Thread thread = new Thread(() -> {
			ThreadContext.enter(captured);
			this.cairn.capture(new IllegalStateException("x"), PROVISIONAL);
		});
		thread.start();
		thread.join();
		this.incidents.decide(this.request, null);
		assertThat(this.sink.messages()).hasSize(1);
		assertThat(this.request.incidents()).isEmpty();
	}

	@Test
	void isSentAtOnceOutsideOfARequest() {
		this.scope.close();
		this.cairn.capture(new IllegalStateException("x"), PROVISIONAL);
		assertThat(this.sink.messages()).hasSize(1);
	}

	@Test
	void passesItsIdOnToTheFailureThatHasCausedIt() {
		Exception consequence = new IllegalArgumentException("the handler fails");
		Exception failure = new IllegalStateException("not handled");
		String id = this.cairn.capture(consequence, PROVISIONAL);
		this.incidents.replace(this.request, consequence, failure);
		assertThat(this.cairn.capture(failure, PROVISIONAL)).isEqualTo(id);
		this.incidents.decide(this.request, null);
		assertThat(this.sink.messages()).singleElement()
			.satisfies((message) -> assertThat(message.thrown()).isSameAs(failure));
		assertThat(balance().failures()).isOne();
	}

	@Test
	void theMessageOfAWithdrawnFailureIsSentForTheOthersThatItStandsFor() {
		List<Exception> failures = ofOneKind(5);
		failures.subList(0, 4).forEach((failure) -> this.cairn.capture(failure, PROVISIONAL));
		UnitOfWork another = Signals.NONE.start(UnitOfWork.Kind.REQUEST, "another");
		try (UnitOfWork.Scope opened = another.open()) {
			this.cairn.capture(failures.get(4), PROVISIONAL);
		}
		this.incidents.decide(this.request, failures.get(3));
		this.incidents.decide(another, null);
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.sink.messages()).hasSize(4);
		assertThat(this.sink.messages().get(3).fields()).containsEntry("count", 1L)
			.containsEntry("error_id", this.incidents.find(failures.get(4)).id());
		assertThat(balance().failures()).isEqualTo(4);
		assertThat(balance().held()).isZero();
	}

	@Test
	void theIdOfAMessageThatIsSentForOthersIsNotPassedOn() {
		List<Exception> failures = ofOneKind(5);
		failures.forEach((failure) -> this.cairn.capture(failure, PROVISIONAL));
		Exception failure = new UnsupportedOperationException("not handled");
		this.incidents.replace(this.request, failures.get(3), failure);
		String id = this.cairn.capture(failure, PROVISIONAL);
		this.incidents.decide(this.request, null);
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.sink.messages()).hasSize(5)
			.filteredOn((message) -> message.fields().get("error_id").equals(id))
			.singleElement()
			.satisfies((message) -> assertThat(message.thrown()).isSameAs(failure));
		assertThat(balance().failures()).isEqualTo(5);
	}

	@Test
	void theMessageOfAWithdrawnTextIsSentForTheOthersThatItStandsFor() {
		IntStream.range(0, 3).forEach((i) -> this.cairn.captureMessage("missing: order " + i, PROVISIONAL));
		this.cairn.captureMessage("missing: order 17", PROVISIONAL);
		this.cairn.captureMessage("missing: order 18", PROVISIONAL);
		this.incidents.decide(this.request, new IllegalStateException("order 17"));
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.sink.messages()).hasSize(4);
		assertThat(this.sink.messages().get(3).fields()).containsEntry("count", 1L);
		assertThat(balance().failures()).isEqualTo(4);
	}

	private static List<Exception> ofOneKind(int count) {
		return IntStream.range(0, count).<Exception>mapToObj((i) -> new IllegalStateException("at " + i)).toList();
	}

	private Ledger.Incidents.Balance balance() {
		return this.ledger.incidents().balance();
	}

}
