package dev.cairn.incident;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Sampler;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MessageCorrelator}: failures that are reported by a text, such as a
 * logged message.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class MessageCorrelatorTests {

	private static final Trace TRACE = new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);

	private static final Trace OTHER_TRACE = new Trace("1af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);

	private final Accounts ledger = new Accounts();

	private final MemorySink sink = new MemorySink(this.ledger.channel("memory"), 1000);

	private final AtomicReference<Trace> trace = new AtomicReference<>();

	private final ManualScheduler time = new ManualScheduler();

	private final Cairn cairn = cairn(Duration.ofSeconds(20));

	@AfterEach
	void close() {
		this.cairn.close();
	}

	@Test
	void areOneIncidentWithTheThrowableThatFollows() {
		Exception failure = new IllegalStateException("no more chairs");
		String captured = this.cairn.captureMessage("order 7 failed: no more chairs");
		String thrown = this.cairn.capture(failure);
		assertThat(captured).isNotNull().isEqualTo(thrown);
		assertThatThereIsOne(thrown, failure);
	}

	@Test
	void areOneIncidentWithTheThrowableThatWentBefore() {
		Exception failure = new IllegalStateException("no more chairs");
		String thrown = this.cairn.capture(new RuntimeException("wrapper", failure));
		String captured = this.cairn.captureMessage("order 7 failed: no more chairs");
		assertThat(captured).isNotNull().isEqualTo(thrown);
		assertThat(this.sink.messages()).hasSize(1);
	}

	@Test
	void areSampledOutWithTheirThrowable() {
		Cairn picky = cairn(Duration.ofSeconds(20),
				(candidate) -> (candidate.thrown() instanceof UnsupportedOperationException) ? 0 : 1);
		picky.captureMessage("order 7 failed: no more chairs");
		assertThat(picky.capture(new UnsupportedOperationException("no more chairs"))).isNull();
		assertThat(picky.capture(new UnsupportedOperationException("no more tables"))).isNull();
		assertThat(picky.captureMessage("order 8 failed: no more tables")).isNull();
		picky.close();
		assertThat(this.sink.messages()).isEmpty();
		assertThat(this.ledger.incidents().balance().failures()).isEqualTo(2);
		assertThat(this.ledger.incidents().balance().sampledOut()).isEqualTo(2);
	}

	@Test
	void mayQuoteACause() {
		Exception failure = new RuntimeException("wrapper", new IllegalStateException("no more chairs"));
		this.cairn.captureMessage("order 7 failed: no more chairs");
		assertThatThereIsOne(this.cairn.capture(failure), failure);
	}

	@Test
	void mayNameTheClassOfAThrowableWithoutMessage() {
		Exception failure = new UnsupportedOperationException();
		this.cairn.captureMessage("order 7 failed: java.lang.UnsupportedOperationException");
		assertThatThereIsOne(this.cairn.capture(failure), failure);
	}

	@Test
	void mayQuoteAMessageThatIsNull() {
		Exception failure = new UnsupportedOperationException();
		this.cairn.captureMessage("order 7 failed: null");
		assertThatThereIsOne(this.cairn.capture(failure), failure);
	}

	@Test
	void areIncidentsOfTheirOwnWhenTheyQuoteSomethingElse() {
		this.cairn.captureMessage("the cache is cold");
		this.cairn.capture(new IllegalStateException("no more chairs"));
		this.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).hasSize(2);
		assertThat(this.ledger.incidents().balance().failures()).isEqualTo(2);
	}

	@Test
	void areNotMixedUpWithWhatAnotherThreadReports() throws Exception {
		this.cairn.captureMessage("order 7 failed: no more chairs");
		Thread other = new Thread(() -> this.cairn.capture(new IllegalStateException("no more chairs")));
		other.start();
		other.join();
		this.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).hasSize(2);
	}

	@Test
	void belongTogetherOnTwoThreadsOfOneTrace() throws Exception {
		this.trace.set(TRACE);
		this.cairn.captureMessage("order 7 failed: no more chairs");
		Thread other = new Thread(() -> this.cairn.capture(new IllegalStateException("no more chairs")));
		other.start();
		other.join();
		this.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).hasSize(1);
	}

	@Test
	void belongTogetherOnTwoThreadsOfOneUnitOfWork() throws Exception {
		UnitOfWork unit = unit();
		try (UnitOfWork.Scope scope = unit.open()) {
			this.cairn.captureMessage("order 7 failed: no more chairs");
		}
		Thread other = new Thread(() -> {
			try (UnitOfWork.Scope scope = unit.open()) {
				this.cairn.capture(new IllegalStateException("no more chairs"));
			}
		});
		other.start();
		other.join();
		this.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).hasSize(1);
	}

	@Test
	void doNotBelongTogetherInTwoUnitsOfWorkOfOneThread() {
		try (UnitOfWork.Scope scope = unit().open()) {
			this.cairn.captureMessage("order 7 failed: no more chairs");
		}
		try (UnitOfWork.Scope scope = unit().open()) {
			this.cairn.capture(new IllegalStateException("no more chairs"));
		}
		this.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).hasSize(2);
	}

	@Test
	void doNotBelongTogetherWithinAndOutsideOfAUnitOfWork() {
		try (UnitOfWork.Scope scope = unit().open()) {
			this.cairn.capture(new IllegalStateException("no more chairs"));
		}
		this.cairn.captureMessage("order 7 failed: no more chairs");
		this.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).hasSize(2);
	}

	private static UnitOfWork unit() {
		return Signals.NONE.start(UnitOfWork.Kind.REQUEST, "GET /");
	}

	@Test
	void doNotBelongTogetherInTwoTracesOfOneThread() {
		this.trace.set(TRACE);
		this.cairn.captureMessage("order 7 failed: no more chairs");
		this.trace.set(OTHER_TRACE);
		this.cairn.capture(new IllegalStateException("no more chairs"));
		this.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).hasSize(2);
	}

	@Test
	void areSentByThemselvesWhenNothingFollows() {
		Cairn impatient = cairn(Duration.ofMillis(20));
		String id = impatient.captureMessage("the cache is cold");
		assertThat(this.sink.messages()).isEmpty();
		this.time.advance(Duration.ofMillis(20));
		assertThat(this.sink.messages()).hasSize(1);
		Message message = this.sink.messages().get(0);
		assertThat(message.payload()).isEqualTo("the cache is cold");
		assertThat(message.fields()).containsEntry("error_id", id).containsEntry("count", 1L);
		impatient.close();
	}

	@Test
	void areSentWhenItIsClosed() {
		this.cairn.captureMessage("the cache is cold");
		assertThat(this.sink.messages()).isEmpty();
		this.cairn.close();
		assertThat(this.sink.messages()).hasSize(1);
	}

	@Test
	void areGroupedWhereOnlyNumbersDiffer() {
		for (int i = 0; i < 5; i++) {
			this.cairn.captureMessage("order " + i + " is lost");
		}
		this.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("count", 5L));
		assertThat(this.ledger.incidents().balance().failures()).isEqualTo(5);
		assertThat(this.ledger.incidents().balance().types()).containsEntry("text", 5L);
	}

	@Test
	void areTakenOutOfAGroupByTheirThrowables() {
		for (int i = 0; i < 5; i++) {
			this.cairn.captureMessage("order " + i + " failed: chair " + i + " broke");
		}
		for (int i = 0; i < 5; i++) {
			assertThat(this.cairn.capture(new IllegalStateException("chair " + i + " broke"))).isNotNull();
		}
		this.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).allSatisfy((message) -> assertThat(message.thrown()).isNotNull());
		assertThat(this.ledger.incidents().balance().failures()).isEqualTo(5);
		assertThat(this.ledger.incidents().balance().held()).isZero();
	}

	@Test
	void haveAnIdEachWithinTheirBurst() {
		Cairn bursting = cairn(Duration.ofSeconds(20), Sampler.Candidate::requestedRate, Incidents.Options.DEFAULT);
		Set<String> ids = new HashSet<>();
		for (int i = 0; i < 5; i++) {
			ids.add(bursting.captureMessage("order " + i + " failed: chair " + i + " broke"));
		}
		assertThat(ids).hasSize(5).doesNotContainNull();
		for (int i = 0; i < 3; i++) {
			assertThat(bursting.capture(new IllegalStateException("chair " + i + " broke"))).isIn(ids);
		}
		bursting.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).hasSize(5)
			.extracting((message) -> message.fields().get("error_id"))
			.containsExactlyInAnyOrderElementsOf(ids);
		assertThat(this.sink.messages()).filteredOn((message) -> message.thrown() != null).hasSize(3);
		assertThat(this.ledger.incidents().balance().failures()).isEqualTo(5);
		assertThat(this.ledger.incidents().balance().held()).isZero();
		bursting.close();
	}

	@Test
	void doNotWaitWithoutBound() {
		for (int i = 0; i < 2000; i++) {
			this.cairn.captureMessage(letters(i) + " failed");
		}
		this.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.ledger.incidents().balance().failures()).isEqualTo(2000);
		assertThat(this.ledger.incidents().balance().held()).isZero();
	}

	/** Numbers do not make another kind. */
	private static String letters(int number) {
		return Integer.toString(number)
			.replace('0', 'a')
			.replace('1', 'b')
			.replace('2', 'c')
			.replace('3', 'd')
			.replace('4', 'e')
			.replace('5', 'f')
			.replace('6', 'g')
			.replace('7', 'h')
			.replace('8', 'i')
			.replace('9', 'j');
	}

	private void assertThatThereIsOne(String id, Exception failure) {
		this.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.sink.messages()).singleElement().satisfies((message) -> {
			assertThat(message.thrown()).isSameAs(failure);
			assertThat(message.fields()).containsEntry("error_id", id).containsEntry("count", 1L);
		});
		assertThat(this.ledger.incidents().balance().failures()).isEqualTo(1);
		assertThat(this.ledger.incidents().balance().held()).isZero();
	}

	private Cairn cairn(Duration textWait) {
		return cairn(textWait, Sampler.Candidate::requestedRate);
	}

	private Cairn cairn(Duration textWait, Sampler sampler) {
		return cairn(textWait, sampler, new Incidents.Options(0, Duration.ofMillis(1)));
	}

	private Cairn cairn(Duration textWait, Sampler sampler, Incidents.Options options) {
		return new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(this.sink)
			.trace(this.trace::get)
			.sampler(sampler)
			.incidents(new Incidents(options, ApplicationFrames.DEFAULT,
					new IncidentLimits(1000, 1000, Duration.ofMinutes(1), textWait, Duration.ofMinutes(1)),
					this.time.timer()))
			.build();
	}

}
