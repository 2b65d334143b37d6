package dev.cairn.context;

import java.time.Duration;

import dev.cairn.Failure;
import dev.cairn.Ledger.DropReason;
import dev.cairn.LogEntry;
import dev.cairn.Message;
import dev.cairn.Sampler;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Receives every signal with the unit of work that it belongs to. A listener must be
 * thread-safe and quick: most of its methods are called by the application's threads. It
 * is never called under a lock, and what it throws is isolated, counted and logged.
 */
public interface SignalListener {

	/**
	 * Called when a unit of work has started.
	 * @param unit the unit of work
	 */
	default void unitStarted(UnitOfWork unit) {
	}

	/**
	 * Called when a unit of work has ended.
	 * @param unit the unit of work
	 */
	default void unitEnded(UnitOfWork unit) {
	}

	/**
	 * Called when a message was offered to its sinks.
	 * @param message the message
	 * @param accepted whether at least one sink accepted it
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	default void published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
	}

	/**
	 * Called when a message was not built since the sampler did not keep it.
	 * @param candidate the message as the sampler has seen it; not valid after the call
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	default void sampledOut(Sampler.Candidate candidate, @Nullable UnitOfWork unit) {
	}

	/**
	 * Called when a sink has lost a message, at once or later, by whichever thread.
	 * @param message the message
	 * @param sink the name of the sink
	 * @param reason why it was lost
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	default void lost(Message message, String sink, DropReason reason, @Nullable UnitOfWork unit) {
	}

	/**
	 * Called when a failure was reported for the first time. If Cairn captured it while a
	 * request is served, called once the response shows that it is a failure.
	 * @param failure the failure
	 * @param errorId the id of its incident
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	default void incident(Failure failure, String errorId, @Nullable UnitOfWork unit) {
	}

	/**
	 * Returns the lowest level of the log entries that a listener receives if it
	 * implements {@link #logged}.
	 * @return the level, which is INFO by default
	 */
	default Level logLevel() {
		return Level.INFO;
	}

	/**
	 * Called when the application has logged something.
	 * @param entry the log entry
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	default void logged(LogEntry entry, @Nullable UnitOfWork unit) {
	}

	/**
	 * Called when an observation has ended.
	 * @param name the name of the observation
	 * @param duration how long it took
	 * @param error the failure with which it ended, or {@code null}
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	default void observationEnded(String name, Duration duration, @Nullable Throwable error,
			@Nullable UnitOfWork unit) {
	}

}
