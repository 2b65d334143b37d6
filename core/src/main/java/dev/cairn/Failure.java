package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * A failure to be captured: a throwable, or a text if there is none.
 *
 * @param thrown the throwable, or {@code null} if there is none
 * @param text the description of a failure without a throwable, else empty
 */
public record Failure(@Nullable Throwable thrown, String text) {

	/**
	 * Returns a failure with a throwable.
	 * @param thrown the throwable
	 * @return the failure
	 */
	public static Failure of(Throwable thrown) {
		return new Failure(thrown, "");
	}

	/**
	 * Returns a failure without a throwable.
	 * @param text the description of the failure
	 * @return the failure
	 */
	public static Failure of(String text) {
		return new Failure(null, text);
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

}
