package dev.cairn.spring.tracing.sampling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import dev.cairn.Failure;
import dev.cairn.Trace;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import org.jspecify.annotations.Nullable;

/**
 * Holds the spans of traces that are not sampled until all spans and units of work of the
 * trace in this service have ended. Exports them if a unit of work or the first span has
 * failed, or if the trace was slow. Thread-safe.
 */
final class PendingTraces implements SignalListener, AutoCloseable {

	/** The name under which spans are counted that were lost before the decision. */
	static final String LOST = "span held by cairn.tracing.tail";

	/** The tag of the spans of a trace of which spans are missing. */
	static final String PARTIAL = "partial";

	/** The part of the room that a trace may fill. */
	private static final int SHARE = 10;

	private static final long SWEEP_NANOS = Duration.ofSeconds(1).toNanos();

	/** Spans that have not ended by then are taken as forgotten. */
	private static final long FORGET_NANOS = Duration.ofMinutes(10).toNanos();

	private static final UnitOfWork.Key<String> TRACE_ID = new UnitOfWork.Key<>("held trace");

	private final ConcurrentMap<String, HeldTrace> traces = new ConcurrentHashMap<>();

	private final AtomicInteger held = new AtomicInteger();

	private final AtomicLong nextSweep;

	private final long slowNanos;

	private final int maxSpans;

	private final LongSupplier nanoTime;

	private final Extensions extensions;

	private final Consumer<String> losses;

	/**
	 * Creates an instance that holds nothing.
	 * @param slowNanos the duration from which a trace is slow
	 * @param maxSpans the maximum number of spans, and of traces
	 * @param nanoTime the clock
	 * @param extensions calls the exporters
	 * @param losses counts spans that are lost
	 */
	PendingTraces(long slowNanos, int maxSpans, LongSupplier nanoTime, Extensions extensions, Consumer<String> losses) {
		this.slowNanos = slowNanos;
		this.maxSpans = maxSpans;
		this.nanoTime = nanoTime;
		this.extensions = extensions;
		this.losses = losses;
		this.nextSweep = new AtomicLong(nanoTime.getAsLong() + SWEEP_NANOS);
	}

	/**
	 * Notes the start of a span that is not sampled.
	 * @param traceId the id of the trace
	 * @param hasParent whether it has a parent, which is not exported unless it is held
	 */
	void started(String traceId, boolean hasParent) {
		long now = this.nanoTime.getAsLong();
		sweep(now);
		this.traces.compute(traceId, (id, known) -> {
			boolean fits = known != null || this.traces.size() < this.maxSpans;
			HeldTrace trace = (known == null && fits) ? new HeldTrace(now, hasParent) : known;
			if (trace != null) {
				trace.open++;
				trace.lastUse = now;
			}
			return trace;
		});
	}

	/**
	 * Holds a span that has ended, or exports it at once.
	 * @param traceId the id of the trace
	 * @param failed whether it is the first span of the trace here, and has failed
	 * @param span the span
	 */
	void ended(String traceId, boolean failed, BufferedSpan span) {
		use(traceId, true, (trace, calls) -> {
			// It may have begun before the trace was forgotten
			trace.kept |= failed || isSlow(trace) || span.nanos() >= this.slowNanos;
			boolean fits = trace.spans.size() <= this.maxSpans / SHARE && this.held.get() < this.maxSpans;
			if (trace.kept || (trace.open > 0 && fits)) {
				trace.spans.add(span);
				this.held.incrementAndGet();
			}
			else {
				trace.partial = true;
				this.losses.accept(LOST);
				calls.add(span::drop);
			}
			trace.open--;
		});
	}

	@Override
	public void unitStarted(UnitOfWork unit) {
		Trace trace = unit.trace();
		if (trace != null && !trace.sampled()) {
			use(trace.traceId(), false, (held, calls) -> {
				held.open++;
				unit.set(TRACE_ID, trace.traceId());
			});
		}
	}

