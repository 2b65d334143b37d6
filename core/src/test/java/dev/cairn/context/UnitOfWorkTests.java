package dev.cairn.context;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Binding;
import dev.cairn.Failure;
import dev.cairn.Sampler;
import dev.cairn.Trace;
import dev.cairn.internal.Extensions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnitOfWork} and {@link Signals}.
 */
class UnitOfWorkTests {

	private static final UnitOfWork.Key<String> VISITOR = new UnitOfWork.Key<>("visitor");

	private final List<String> calls = new ArrayList<>();

	private final List<String> failures = new ArrayList<>();

	private Instant now = Instant.parse("2026-01-01T00:00:00Z");

	private final Signals signals = new Signals(List.of(new Recorder(), new Recorder()), () -> this.now,
			new Extensions(this.failures::add, (text) -> text), Trace.Source.NONE);

	@AfterEach
	void leavesNothingBehind() {
		assertThat(UnitOfWork.current()).isNull();
	}

	@Test
	void isCurrentWhileItsScopeIsOpen() {
		UnitOfWork outer = start("outer");
		try (UnitOfWork.Scope scope = outer.open()) {
			UnitOfWork inner = start("inner");
			assertThat(inner.parent()).isSameAs(outer);
			assertThat(UnitOfWork.current()).isSameAs(outer);
			try (UnitOfWork.Scope within = inner.open()) {
				assertThat(UnitOfWork.current()).isSameAs(inner);
			}
			assertThat(UnitOfWork.current()).isSameAs(outer);
		}
	}

	@Test
	void isTakenOverWithWhatIsBoundByThen() {
		UnitOfWork unit = start("request");
		ThreadContext.Snapshot snapshot = ThreadContext.Snapshot.of(unit);
		BoundContext context = BoundContext.plain(new Extensions(this.failures::add, (text) -> text));
		Binding customer;
		try (UnitOfWork.Scope first = ThreadContext.enter(snapshot)) {
			context.bind("order", 7);
			customer = context.bind("customer", "c-1");
		}
		assertThat(UnitOfWork.current()).isNull();
		assertThat(BoundContext.current()).isEmpty();
		customer.close();
		try (UnitOfWork.Scope second = ThreadContext.enter(snapshot)) {
			assertThat(UnitOfWork.current()).isSameAs(unit);
			assertThat(BoundContext.current()).isEqualTo(Map.of("order", 7));
		}
		assertThat(BoundContext.current()).isEmpty();
	}

	@Test
	void isNotPartOfWorkThatHasEnded() {
		UnitOfWork outer = start("outer");
		outer.end(UnitOfWork.Outcome.SUCCESS);
		try (UnitOfWork.Scope scope = outer.open()) {
			assertThat(start("inner").parent()).isNull();
			assertThat(UnitOfWork.current()).isSameAs(outer);
		}
	}

