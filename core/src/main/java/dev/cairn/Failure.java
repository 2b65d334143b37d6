package dev.cairn;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A failure to be captured: a throwable, or a text if there is none.
 *
 * @param thrown the throwable, or {@code null} if there is none
 * @param text the description of a failure without a throwable, else empty
 */
public record Failure(@Nullable Throwable thrown, String text) {

	public static Failure of(Throwable thrown) {
		return new Failure(thrown, "");
	}

	public static Failure of(String text) {
		return new Failure(null, text);
	}

	/**
	 * Describes an error in terms of the application. An exception may implement it, such
	 * as all exceptions of a library. Cairn adds it to the incident, wherever the
	 * exception is captured, also if it is the cause of another one.
	 */
	@FunctionalInterface
	public interface ErrorDetails {

		/**
		 * Returns the code of the error, which becomes the field {@code error_code}.
		 * @return a stable code, such as {@code PAYMENT_REFUSED}
		 */
		String code();

		/**
		 * Returns fields for the message of the incident.
		 * @return the values by name
		 */
		default Map<String, ?> fields() {
			return Map.of();
		}

		/**
		 * Returns the severity of the incident.
		 * @return the severity, or {@code null} for {@link Severity#ERROR}
		 */
		default @Nullable Severity severity() {
			return null;
		}

	}

	/**
	 * Describes the exceptions of libraries that do not implement {@link ErrorDetails}.
	 * Called by the thread that captures a failure, for the throwable and then its
	 * causes. Must be thread-safe and must not block.
	 */
	@FunctionalInterface
	public interface Translator {

		/**
		 * Returns the details of an exception.
		 * @param thrown the exception
		 * @return the details, or {@code null} if there are none
		 */
		@Nullable ErrorDetails translate(Throwable thrown);

	}

	/**
	 * Excludes exceptions that are not failures of the service from those that Cairn
	 * captures by itself: exceptions of requests, of log entries at ERROR, of scheduled
	 * methods and of threads. An exception that the application captures is always an
	 * incident.
	 */
	@FunctionalInterface
	public interface Exclusion {

		/** The status of an exception whose response, if any, is not known yet. */
		int UNKNOWN_STATUS = 0;

		/**
		 * Returns whether an exception is not a failure. Called on the thread that
		 * reports the exception.
		 * @param thrown the exception
		 * @param status the status of the response to the request that has thrown it, or
		 * {@link #UNKNOWN_STATUS}
		 * @return {@code true} to exclude the exception
		 */
		boolean excludes(Throwable thrown, int status);

	}

	/**
	 * The failures that are captured, for integrations of vendors that report failures as
	 * well. Implementations are thread-safe.
	 */
	public interface Captured {

		/**
		 * Returns the id of a failure. One without a throwable must have just been
		 * captured, and is found once.
		 * @param failure the failure; its text may contain that of the captured one
		 * @param anyThread whether another thread may have captured the text, or else it
		 * is the last one of the calling thread
		 * @return the id, or {@code null} if the failure was not captured or is not kept
		 */
		@Nullable String find(Failure failure, boolean anyThread);

		/**
		 * Returns the id of a failure without a throwable that quotes a throwable.
		 * @param thrown the throwable
		 * @return the id, or {@code null} if there is none
		 */
		@Nullable String findQuoting(Throwable thrown);

		/**
		 * Notes that the application has reported a failure by itself. If it is captured
		 * later, or now by the same thread if there is no throwable, its incident has the
		 * given id.
		 * @param failure the failure; its text may contain that of the captured one
		 * @param id the id
		 */
		void reported(Failure failure, String id);

	}

	/**
	 * The attempts at one piece of work that is retried when it fails, such as the
	 * processing of a Kafka record. Failures of the same kind are one incident, however
	 * many attempts there are. It is sent when the work is given up, with the number of
	 * attempts. A failure of an attempt that a later one makes up for is no incident,
	 * unless it was captured, for example by logging it.
	 * <p>
	 * For one attempt at a time. The methods may be called from different threads one
	 * after the other.
	 */
	public interface Attempts {

		/**
		 * Starts an attempt. Failures captured in the current unit of work, or else by
		 * the calling thread, belong to it.
		 */
		void begin();

		/**
		 * Ends the attempt. Has no effect if the calling thread has not started it.
		 */
		void end();

		/**
		 * Notes that an attempt failed and that the work is retried. The same throwable
		 * is one failed attempt, however often it is noted before the next attempt
		 * starts.
		 * @param thrown the exception of the attempt
		 */
		void failed(Throwable thrown);

		/**
		 * Notes failed attempts that were made elsewhere, such as in another process.
		 * @param number the number of attempts
		 */
		default void failedElsewhere(int number) {
		}

		/**
		 * Notes that the work succeeded. Captured failures are sent, others are
		 * forgotten.
		 */
		void succeeded();

		/**
		 * Notes that the last attempt failed, and sends the incident. The exception may
		 * have been passed to {@link #failed} before.
		 * @param thrown the exception of the last attempt
		 */
		void givenUp(Throwable thrown);

	}

}
