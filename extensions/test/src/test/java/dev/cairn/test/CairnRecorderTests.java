package dev.cairn.test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link CairnRecorder}.
 */
class CairnRecorderTests {

	private final CairnRecorder recorder = new CairnRecorder();

	private final Accounts ledger = new Accounts();

	private final Signals signals = Signals.NONE.and(this.recorder);

	private final Cairn cairn = new CairnBuilder(Origin.here("shop", null, null)).ledger(this.ledger)
		.sink(new MemorySink(this.ledger.channel("memory"), 100))
		.signals(this.signals)
		.build();

	@Test
	void recordsMessagesInTheirOrder() {
		this.cairn.event("order.placed").field("quantity", 1).publish();
		this.cairn.event("order.paid").publish();
		this.cairn.event("order.placed").field("quantity", 2).publish();
		assertThat(this.recorder.messages()).extracting(Message::type)
			.containsExactly("order.placed", "order.paid", "order.placed");
		assertThat(this.recorder.messages("order.placed")).extracting((message) -> message.fields().get("quantity"))
			.containsExactly(1, 2);
	}

	@Test
	void recordsEverySignalWithItsUnitOfWork() {
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "import");
		try (UnitOfWork.Scope scope = unit.open()) {
			this.cairn.event("import.done").publish();
			this.cairn.event("import.detail").rate(0).publish();
			this.cairn.capture(new IllegalStateException("broken"));
		}
		unit.end(UnitOfWork.Outcome.FAILURE);
		assertThat(this.recorder.signals()).allSatisfy((signal) -> assertThat(signal.unit()).isSameAs(unit))
			.hasAtLeastOneElementOfType(RecordedSignal.UnitStarted.class)
			.last()
			.isInstanceOf(RecordedSignal.UnitEnded.class);
		assertThat(this.recorder.units()).containsExactly(unit);
		assertThat(this.recorder.signals(RecordedSignal.SampledOut.class)).extracting(RecordedSignal.SampledOut::name)
			.containsExactly("import.detail");
		assertThat(this.recorder.incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.failure().thrown()).hasMessage("broken"));
	}

	@Test
	void waitsForASignalOfAnotherThread() throws InterruptedException {
		Thread publisher = new Thread(() -> this.cairn.event("order.placed").publish());
		publisher.start();
		assertThat(this.recorder.awaitMessage("order.placed").type()).isEqualTo("order.placed");
		publisher.join();
	}

	@Test
	void forgetsWhatWasRecorded() {
		this.cairn.event("order.placed").publish();
		this.recorder.clear();
		assertThat(this.recorder.signals()).isEmpty();
	}

	@Test
	void recordsNothingOfWorkThatBeganInAnEarlierTest() {
		UnitOfWork earlier = this.signals.start(UnitOfWork.Kind.TASK, "earlier");
		TestScope scope = begin();
		try (UnitOfWork.Scope opened = earlier.open()) {
			this.cairn.event("late").publish();
		}
		earlier.end(UnitOfWork.Outcome.SUCCESS);
		UnitOfWork current = this.signals.start(UnitOfWork.Kind.TASK, "current");
		current.end(UnitOfWork.Outcome.SUCCESS);
		assertThat(this.recorder.signals()).extracting(RecordedSignal::unit).containsOnly(current);
		end(scope);
	}

	@Test
	void keepsTheSignalsOfTheLastTestUntilTheNextBegins() {
		TestScope first = begin();
		this.cairn.event("order.placed").publish();
		end(first);
		assertThat(this.recorder.messages()).hasSize(1);
		TestScope second = begin();
		assertThat(this.recorder.messages()).isEmpty();
		end(second);
	}

	@Test
	void recordsTheSignalsOfAThreadWithoutATestWhileOneTestIsRunning() throws InterruptedException {
		TestScope scope = begin();
		onAnotherThread(() -> this.cairn.event("order.placed").publish());
		assertThat(this.recorder.messages()).hasSize(1);
		end(scope);
	}

	@Test
	void eachOfSeveralTestsSeesItsOwnSignals() throws InterruptedException {
		TestScope scope = begin();
		this.cairn.event("order.placed").field("test", "first").publish();
		onAnotherThread(() -> {
			TestScope other = begin();
			this.cairn.event("order.placed").field("test", "second").publish();
			assertThat(this.recorder.messages()).extracting((message) -> message.fields().get("test"))
				.containsExactly("second");
			this.recorder.clear();
			assertThat(this.recorder.messages()).isEmpty();
			end(other);
		});
		assertThat(this.recorder.messages()).extracting((message) -> message.fields().get("test"))
			.containsExactly("first");
		end(scope);
	}

	@Test
	void aUnitOfWorkBelongsToTheTestThatHasStartedItOnEveryThread() throws InterruptedException {
		TestScope scope = begin();
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "import");
		onAnotherThread(() -> {
			TestScope other = begin();
			onAnotherThread(() -> {
				try (UnitOfWork.Scope opened = unit.open()) {
					this.cairn.event("import.done").publish();
					this.signals.start(UnitOfWork.Kind.TASK, "part");
				}
			});
			assertThat(this.recorder.signals()).isEmpty();
			end(other);
		});
		assertThat(this.recorder.messages()).hasSize(1);
		assertThat(this.recorder.signals(RecordedSignal.UnitStarted.class)).hasSize(2);
		end(scope);
	}

	@Test
	void assignsToNoneWhatBelongsToOneOfSeveralTests() throws InterruptedException {
		TestScope scope = begin();
		onAnotherThread(() -> {
			TestScope other = begin();
			onAnotherThread(() -> {
				this.cairn.event("order.placed").publish();
				assertThatIllegalStateException().isThrownBy(this.recorder::signals)
					.withMessage("The calling thread belongs to none of the 2 tests that are running. "
							+ "Read the recorder on the thread of the test");
			});
			assertThat(this.recorder.messages()).isEmpty();
			end(other);
		});
		assertThat(this.recorder.messages()).isEmpty();
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.recorder).within(Duration.ZERO).recorded("order.placed"))
			.withMessageEndingWith("Several tests were running, and 1 signals could not be assigned to one of them.");
		end(scope);
	}

	@Test
	void recordsNothingOfATestOfAnotherContext() throws InterruptedException {
		TestScope own = begin();
		onAnotherThread(() -> {
			TestScope foreign = TestScope.begin();
			this.cairn.event("order.placed").publish();
			foreign.end();
		});
		assertThat(this.recorder.messages()).isEmpty();
		end(own);
	}

	private TestScope begin() {
		TestScope scope = TestScope.begin();
		this.recorder.begin(scope);
		return scope;
	}

	private void end(TestScope scope) {
		this.recorder.end(scope);
		scope.end();
	}

	private static void onAnotherThread(ThrowingRunnable task) throws InterruptedException {
		AtomicReference<Throwable> failure = new AtomicReference<>();
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (Throwable ex) {
				failure.set(ex);
			}
		});
		thread.start();
		thread.join();
		if (failure.get() != null) {
			throw new AssertionError(failure.get());
		}
	}

	@Test
	void holdsABoundedNumberOfSignals() {
		for (int i = 0; i < 10_001; i++) {
			this.cairn.event("tick").field("number", i).publish();
		}
		assertThat(this.recorder.messages()).hasSize(10_000)
			.first()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("number", 1));
	}

	private interface ThrowingRunnable {

		void run() throws Exception;

	}

}