	@Test
	void hasTheIdOfTheTraceOrOneOfItsOwn() {
		Trace trace = new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);
		UnitOfWork traced = this.signals.prepare(UnitOfWork.Kind.REQUEST, "GET /", (header) -> null);
		traced.begin(trace);
		assertThat(traced.id()).isEqualTo(trace.traceId());
		assertThat(start("a").id()).matches("[0-9a-f]{32}").isNotEqualTo(start("b").id());
		assertThat(Sampler.draw(traced.id())).isEqualTo(Sampler.draw(traced.id())).isBetween(0.0, 1.0);
	}

	@Test
	void reportsItsStartAndItsFirstEnd() {
		UnitOfWork unit = start("a");
		this.now = this.now.plusMillis(5);
		unit.end(UnitOfWork.Outcome.FAILURE);
		unit.end(UnitOfWork.Outcome.SUCCESS);
		assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.FAILURE);
		assertThat(unit.duration()).isEqualTo(Duration.ofMillis(5));
		assertThat(this.calls).containsExactly("started a", "started a", "ended a", "ended a");
		assertThat(this.failures).hasSize(4).allMatch((name) -> name.endsWith("Recorder"));
	}

	@Test
	void computesAnAttributeOnce() {
		UnitOfWork unit = start("a");
		AtomicInteger computed = new AtomicInteger();
		for (int i = 0; i < 2; i++) {
			assertThat(unit.attribute(VISITOR, () -> "v" + computed.incrementAndGet())).isEqualTo("v1");
		}
		assertThat(unit.attribute(VISITOR)).isEqualTo("v1");
		assertThat(unit.set(VISITOR, null)).isEqualTo("v1");
		assertThat(unit.attribute(VISITOR)).isNull();
		assertThat(unit.attribute(new UnitOfWork.Key<String>("visitor"))).isNull();
	}

	@Test
	void holdsABoundedNumberOfIncidents() {
		UnitOfWork unit = start("a");
		try (UnitOfWork.Scope scope = unit.open()) {
			for (int i = 0; i < 1000; i++) {
				unit.incident("id" + i);
			}
		}
		assertThat(unit.incidents()).hasSize(20).startsWith("id0");
	}

	@Test
	void ignoresTheIncidentsOfAThreadThatHasInheritedIt() throws Exception {
		UnitOfWork unit = start("a");
		try (UnitOfWork.Scope scope = unit.open()) {
			ThreadContext.Snapshot captured = Objects.requireNonNull(ThreadContext.capture());
			Thread other = new Thread(() -> {
				ThreadContext.enter(captured);
				this.signals.incident(Failure.of(new IllegalStateException("late")), "other").run();
			});
			other.start();
			other.join();
			this.signals.incident(Failure.of(new IllegalStateException("own")), "own").run();
		}
		assertThat(unit.incidents()).containsExactly("own");
	}

	@Test
	void hasTheIdOfTheLastFailureOfAnyOfItsThreads() throws Exception {
		BoundContext context = BoundContext.plain(new Extensions(this.failures::add, (text) -> text));
		UnitOfWork.captured("outside");
		assertThat(context.lastErrorId()).isNull();
		try (UnitOfWork.Scope scope = start("a").open()) {
			assertThat(context.lastErrorId()).isNull();
			UnitOfWork.captured("first");
			ThreadContext.Snapshot captured = Objects.requireNonNull(ThreadContext.capture());
			Thread other = new Thread(() -> {
				ThreadContext.enter(captured);
				UnitOfWork.captured("second");
			});
			other.start();
			other.join();
			try (UnitOfWork.Scope inner = start("b").open()) {
				assertThat(context.lastErrorId()).as("of the work within").isNull();
			}
			assertThat(context.lastErrorId()).isEqualTo("second");
		}
	}

	@Test
	void canBeOpenedBeforeItBegins() {
		UnitOfWork unit = this.signals.prepare(UnitOfWork.Kind.TASK, "a", (header) -> null);
		Runnable pending;
		try (UnitOfWork.Scope scope = unit.open()) {
			this.signals.incident(Failure.of(new IllegalStateException("certain")), "certain").run();
			pending = this.signals.incident(Failure.of(new IllegalStateException("pending")), "pending");
		}
		assertThat(this.calls).isEmpty();
		assertThat(unit.id()).matches("[0-9a-f]{32}").isEqualTo(unit.id());
		Trace trace = new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);
		unit.begin(trace);
		pending.run();
		assertThat(this.calls).containsExactly("started a", "started a");
		assertThat(unit.id()).isEqualTo(trace.traceId());
		assertThat(unit.incidents()).containsExactly("certain", "pending");
	}

	private UnitOfWork start(String name) {
		return this.signals.start(UnitOfWork.Kind.TASK, name);
	}

	private final class Recorder implements SignalListener {

		@Override
		public void unitStarted(UnitOfWork unit) {
			UnitOfWorkTests.this.calls.add("started " + unit.name());
			throw new IllegalStateException("hostile");
		}

		@Override
		public void unitEnded(UnitOfWork unit) {
			UnitOfWorkTests.this.calls.add("ended " + unit.name());
			throw new AssertionError("hostile");
		}

	}

}