	@Override
	public void unitEnded(UnitOfWork unit) {
		String traceId = unit.set(TRACE_ID, null);
		if (traceId != null) {
			use(traceId, false, (trace, calls) -> {
				trace.open--;
				trace.kept |= unit.outcome() == UnitOfWork.Outcome.FAILURE;
			});
		}
	}

	@Override
	public void incident(Failure failure, String errorId, @Nullable UnitOfWork unit) {
		Trace trace = (unit != null) ? unit.trace() : null;
		if (trace != null) {
			use(trace.traceId(), false, (held, calls) -> held.kept = true);
		}
	}

	/** Drops what is undecided. */
	@Override
	public void close() {
		List<Runnable> calls = new ArrayList<>();
		this.traces.values().removeIf((trace) -> {
			lose(trace, calls);
			return true;
		});
		run(calls);
	}

	/**
	 * Changes a trace, and exports its spans if it is kept.
	 * @param create whether a trace that is not held is created, of which spans are
	 * missing
	 */
	private void use(String traceId, boolean create, BiConsumer<HeldTrace, List<Runnable>> change) {
		long now = this.nanoTime.getAsLong();
		List<Runnable> calls = new ArrayList<>();
		this.traces.compute(traceId, (id, known) -> {
			HeldTrace trace = (known == null && create) ? new HeldTrace(now, true) : known;
			if (trace == null) {
				return null;
			}
			trace.lastUse = now;
			change.accept(trace, calls);
			return decide(trace, now, calls);
		});
		run(calls);
	}

	/** Foreign code is not called under the lock of a trace. */
	private void run(List<Runnable> calls) {
		calls.forEach((call) -> this.extensions.guard("span exporter", call));
	}

	/** Returns {@code null} if the trace is no longer held. */
	private @Nullable HeldTrace decide(HeldTrace trace, long now, List<Runnable> calls) {
		trace.kept |= isSlow(trace);
		if (trace.kept) {
			boolean partial = trace.partial;
			trace.spans.forEach((span) -> calls.add(() -> span.export(partial)));
		}
		else if (trace.open > 0 && now - trace.lastUse < FORGET_NANOS) {
			return trace;
		}
		else if (trace.open > 0) {
			lose(trace, calls);
		}
		else {
			trace.spans.forEach((span) -> calls.add(span::drop));
		}
		this.held.addAndGet(-trace.spans.size());
		trace.spans.clear();
		// Spans that start later belong to the decision
		long patience = (trace.open > 0) ? FORGET_NANOS : SWEEP_NANOS;
		return (trace.kept && now - trace.lastUse < patience) ? trace : null;
	}

	private boolean isSlow(HeldTrace trace) {
		return this.nanoTime.getAsLong() - trace.start >= this.slowNanos;
	}

	private void lose(HeldTrace trace, List<Runnable> calls) {
		trace.spans.forEach((span) -> {
			this.losses.accept(LOST);
			calls.add(span::drop);
		});
	}

	/** Exports what has become slow, and forgets what will not end. */
	private void sweep(long now) {
		long next = this.nextSweep.get();
		if (now - next >= 0 && this.nextSweep.compareAndSet(next, now + SWEEP_NANOS)) {
			List<Runnable> calls = new ArrayList<>();
			this.traces.keySet()
				.forEach((traceId) -> this.traces.computeIfPresent(traceId, (id, trace) -> decide(trace, now, calls)));
			run(calls);
		}
	}

	/**
	 * A trace, used under the lock of its entry.
	 */
	private static final class HeldTrace {

		private final long start;

		private final List<BufferedSpan> spans = new ArrayList<>();

		/** Spans and units of work that have not ended. */
		private int open;

		private boolean kept;

		/** Whether spans are missing. */
		private boolean partial;

		private long lastUse;

		HeldTrace(long now, boolean partial) {
			this.start = now;
			this.lastUse = now;
			this.partial = partial;
		}

	}

}
