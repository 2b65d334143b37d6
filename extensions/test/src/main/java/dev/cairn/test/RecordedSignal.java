package dev.cairn.test;

import java.time.Duration;
import java.util.Map;

import dev.cairn.Failure;
import dev.cairn.Ledger.DropReason;
import dev.cairn.LogEntry;
import dev.cairn.Message;
import dev.cairn.Sampler.Signal;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * A signal that a {@link CairnRecorder} has recorded.
 *
 * @see SignalListener
 */
public sealed interface RecordedSignal {

	/**
	 * Returns the unit of work that the signal belongs to.
	 * @return the unit of work, or {@code null} if there is none
	 */
	@Nullable UnitOfWork unit();

	/**
	 * A unit of work has started.
	 *
	 * @param unit the unit of work
	 */
	record UnitStarted(UnitOfWork unit) implements RecordedSignal {
	}

	/**
	 * A unit of work has ended.
	 *
	 * @param unit the unit of work
	 */
	record UnitEnded(UnitOfWork unit) implements RecordedSignal {
	}

	/**
	 * A message was offered to its sinks.
	 *
	 * @param message the message
	 * @param accepted whether at least one sink accepted it
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	record Published(Message message, boolean accepted, @Nullable UnitOfWork unit) implements RecordedSignal {
	}

	/**
	 * A message was not built since the sampler did not keep it.
	 *
	 * @param signal the kind of signal
	 * @param name the name, such as the type of an event
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	record SampledOut(Signal signal, String name, @Nullable UnitOfWork unit) implements RecordedSignal {
	}

	/**
	 * A sink has lost a message.
	 *
	 * @param message the message
	 * @param sink the name of the sink
	 * @param reason why it was lost
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	record Lost(Message message, String sink, DropReason reason, @Nullable UnitOfWork unit) implements RecordedSignal {
	}

	/**
	 * A failure was reported for the first time.
	 *
	 * @param failure the failure
	 * @param errorId the id of its incident
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	record Incident(Failure failure, String errorId, @Nullable UnitOfWork unit) implements RecordedSignal {
	}

	/**
	 * The application has logged something.
	 *
	 * @param entry the log entry
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	record Logged(LogEntry entry, @Nullable UnitOfWork unit) implements RecordedSignal {
	}

	/**
	 * An observation has ended. With a tracer, it is a span.
	 *
	 * @param name the name of the observation, such as {@code http.server.requests}
	 * @param spanName the name of the span, such as {@code GET /orders/{id}}
	 * @param tags the values by key, of low and of high cardinality
	 * @param duration the duration
	 * @param error the failure with which it ended, or {@code null}
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	record ObservationEnded(String name, String spanName, Map<String, String> tags, Duration duration,
			@Nullable Throwable error, @Nullable UnitOfWork unit) implements RecordedSignal {
	}

	/**
	 * A value was recorded by a meter.
	 *
	 * @param meter the kind of meter
	 * @param name the name of the meter
	 * @param tags the values of the tags by key
	 * @param amount the amount by which a counter was increased, the duration in seconds,
	 * or the value of a distribution
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	record Measured(Meter meter, String name, Map<String, String> tags, double amount,
			@Nullable UnitOfWork unit) implements RecordedSignal {

		/**
		 * The kinds of meters that record values. The value of a gauge is read instead.
		 */
		public enum Meter {

			/** Counts. */
			COUNTER,
			/** Measures durations. */
			TIMER,
			/** Records the distribution of values. */
			SUMMARY

		}

	}

}
