package dev.cairn.spring.kafka.listener;

import java.util.stream.Stream;

import dev.cairn.Trace;
import dev.cairn.spring.core.GuardedObservation;

/**
 * Begins to observe batches of records. Thread-safe.
 */
@FunctionalInterface
interface Batches {

	/** Observes nothing, for a service without a tracer. */
	Batches NONE = (listener, traces) -> GuardedObservation.NONE;

	/**
	 * Begins to observe a batch.
	 * @param listener the id of the listener
	 * @param traces the traces of the records
	 * @return the observation that has started, or one without effect
	 */
	GuardedObservation begin(String listener, Stream<Trace> traces);

}
