package dev.cairn.engine;

import java.util.regex.Pattern;

import dev.cairn.NamePattern;
import dev.cairn.Sampler;
import dev.cairn.Sampler.Signal;
import dev.cairn.Severity;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fraction of the signals that match all of its conditions. Meters are matched by
 * name, route, exception and status.
 *
 * @param signal the kind of signal; {@code null} for all messages but no meters
 * @param name the types of messages or names of meters
 * @param severity the minimum severity of messages
 * @param exception the class of the failure or of one of its superclasses; exceptions
 * that only wrap the failure of another thread are unwrapped
 * @param route the field {@code route}
 * @param status the field {@code status}: a number, or a class of them such as
 * {@code 4xx}
 * @param message the message of the failure, or else the payload
 * @param rate 0 (none) to 1 (all)
 */
public record SamplingRule(@Nullable Signal signal, NamePattern name, @Nullable Severity severity,
		@Nullable NamePattern exception, @Nullable NamePattern route, @Nullable String status,
		@Nullable NamePattern message, double rate) {

	private static final Pattern STATUS = Pattern.compile("[1-5](\\d\\d|xx)");

	/**
	 * Checks the rate and the status.
	 * @throws IllegalArgumentException if the rate is outside 0 to 1, or between them for
	 * counters, or the status is invalid
	 */
	public SamplingRule {
		Sampler.checkRate(rate);
		if (signal == Signal.COUNTER && rate != 0 && rate != 1) {
			throw new IllegalArgumentException(
					"rate must be 0 or 1 for the counters '" + name + "', since counters are exact, but was " + rate);
		}
		if (status != null && !STATUS.matcher(status).matches()) {
			throw new IllegalArgumentException(
					"status must be a number such as 404 or a class such as 4xx, but was '" + status + "'");
		}
	}

	boolean matches(Sampler.Candidate candidate) {
		return isOfSignal(candidate.signal()) && this.name.matches(candidate.name())
				&& (this.severity == null || candidate.severity().isAtLeast(this.severity))
				&& (this.exception == null || isOfException(this.exception, candidate))
				&& (this.message == null || this.message.matches(text(candidate)))
				&& matches(this.route, candidate.field("route"))
				&& (this.status == null || matches(this.status, String.valueOf(candidate.field("status"))));
	}

	private boolean isOfSignal(Signal candidate) {
		return (this.signal != null) ? this.signal == candidate : !candidate.isMeter();
	}

	/**
	 * A tag contains the name of a class without its package, so that a pattern for all
	 * classes of a package matches none.
	 */
	private static boolean isOfException(NamePattern exception, Sampler.Candidate candidate) {
		if (!candidate.signal().isMeter()) {
			return isOfException(exception, candidate.thrown());
		}
		Object tag = candidate.field("exception");
		String pattern = exception.toString();
		String name = pattern.substring(pattern.lastIndexOf('.') + 1);
		if (tag == null || "none".equalsIgnoreCase(tag.toString())
				|| name.length() < pattern.length() && "*".equals(name)) {
			return false;
		}
		return NamePattern.of(name).matches(tag.toString());
	}

	private static boolean matches(@Nullable NamePattern pattern, @Nullable Object value) {
		return pattern == null || (value != null && pattern.matches(value.toString()));
	}

	private static boolean isOfException(NamePattern exception, @Nullable Throwable thrown) {
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

	private static String text(Sampler.Candidate candidate) {
		Throwable thrown = candidate.thrown();
		String message = (thrown != null) ? Throwables.message(Throwables.unwrap(thrown)) : candidate.payload();
		return (message != null) ? message : "";
	}

}
