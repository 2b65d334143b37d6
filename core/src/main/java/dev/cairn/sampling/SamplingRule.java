package dev.cairn.sampling;

import java.util.regex.Pattern;

import dev.cairn.Candidate;
import dev.cairn.NamePattern;
import dev.cairn.Severity;
import dev.cairn.incident.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fraction of the messages that match all of its conditions.
 *
 * @param type which types it takes
 * @param severity it takes messages at least as severe as this
 * @param exception it takes failures of a class with such a name, or of a subclass of it;
 * what only carries another exception from thread to thread is looked into
 * @param route it takes messages with such a field {@code route}
 * @param status it takes messages with such a field {@code status}: a number, or a class
 * of them such as {@code 4xx}
 * @param message it takes failures with such a message, and other messages with such a
 * payload
 * @param rate 0 (none) to 1 (all)
 */
public record SamplingRule(NamePattern type, @Nullable Severity severity, @Nullable NamePattern exception,
		@Nullable NamePattern route, @Nullable String status, @Nullable NamePattern message, double rate) {

	private static final Pattern STATUS = Pattern.compile("[1-5](\\d\\d|xx)");

	/**
	 * Checks the rate and the status.
	 * @throws IllegalArgumentException when the rate is outside 0 to 1, or the status is
	 * none
	 */
	public SamplingRule {
		if (!(rate >= 0 && rate <= 1)) {
			throw new IllegalArgumentException("rate must be between 0 and 1, but was " + rate);
		}
		if (status != null && !STATUS.matcher(status).matches()) {
			throw new IllegalArgumentException(
					"status must be a number such as 404 or a class such as 4xx, but was '" + status + "'");
		}
	}

	/**
	 * Create a rule for types.
	 * @param type which types it takes
	 * @param severity it takes messages at least as severe as this, or of any severity
	 * when {@code null}
	 * @param rate 0 (none) to 1 (all)
	 */
	public SamplingRule(NamePattern type, @Nullable Severity severity, double rate) {
		this(type, severity, null, null, null, null, rate);
	}

	boolean matches(Candidate candidate) {
		return this.type.matches(candidate.type())
				&& (this.severity == null || candidate.severity().isAtLeast(this.severity))
				&& (this.exception == null || matches(this.exception, candidate.thrown()))
				&& (this.message == null || this.message.matches(text(candidate)))
				&& (this.route == null || this.route.matches(String.valueOf(candidate.field("route"))))
				&& (this.status == null || matches(this.status, String.valueOf(candidate.field("status"))));
	}

	private static boolean matches(NamePattern exception, @Nullable Throwable thrown) {
		if (thrown == null) {
			return false;
		}
		Class<?> type = Throwables.unwrap(thrown).getClass();
		while (type != null) {
			if (exception.matches(type.getName())) {
				return true;
			}
			type = type.getSuperclass();
		}
		return false;
	}

	private static boolean matches(String pattern, String status) {
		return pattern.endsWith("xx") ? status.length() == 3 && status.charAt(0) == pattern.charAt(0)
				: status.equals(pattern);
	}

	private static String text(Candidate candidate) {
		Throwable thrown = candidate.thrown();
		String message = (thrown != null) ? Throwables.message(Throwables.unwrap(thrown)) : candidate.payload();
		return (message != null) ? message : "";
	}

}
