package dev.cairn.spring.context;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.core.GuardedObservation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;

/**
 * Makes observed work, which Spring begins and ends, a unit of work. Thread-safe.
 */
abstract class ObservedWork<C extends Observation.Context> implements ObservationHandler<C> {

	private final Function<Observation.Context, @Nullable Trace> traces;

	ObservedWork(Function<Observation.Context, @Nullable Trace> traces) {
		this.traces = traces;
	}

	/** Prepares the unit of work, {@code null} for none. */
	abstract @Nullable UnitOfWork prepare(C context);

	/** Returns how the work has ended. */
	UnitOfWork.Outcome outcome(C context) {
		return (context.getError() != null) ? UnitOfWork.Outcome.FAILURE : UnitOfWork.Outcome.SUCCESS;
	}

	/**
	 * Returns whether the thread that began the work is in it until the observation
	 * stops, rather than until it closes its scope.
	 */
	boolean staysOpen() {
		return false;
	}

	/** The span was started, possibly by a handler that comes after this one. */
	@Override
	public void onScopeOpened(C context) {
		Scopes scopes = context.get(Scopes.class);
		if (scopes == null) {
			scopes = new Scopes(begin(context), staysOpen() ? Thread.currentThread() : null);
			context.put(Scopes.class, scopes);
		}
		scopes.open();
	}

	private @Nullable UnitOfWork begin(C context) {
		UnitOfWork unit = prepare(context);
		if (unit != null) {
			context.put(UnitOfWork.class, unit);
			unit.set(GuardedObservation.OF_UNIT, context);
			unit.begin(this.traces.apply(context));
		}
		return unit;
	}

	@Override
	public void onScopeClosed(C context) {
		Scopes scopes = context.get(Scopes.class);
		if (scopes != null) {
			scopes.close();
		}
	}

	static @Nullable UnitOfWork unit(Observation.Context context) {
		Scopes scopes = context.get(Scopes.class);
		return (scopes != null) ? scopes.unit : null;
	}

	@Override
	public void onStop(C context) {
		Scopes scopes = context.get(Scopes.class);
		if (scopes != null && scopes.unit != null) {
			scopes.stop();
			scopes.unit.end(outcome(context));
		}
	}

	/**
	 * The open scopes of a unit of work. The observation may be opened several times,
	 * also by threads to which it is propagated.
	 */
	private static final class Scopes {

		private final @Nullable UnitOfWork unit;

		/** The thread that stays in the work until the observation stops. */
		private final @Nullable Thread staying;

		private final Map<Thread, Deque<UnitOfWork.Scope>> byThread = new ConcurrentHashMap<>();

		Scopes(@Nullable UnitOfWork unit, @Nullable Thread staying) {
			this.unit = unit;
			this.staying = staying;
		}

		void open() {
			if (this.unit != null) {
				this.byThread.computeIfAbsent(Thread.currentThread(), (thread) -> new ArrayDeque<>())
					.push(this.unit.open());
			}
		}

		/** Closes the latest scope of the calling thread. */
		void close() {
			Deque<UnitOfWork.Scope> scopes = this.byThread.get(Thread.currentThread());
			if (scopes != null && (scopes.size() > 1 || this.staying != Thread.currentThread())) {
				leave(scopes);
			}
		}

		/** Closes the scope that was kept open. */
		void stop() {
			Deque<UnitOfWork.Scope> scopes = this.byThread.get(Thread.currentThread());
			if (scopes != null && this.staying == Thread.currentThread()) {
				leave(scopes);
			}
		}

		private void leave(Deque<UnitOfWork.Scope> scopes) {
			UnitOfWork.Scope latest = scopes.pop();
			if (scopes.isEmpty()) {
				this.byThread.remove(Thread.currentThread());
			}
			latest.close();
		}

	}

}
