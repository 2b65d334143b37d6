package dev.cairn.spring.context;

import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Begins tasks that Spring does not observe, as units of work and as observations, from
 * which a tracer makes spans.
 */
record TaskRuns(ObjectProvider<Signals> signals, ObjectProvider<ObservationRegistry> observations) {

	/**
	 * Begins a run, which is current on the calling thread until it is left.
	 * @param observation the name of the observation
	 * @param contextualName the name of the span
	 * @param name the name of the unit of work, of which there is a bounded number
	 */
	Run begin(String observation, String contextualName, String name) {
		UnitOfWork unit = this.signals.getObject().prepareCaused(UnitOfWork.Kind.TASK, name);
		Observation observed = Observation
			.createNotStarted(observation, this.observations.getIfUnique(() -> ObservationRegistry.NOOP))
			.contextualName(contextualName)
			.lowCardinalityKeyValue("task", name)
			.start();
		Observation.Scope span = observed.openScope();
		UnitOfWork.Scope scope = unit.open();
		unit.begin(null);
		return new Run(unit, scope, observed, span);
	}

	/**
	 * A run of a task.
	 */
	record Run(UnitOfWork unit, UnitOfWork.Scope scope, Observation observation, Observation.Scope span) {

		/** Called by the thread that has begun it, before it ends. */
		void leave() {
			this.scope.close();
			this.span.close();
		}

		/** May be called by any thread. */
		void end(@Nullable Throwable failure) {
			if (failure != null) {
				this.observation.error(failure);
			}
			this.observation.stop();
			this.unit.end((failure != null) ? UnitOfWork.Outcome.FAILURE : UnitOfWork.Outcome.SUCCESS);
		}

	}

}
