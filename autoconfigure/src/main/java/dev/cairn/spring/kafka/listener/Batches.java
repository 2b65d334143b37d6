package dev.cairn.spring.kafka.listener;

import java.util.stream.Stream;

import dev.cairn.Trace;
import dev.cairn.spring.core.GuardedObservation;
import org.jspecify.annotations.Nullable;

/**
 * Begins to observe batches of records. Thread-safe.
 */
@FunctionalInterface
interface Batches {

	/** Observes nothing, for a service without a tracer. */
	Batches NONE = (listener, traces, earlier) -> GuardedObservation.NONE;

	/**
	 * Begins to observe a batch.
	 * @param listener the id of the listener
	 * @param traces the traces of the records
	 * @param earlier the trace of the delivery that has failed, which is continued, or
	 * {@code null} to begin one
	 * @return the observation that has started, or one without effect
	 */
	GuardedObservation begin(String listener, Stream<Trace> traces, @Nullable Trace earlier);

}
