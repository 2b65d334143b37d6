package dev.cairn.engine;

import java.util.regex.Pattern;

import dev.cairn.NamePattern;
import dev.cairn.Sampler;
import dev.cairn.SamplingContext;
import dev.cairn.Severity;
import dev.cairn.Signal;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fraction of what matches all of its conditions. Of meters it is told their name
 * and tags, so that it takes one by its name, route, exception and status.
 *
 * @param signal which kind of telemetry it takes; messages of any kind, but no meters,
 * when {@code null}
 * @param name which types of messages, or names of meters, it takes
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

	/**
	 * Create a rule for messages.
	 * @param name which types it takes
	 * @param severity it takes messages at least as severe as this, or of any severity
	 * when {@code null}
	 * @param rate 0 (none) to 1 (all)
	 */
	public SamplingRule(NamePattern name, @Nullable Severity severity, double rate) {
		this(null, name, severity, null, null, null, null, rate);
	}

	boolean matches(SamplingContext candidate) {
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
	 * A tag has the name of a class without its package, so that a pattern of all classes
	 * in one takes none.
	 */
	private static boolean isOfException(NamePattern exception, SamplingContext candidate) {
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

	private static String text(SamplingContext candidate) {
		Throwable thrown = candidate.thrown();
		String message = (thrown != null) ? Throwables.message(Throwables.unwrap(thrown)) : candidate.payload();
		return (message != null) ? message : "";
	}

}
