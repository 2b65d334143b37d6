package dev.cairn.spring.tracing.sampling;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PendingTraces}.
 */
class PendingTracesTests {

	private static final String A = "a".repeat(32);

	private static final String B = "b".repeat(32);

	private static final int MAX_SPANS = 100;

	private final AtomicLong time = new AtomicLong();

	private final List<String> exported = new ArrayList<>();

	private final List<String> dropped = new ArrayList<>();

	private final List<String> failures = new ArrayList<>();

	private final PendingTraces traces = held(TimeUnit.SECONDS.toNanos(1));

	private PendingTraces held(long slowNanos) {
		return new PendingTraces(slowNanos, MAX_SPANS, this.time::get,
				new Extensions(this.failures::add, (text) -> text), this.failures::add);
	}

	@Test
	void aTraceThatSucceedsIsNotExported() {
		this.traces.started(A, false);
		this.traces.started(A, true);
		end(A, false, "child");
		end(A, false, "root");
		assertThat(this.exported).isEmpty();
		assertThat(this.failures).isEmpty();
	}

	@Test
	void aTraceThatFailsIsExportedWhole() {
		this.traces.started(A, false);
		this.traces.started(B, false);
		this.traces.started(A, true);
		end(A, false, "child");
		end(B, false, "other");
		end(A, true, "root");
		assertThat(this.exported).containsExactly("child", "root");
	}

	@Test
	void theDecisionWaitsForSpansOfOtherThreads() {
		this.traces.started(A, false);
		this.traces.started(A, true);
		end(A, false, "root");
		end(A, true, "asynchronous");
		assertThat(this.exported).containsExactly("root", "asynchronous");
	}

	@Test
	void aSpanThatStartsAfterAnExportBelongsToIt() {
		this.traces.started(A, false);
		end(A, true, "root");
		this.traces.started(A, true);
		end(A, false, "late");
		assertThat(this.exported).containsExactly("root", "late");
	}

	@Test
	void aSpanThatStartsAfterATraceWasDroppedIsATraceOfItsOwn() {
		this.traces.started(A, false);
		end(A, false, "root");
		this.traces.started(A, true);
		end(A, true, "late");
		assertThat(this.exported).containsExactly("late partial");
	}

	@Test
	void aSlowTraceIsExported() {
		this.traces.started(A, false);
		this.traces.started(A, true);
		end(A, false, "child");
		this.time.addAndGet(TimeUnit.SECONDS.toNanos(1));
		end(A, false, "root");
		assertThat(this.exported).containsExactly("child", "root");
	}

	@Test
	void aTraceIsExportedOnceItIsSlow() {
		this.traces.started(A, false);
		this.traces.started(A, true);
		end(A, false, "child");
		this.time.addAndGet(TimeUnit.SECONDS.toNanos(2));
		this.traces.started(B, false);
		assertThat(this.exported).containsExactly("child");
		this.time.addAndGet(TimeUnit.MINUTES.toNanos(5));
		this.traces.started(B, true);
		end(A, false, "root");
		assertThat(this.exported).containsExactly("child", "root");
	}

	@Test
	void noTraceIsSlowWithoutADuration() {
		PendingTraces never = held(Long.MAX_VALUE);
		never.started(A, false);
		this.time.addAndGet(TimeUnit.DAYS.toNanos(1));
		never.ended(A, false, new TestSpan("root", 0));
		assertThat(this.exported).isEmpty();
	}

	@Test
	void aTraceOfAUnitOfWorkThatFailsIsExportedWhicheverEndsFirst() {
		this.traces.started(A, false);
		UnitOfWork unit = start(A, false);
		end(A, false, "root");
		unit.end(UnitOfWork.Outcome.FAILURE);
		this.traces.started(B, false);
		UnitOfWork other = start(B, false);
		other.end(UnitOfWork.Outcome.FAILURE);
		end(B, false, "second");
		assertThat(this.exported).containsExactly("root", "second");
	}

	@Test
	void aTraceOfAUnitOfWorkThatSucceedsIsNotExported() {
		this.traces.started(A, false);
		UnitOfWork unit = start(A, false);
		end(A, false, "root");
		unit.end(UnitOfWork.Outcome.SUCCESS);
		start(B, true).end(UnitOfWork.Outcome.FAILURE);
		start(null, false).end(UnitOfWork.Outcome.FAILURE);
		this.traces.started(A, true);
		end(A, true, "next");
		assertThat(this.exported).containsExactly("next partial");
	}

	@Test
	void aTraceWhoseCallerDidNotExportItIsPartial() {
		this.traces.started(A, true);
		end(A, true, "root");
		assertThat(this.exported).containsExactly("root partial");
	}

	@Test
	void aTraceMayFillAPartOfTheRoomAndIsPartialThen() {
		this.traces.started(A, false);
		for (int i = 0; i < MAX_SPANS; i++) {
			this.traces.started(A, true);
			end(A, false, "child");
		}
		end(A, true, "root");
		assertThat(this.exported).hasSizeBetween(2, MAX_SPANS / 5).allMatch((span) -> span.endsWith(" partial"));
		assertThat(this.failures).containsOnly(PendingTraces.LOST).hasSize(MAX_SPANS + 1 - this.exported.size());
	}

