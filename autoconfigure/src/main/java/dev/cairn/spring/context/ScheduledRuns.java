package dev.cairn.spring.context;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.cairn.Cairn;
import dev.cairn.MessageFields;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.incident.Incidents;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.ScheduledTaskObservationContext;

/**
 * Makes each run of a {@code @Scheduled} method a unit of work, and captures its
 * exception. At that time the span of the run is open, but no longer the active one.
 */
final class ScheduledRuns implements ObservationHandler<ScheduledTaskObservationContext> {

	private final Cairn cairn;

	private final Incidents incidents;

	private final Signals signals;

	private final boolean capturing;

	private final Function<Observation.Context, @Nullable Trace> traces;

	ScheduledRuns(Cairn cairn, Incidents incidents, Signals signals, boolean capturing,
			Function<Observation.Context, @Nullable Trace> traces) {
		this.cairn = cairn;
		this.incidents = incidents;
		this.signals = signals;
		this.capturing = capturing;
		this.traces = traces;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ScheduledTaskObservationContext;
	}

	/** The span was started, possibly by a handler that comes after this one. */
	@Override
	public void onScopeOpened(ScheduledTaskObservationContext context) {
		UnitOfWork unit = context.computeIfAbsent(UnitOfWork.class, (key) -> start(context));
		context.computeIfAbsent(Scopes.class, (key) -> new Scopes()).opened(unit.open());
	}

	private UnitOfWork start(ScheduledTaskObservationContext context) {
		UnitOfWork unit = this.signals.prepare(UnitOfWork.Kind.TASK, nameOf(context), (header) -> null);
		unit.begin(this.traces.apply(context));
		return unit;
	}

	private static String nameOf(ScheduledTaskObservationContext context) {
		return context.getTargetClass().getName() + "#" + context.getMethod().getName();
	}

	@Override
	public void onScopeClosed(ScheduledTaskObservationContext context) {
		Scopes scopes = context.get(Scopes.class);
		if (scopes != null) {
			scopes.close();
		}
	}

	@Override
	public void onError(ScheduledTaskObservationContext context) {
		Throwable thrown = context.getError();
		UnitOfWork unit = context.get(UnitOfWork.class);
		if (thrown == null || unit == null || !this.capturing || !this.incidents.isFailure(thrown)) {
			return;
		}
		String errorId;
		try (UnitOfWork.Scope scope = unit.open()) {
			errorId = this.cairn.capture(thrown,
					(report) -> report.trace(unit.trace())
						.field("scheduled_method", nameOf(context))
						.field(MessageFields.HANDLED, false));
		}
		if (errorId != null) {
			context.addHighCardinalityKeyValue(KeyValue.of(SpanMarker.TAG, errorId));
		}
	}

	@Override
	public void onStop(ScheduledTaskObservationContext context) {
		UnitOfWork unit = context.get(UnitOfWork.class);
		if (unit != null) {
			unit.end((context.getError() != null) ? UnitOfWork.Outcome.FAILURE : UnitOfWork.Outcome.SUCCESS);
		}
	}

	/**
	 * The open scopes of a run. The observation may be opened several times, also by
	 * threads to which it is propagated.
	 */
	private static final class Scopes {

		private final Map<Thread, Deque<UnitOfWork.Scope>> byThread = new ConcurrentHashMap<>();

		void opened(UnitOfWork.Scope scope) {
			this.byThread.computeIfAbsent(Thread.currentThread(), (thread) -> new ArrayDeque<>()).push(scope);
		}

		/** Closes the latest scope of the calling thread. */
		void close() {
			Deque<UnitOfWork.Scope> scopes = this.byThread.get(Thread.currentThread());
			if (scopes == null) {
				return;
			}
			UnitOfWork.Scope latest = scopes.pop();
			if (scopes.isEmpty()) {
				this.byThread.remove(Thread.currentThread());
			}
			latest.close();
		}

	}

}
