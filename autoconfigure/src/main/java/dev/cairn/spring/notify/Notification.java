package dev.cairn.spring.notify;

import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A notification of people. Its texts contain no secrets and are bounded: the title has
 * at most 200 characters, the text at most 2,000.
 *
 * @param kind the rule that it comes from
 * @param timestamp when the rule noticed it
 * @param service the name of the service
 * @param environment such as {@code production}, or {@code null} if it is not known
 * @param title the title, one line
 * @param text the details, in one or more lines
 * @param errorId the id of the incident, or {@code null} if it is about none
 * @param traceId the id of the trace, or {@code null} if there is none
 * @param count the number of failures, lost messages, requests or notifications that it
 * stands for
 */
public record Notification(Kind kind, Instant timestamp, String service, @Nullable String environment, String title,
		String text, @Nullable String errorId, @Nullable String traceId, long count) {

	/**
	 * Returns where it comes from and the title.
	 * @return one line
	 */
	public String subject() {
		return "[" + this.service + ((this.environment != null) ? " " + this.environment : "") + "] " + this.title;
	}

	/**
	 * Returns everything that a person needs as plain text.
	 * @return lines, of which the first is the {@linkplain #subject() subject}
	 */
	public String plainText() {
		StringBuilder lines = new StringBuilder(subject()).append('\n').append(this.text).append('\n');
		append(lines, "Error id", this.errorId);
		append(lines, "Trace id", this.traceId);
		append(lines, "Count", this.count);
		append(lines, "Time", this.timestamp);
		return lines.toString();
	}

	private static void append(StringBuilder lines, String name, @Nullable Object value) {
		if (value != null) {
			lines.append(name).append(": ").append(value).append('\n');
		}
	}

	/**
	 * The rules that notifications come from.
	 */
	public enum Kind {

		/** The first failure of a kind. */
		NEW_INCIDENT,

		/** A kind of failure that has returned after a quiet time. */
		RETURNED_INCIDENT,

		/** More requests fail than the configured rate. */
		ERROR_RATE,

		/** Requests take longer than the configured time. */
		LATENCY,

		/** More requests fail than in the last hour. */
		UNUSUAL_ERROR_RATE,

		/** Requests take longer than in the last hour. */
		UNUSUAL_LATENCY,

		/** A channel has lost messages. */
		LOSS,

		/** The destination of a channel is unavailable. */
		CHANNEL_DOWN,

		/** The destination of a channel is available again. */
		CHANNEL_UP,

		/** A scheduled method has not run when it should have. */
		MISSED_RUN,

		/** Notifications that exceed the maximum number per hour. */
		SUMMARY;

		/**
		 * Returns the name as properties and texts write it.
		 * @return the lower-case name with dashes, such as {@code new-incident}
		 */
		public String wireName() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

}