	@Test
	void allTracesTogetherHaveALimitAndLeaveNothingBehind() {
		for (int round = 0; round < 3; round++) {
			this.exported.clear();
			this.failures.clear();
			for (int i = 0; i < 2 * MAX_SPANS; i++) {
				this.traces.started("trace" + i, false);
			}
			for (int i = 0; i < 2 * MAX_SPANS; i++) {
				end("trace" + i, false, "span");
			}
			this.traces.started(A, false);
			end(A, true, "fits");
			this.time.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
		}
		assertThat(this.exported).containsExactly("fits");
	}

	@Test
	void heldSpansAreBounded() {
		for (int i = 0; i < 20; i++) {
			String traceId = "trace" + i;
			this.traces.started(traceId, false);
			for (int j = 0; j < 10; j++) {
				this.traces.started(traceId, true);
				end(traceId, false, "child");
			}
		}
		assertThat(this.failures).containsOnly(PendingTraces.LOST).hasSize(200 - MAX_SPANS);
		end("trace19", true, "root");
		assertThat(this.exported).containsExactly("root partial");
	}

	@Test
	void aSpanThatNeverEndsIsForgotten() {
		PendingTraces never = held(Long.MAX_VALUE);
		never.started(A, false);
		never.started(A, true);
		never.ended(A, false, new TestSpan("child", 0));
		this.time.addAndGet(TimeUnit.HOURS.toNanos(1));
		never.started(B, false);
		assertThat(this.failures).containsExactly(PendingTraces.LOST);
		never.ended(A, true, new TestSpan("root", 0));
		assertThat(this.exported).containsExactly("root partial");
	}

	@Test
	void whatIsUndecidedIsCountedAtTheEnd() {
		this.traces.started(A, false);
		this.traces.started(A, true);
		end(A, false, "child");
		this.traces.close();
		assertThat(this.failures).containsExactly(PendingTraces.LOST);
		assertThat(this.dropped).containsExactly("child");
	}

	@Test
	void whatIsNotExportedIsDroppedOnce() {
		this.traces.started(A, false);
		this.traces.started(A, true);
		end(A, false, "child");
		assertThat(this.dropped).isEmpty();
		end(A, false, "root");
		assertThat(this.dropped).containsExactly("child", "root");
		this.traces.close();
		assertThat(this.dropped).hasSize(2);
	}

	@Test
	void aSpanThatIsNotHeldIsCountedAndDropped() {
		end(A, false, "unknown");
		assertThat(this.exported).isEmpty();
		assertThat(this.failures).containsExactly(PendingTraces.LOST);
		assertThat(this.dropped).containsExactly("unknown");
	}

	@Test
	void allSpansThatStartEnd() {
		for (int i = 0; i < 2 * MAX_SPANS; i++) {
			this.traces.started("trace" + i, false);
		}
		for (int i = 0; i < 2 * MAX_SPANS; i++) {
			end("trace" + i, false, "span" + i);
		}
		assertThat(this.dropped).hasSize(2 * MAX_SPANS).doesNotHaveDuplicates();
		assertThat(this.failures).containsOnly(PendingTraces.LOST).hasSize(MAX_SPANS);
	}

	@Test
	void aSpanThatIsLongerThanATraceIsHeldIsSlow() {
		this.traces.started(A, false);
		this.time.addAndGet(TimeUnit.HOURS.toNanos(1));
		this.traces.started(B, false);
		this.time.addAndGet(TimeUnit.HOURS.toNanos(1));
		this.traces.started(B, true);
		this.traces.ended(A, false, new TestSpan("root", TimeUnit.HOURS.toNanos(2)));
		assertThat(this.exported).containsExactly("root partial");
	}

	@Test
	void anExporterThatFailsIsIsolated() {
		this.traces.started(A, false);
		this.traces.started(A, true);
		this.traces.ended(A, false, new TestSpan("fails", 0));
		end(A, true, "root");
		assertThat(this.exported).containsExactly("root");
		assertThat(this.failures).containsExactly("span exporter");
	}

	private void end(String traceId, boolean failed, String name) {
		this.traces.ended(traceId, failed, new TestSpan(name, 0));
	}

	private UnitOfWork start(@Nullable String traceId, boolean sampled) {
		Trace.Source source = () -> (traceId != null) ? new Trace(traceId, "1234567890abcdef", sampled) : null;
		return new Signals(List.of(this.traces), InstantSource.system(), new Extensions((name) -> {
		}, (text) -> text), source).start(UnitOfWork.Kind.TASK, "task");
	}

	private final class TestSpan implements BufferedSpan {

		private final String name;

		private final long nanos;

		TestSpan(String name, long nanos) {
			this.name = name;
			this.nanos = nanos;
		}

		@Override
		public void export(boolean partial) {
			if (this.name.equals("fails")) {
				throw new IllegalStateException("no");
			}
			PendingTracesTests.this.exported.add(partial ? this.name + " partial" : this.name);
		}

		@Override
		public void drop() {
			PendingTracesTests.this.dropped.add(this.name);
		}

		@Override
		public long nanos() {
			return this.nanos;
		}

	}

}
