package dev.cairn.incident;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Failure.Attempts;
import dev.cairn.Ledger;
import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.internal.Extensions;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.TestMessages;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryScope}: one piece of work, one incident.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class RetryScopeTests {

	private final Accounts ledger = new Accounts();

	private final MemorySink sink = new MemorySink(this.ledger.channel("memory"), 1000);

	private final ManualScheduler time = new ManualScheduler();

	private final Incidents incidents = new Incidents(new Incidents.Options(0, Duration.ZERO),
			ApplicationFrames.DEFAULT, IncidentLimits.DEFAULT, this.time.timer());

	private final Cairn cairn = cairn();

	@AfterEach
	void leaveTheUnitOfWork() {
		UnitOfWork.leaveAll();
	}

	@Test
	void aFailedAttemptWaitsForTheLast() {
		Attempts attempts = this.cairn.attempts();
		Exception failure = failure();
		attempts.failed(failure);
		assertThat(this.sink.messages()).isEmpty();
		assertThat(this.incidents.find(failure)).isNull();
		assertThat(balance().held()).isEqualTo(1);
	}

	@Test
	void whatIsGivenUpIsOneIncidentWithTheNumberOfAttempts() {
		Attempts attempts = this.cairn.attempts();
		Exception last = null;
		for (int i = 0; i < 3; i++) {
			attempts.begin();
			last = failure();
			attempts.failed(last);
			attempts.end();
		}
		attempts.givenUp(last);
		assertThat(fields()).containsEntry("attempts", 3).containsEntry("error_id", this.incidents.find(last).id());
		assertThat(balance().failures()).isEqualTo(1);
		assertThat(balance().sent()).isEqualTo(1);
	}

	@Test
	void aThrowableThatIsNotedTwiceIsOneAttempt() {
		Attempts attempts = this.cairn.attempts();
		Exception failure = failure();
		attempts.failed(failure);
		attempts.givenUp(failure);
		assertThat(fields()).containsEntry("attempts", 1);
	}

	@Test
	void aThrowableThatIsThrownByEachAttemptIsCountedForEach() {
		Attempts attempts = this.cairn.attempts();
		Exception always = failure();
		attempts.begin();
		attempts.failed(always);
		attempts.begin();
		attempts.failed(always);
		attempts.givenUp(always);
		assertThat(fields()).containsEntry("attempts", 2);
	}

	@Test
	void attemptsElsewhereAreCounted() {
		Attempts attempts = this.cairn.attempts();
		attempts.failedElsewhere(4);
		attempts.givenUp(failure());
		assertThat(fields()).containsEntry("attempts", 5);
	}

	@Test
	void whatGoesWellLaterIsNoIncident() {
		Attempts attempts = this.cairn.attempts();
		attempts.failed(failure());
		attempts.succeeded();
		assertThat(this.sink.messages()).isEmpty();
		assertThat(balance().recovered()).isEqualTo(1);
		assertThat(balance().held()).isZero();
	}

	@Test
	void whatWasCapturedByItselfIsSentAlthoughItGoesWellLater() {
		Attempts attempts = this.cairn.attempts();
		attempts.begin();
		Exception failure = failure();
		this.cairn.capture(failure);
		attempts.failed(new IllegalStateException(failure));
		attempts.end();
		attempts.succeeded();
		assertThat(fields()).containsEntry("attempts", 1);
		assertThat(balance().recovered()).isZero();
	}

	@Test
	void whatEachAttemptCapturesIsOneIncident() {
		Attempts attempts = this.cairn.attempts();
		Exception last = null;
		for (int i = 0; i < 3; i++) {
			attempts.begin();
			last = failure();
			this.cairn.capture(last);
			attempts.failed(last);
			attempts.end();
		}
		attempts.givenUp(last);
		assertThat(fields()).containsEntry("attempts", 3);
		assertThat(balance().repeated()).isPositive();
	}

	@Test
	void failuresOfOtherKindsAreIncidentsOfTheirOwn() {
		Attempts attempts = this.cairn.attempts();
		attempts.failed(failure());
		attempts.givenUp(new UnsupportedOperationException());
		assertThat(this.sink.messages()).hasSize(2)
			.allSatisfy((message) -> assertThat(message.fields()).containsEntry("attempts", 2));
	}

	@Test
	void whatIsCapturedByAnotherThreadOfTheSameWorkBelongsToTheAttempt() throws Exception {
		Attempts attempts = this.cairn.attempts();
		UnitOfWork unit = Signals.NONE.start(UnitOfWork.Kind.RECORD, "orders");
		try (UnitOfWork.Scope scope = unit.open()) {
			attempts.begin();
			Thread other = new Thread(() -> {
				try (UnitOfWork.Scope same = unit.open()) {
					this.cairn.capture(failure());
				}
			});
			other.start();
			other.join();
			attempts.end();
			assertThat(this.sink.messages()).isEmpty();
			assertThat(this.cairn.capture(new UnsupportedOperationException())).isNotNull();
		}
		assertThat(this.sink.messages()).hasSize(1);
		attempts.succeeded();
		assertThat(this.sink.messages()).hasSize(2);
	}

	@Test
	void anAttemptRestoresTheUnitOfWorkOfTheThread() {
		Attempts attempts = this.cairn.attempts();
		attempts.begin();
		assertThat(UnitOfWork.current()).isNotNull();
		attempts.end();
		assertThat(UnitOfWork.current()).isNull();
	}

	@Test
	void whatIsCapturedOutsideOfAnAttemptIsSentAtOnce() {
		Attempts attempts = this.cairn.attempts();
		attempts.begin();
		attempts.end();
		assertThat(this.cairn.capture(failure())).isNotNull();
		assertThat(fields()).doesNotContainKey("attempts");
	}

	@Test
	void whatFailsAfterwardsIsNotTheSame() {
		Attempts attempts = this.cairn.attempts();
		attempts.begin();
		for (int i = 0; i < 2; i++) {
			Exception failure = failure();
			if (i == 0) {
				attempts.failed(failure);
				attempts.succeeded();
			}
			else {
				assertThat(this.cairn.capture(failure)).isNotNull();
			}
		}
		assertThat(this.sink.messages()).hasSize(1);
	}

	@Test
	void whatTakesTooLongIsSentOnce() {
		Attempts attempts = this.cairn.attempts();
		for (int i = 0; i < 3; i++) {
			attempts.failed(failure());
			this.time.advance(Duration.ofMinutes(1));
			assertThat(this.sink.messages()).isNotEmpty();
		}
		attempts.succeeded();
		assertThat(fields()).containsEntry("attempts", 1);
		assertThat(balance().failures()).isEqualTo(1);
	}

	@Test
	void failuresOfAKindInOneAttemptAreCounted() {
		Attempts attempts = this.cairn.attempts();
		attempts.begin();
		for (int i = 0; i < 100; i++) {
			this.cairn.capture(failure());
		}
		attempts.succeeded();
		attempts.end();
		assertThat(fields()).containsEntry("count", 100L);
		assertThat(balance().failures()).isEqualTo(100);
		assertThat(balance().held()).isZero();
	}

	@Test
	void whatIsHeldBackIsSentWhenAllEnds() {
		Attempts attempts = this.cairn.attempts();
		attempts.failed(failure());
		this.cairn.close();
		assertThat(fields()).containsEntry("attempts", 1);
		assertThat(balance().held()).isZero();
	}

	@Test
	void nothingIsHeldBackAfterTheEnd() {
		Attempts attempts = this.cairn.attempts();
		this.cairn.close();
		attempts.failed(failure());
		assertThat(balance().held()).isZero();
		assertThat(balance().failures()).isEqualTo(1);
	}

	@Test
	void whatIsHeldBackIsBounded() {
		Attempts attempts = this.cairn.attempts();
		attempts.begin();
		List<Throwable> kinds = List.of(new Error(), new Exception(), new RuntimeException(), new LinkageError(),
				new ArithmeticException(), new ClassCastException(), new NullPointerException(),
				new IllegalStateException(), new IllegalArgumentException(), new IndexOutOfBoundsException(),
				new UnsupportedOperationException());
		kinds.forEach(this.cairn::capture);
		assertThat(this.sink.messages()).hasSize(1);
		attempts.givenUp(failure());
		assertThat(this.sink.messages()).hasSizeGreaterThanOrEqualTo(kinds.size());
		attempts.end();
	}

	@Test
	void anAttemptOutsideOfAllWorkHasTheIdsOfTheServiceAndIsNotReported() {
		List<UnitOfWork> reported = new ArrayList<>();
		Trace trace = Trace.begin(true);
		Signals signals = new Signals(List.of(new SignalListener() {

			@Override
			public void unitStarted(UnitOfWork unit) {
				reported.add(unit);
			}

		}), InstantSource.system(), new Extensions((name) -> {
		}, (text) -> text), new Trace.Source() {

			@Override
			public @Nullable Trace current() {
				return null;
			}

			@Override
			public Trace start(@Nullable Trace parent, Function<String, @Nullable String> headers) {
				return trace;
			}

			@Override
			public boolean isInDiagnosticContext() {
				return false;
			}

		});
		Attempts attempts = new CairnBuilder(TestMessages.ORIGIN).sink(this.sink).signals(signals).build().attempts();
		for (int i = 0; i < 2; i++) {
			attempts.begin();
			assertThat(UnitOfWork.isForeign(signals)).isFalse();
			assertThat(UnitOfWork.current().id()).isEqualTo(trace.traceId());
			attempts.end();
		}
		assertThat(UnitOfWork.current()).isNull();
		assertThat(reported).isEmpty();
	}

	private static Exception failure() {
		return new IllegalStateException("broken");
	}

	private Map<String, Object> fields() {
		assertThat(this.sink.messages()).hasSize(1);
		Message message = this.sink.messages().get(0);
		return message.fields();
	}

	private Ledger.Incidents.Balance balance() {
		return this.ledger.incidents().balance();
	}

	private Cairn cairn() {
		return new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(this.sink)
			.incidents(this.incidents)
			.build();
	}

}
