package dev.cairn.spring.context.propagation;

import java.util.function.Supplier;

import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.core.GuardedObservation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.function.SingletonSupplier;

/**
 * Begins tasks that Spring does not observe, as units of work and as observations, from
 * which a tracer makes spans. Never fails a task. Thread-safe.
 */
final class TaskRuns {

	private static final Logger logger = LoggerFactory.getLogger(TaskRuns.class);

	private final SingletonSupplier<Beans> beans;

	TaskRuns(ObjectProvider<Signals> signals, ObjectProvider<ObservationRegistry> observations,
			ObjectProvider<Extensions> extensions) {
		this.beans = SingletonSupplier.of(() -> new Beans(signals.getObject(),
				observations.getIfUnique(() -> ObservationRegistry.NOOP), extensions.getObject()));
	}

	/**
	 * Looks up the beans once. Tasks may begin before they exist, and after the context
	 * is closed.
	 * @return the beans, {@code null} if there are none
	 */
	@Nullable Beans beans() {
		try {
			return this.beans.obtain();
		}
		catch (RuntimeException ex) {
			logger.debug("Cairn: a task is not recorded, since beans are not available", ex);
			return null;
		}
	}

	/**
	 * Begins a run, which is current on the calling thread until it is left.
	 * @param observation the name of the observation
	 * @param contextualName the name of the span
	 * @param name the name of the unit of work, of which there is a bounded number
	 * @return the run, {@code null} if the task is not recorded
	 */
	@Nullable Run begin(String observation, String contextualName, String name) {
		Beans known = beans();
		return (known != null) ? known.extensions()
			.get("the beginning of a task", () -> begin(known, observation, contextualName, name)) : null;
	}

	private static Run begin(Beans beans, String observation, String contextualName, String name) {
		UnitOfWork unit = beans.signals().prepareCaused(UnitOfWork.Kind.TASK, name);
		GuardedObservation observed = GuardedObservation.start(beans.extensions(), observation,
				() -> Observation.createNotStarted(observation, beans.observations())
					.contextualName(contextualName)
					.lowCardinalityKeyValue("task", name));
		if (!observed.isNone()) {
			unit.set(GuardedObservation.OF_UNIT, observed.observation().getContext());
		}
		observed.openScope();
		UnitOfWork.Scope scope = unit.open();
		unit.begin(null);
		return new Run(unit, scope, observed, beans.extensions());
	}

	/** Calls the code of others, such as that of thread-locals. */
	<T> @Nullable T get(String name, Supplier<? extends T> call) {
		try {
			return call.get();
		}
		catch (Throwable ex) {
			Beans known = beans();
			if (known != null) {
				known.extensions().failed(name, ex);
			}
			return null;
		}
	}

	void guard(String name, Runnable call) {
		get(name, () -> {
			call.run();
			return name;
		});
	}

	/**
	 * The beans that a run requires.
	 */
	record Beans(Signals signals, ObservationRegistry observations, Extensions extensions) {
	}

	/**
	 * A run of a task.
	 */
	record Run(UnitOfWork unit, UnitOfWork.Scope scope, GuardedObservation observation, Extensions extensions) {

		/** Called by the thread that has begun it, before it ends. */
		void leave() {
			this.extensions.guard("the scope of a task", this.scope::close);
			this.observation.closeScope();
		}

		/** May be called by any thread. */
		void end(@Nullable Throwable failure) {
			this.observation.stop(failure);
			this.extensions.guard("the end of a task",
					() -> this.unit.end((failure != null) ? UnitOfWork.Outcome.FAILURE : UnitOfWork.Outcome.SUCCESS));
		}

	}

}
