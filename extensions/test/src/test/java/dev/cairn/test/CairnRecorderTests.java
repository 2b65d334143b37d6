package dev.cairn.test;

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
		this.recorder.beginTest();
		try (UnitOfWork.Scope scope = earlier.open()) {
			this.cairn.event("late").publish();
		}
		earlier.end(UnitOfWork.Outcome.SUCCESS);
		UnitOfWork current = this.signals.start(UnitOfWork.Kind.TASK, "current");
		current.end(UnitOfWork.Outcome.SUCCESS);
		assertThat(this.recorder.signals()).extracting(RecordedSignal::unit).containsOnly(current);
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

}
