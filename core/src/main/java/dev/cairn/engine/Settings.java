package dev.cairn.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import dev.cairn.MessageFields;
import dev.cairn.NamePattern;
import dev.cairn.Sampler;
import dev.cairn.Sampler.Signal;
import dev.cairn.Severity;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Settings that can be switched while a service runs: one immutable snapshot that is
 * replaced as a whole. Code that compiles something from it keeps the version along with
 * the result, and compiles again when the version differs.
 *
 * @param version the number of the snapshot, set by the {@link Holder}
 * @param samplingRules the sampling rules, in the order in which they are tried
 * @param points the configured points by name
 * @param typesOff the types of events that are not published
 * @param sinksOff the names of the sinks that receive nothing
 * @param logRulesOff the indices of the rules for log entries that have no effect
 * @param instrumentsOff the names of the technologies whose calls are not observed, as in
 * {@code cairn.tracing.instrument}
 */
public record Settings(long version, List<SamplingRule> samplingRules, Map<String, Point> points, Set<String> typesOff,
		Set<String> sinksOff, Set<Integer> logRulesOff, Set<String> instrumentsOff) {

	/** Settings that switch nothing. */
	public static final Settings DEFAULT = new Settings(0, List.of(), Map.of(), Set.of(), Set.of(), Set.of(), Set.of());

	public Settings {
		samplingRules = List.copyOf(samplingRules);
		points = Map.copyOf(points);
		typesOff = Set.copyOf(typesOff);
		sinksOff = Set.copyOf(sinksOff);
		logRulesOff = Set.copyOf(logRulesOff);
		instrumentsOff = Set.copyOf(instrumentsOff);
	}

	public Settings withSamplingRules(List<SamplingRule> rules) {
		return new Settings(this.version, rules, this.points, this.typesOff, this.sinksOff, this.logRulesOff,
				this.instrumentsOff);
	}

	public Settings withPoints(Map<String, Point> points) {
		return new Settings(this.version, this.samplingRules, points, this.typesOff, this.sinksOff, this.logRulesOff,
				this.instrumentsOff);
	}

	public Settings withOff(Set<String> types, Set<String> sinks) {
		return new Settings(this.version, this.samplingRules, this.points, types, sinks, this.logRulesOff,
				this.instrumentsOff);
	}

	public Settings withLogRulesOff(Set<Integer> indices) {
		return new Settings(this.version, this.samplingRules, this.points, this.typesOff, this.sinksOff, indices,
				this.instrumentsOff);
	}

	public Settings withInstrumentsOff(Set<String> names) {
		return new Settings(this.version, this.samplingRules, this.points, this.typesOff, this.sinksOff,
				this.logRulesOff, names);
	}

	private Settings withVersion(long number) {
		return new Settings(number, this.samplingRules, this.points, this.typesOff, this.sinksOff, this.logRulesOff,
				this.instrumentsOff);
	}

	/**
	 * The settings of one point.
	 *
	 * @param enabled whether it publishes
	 * @param condition the condition under which it publishes, or {@code null} for always
	 * @param fields the expressions of its fields by name
	 */
	public record Point(boolean enabled, @Nullable String condition, Map<String, String> fields) {

		public Point {
			fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
		}

	}

	/**
	 * Holds the current settings: the base, and what is switched on top of it for a
	 * while. Thread-safe.
	 */
	public static final class Holder {

		private final Sampler sampler = (candidate) -> rate(this.current, candidate);

		private final Sampler baseSampler = (candidate) -> rate(this.base, candidate);

		private volatile Settings base;

		private UnaryOperator<Settings> switches = UnaryOperator.identity();

		private volatile Settings current;

		public Holder(Settings initial) {
			this.base = Objects.requireNonNull(initial, "initial must not be null");
			this.current = initial;
		}

		public Settings get() {
			return this.current;
		}

		/**
		 * Replaces the base as a whole. The settings get the next version.
		 * @param change returns the new base for the current one
		 * @return the new settings
		 */
		public synchronized Settings update(UnaryOperator<Settings> change) {
			this.base = change.apply(this.base);
			return refresh();
		}

		/**
		 * Sets what is switched on top of the base, and of each later one. The settings
		 * get the next version.
		 * @param switches returns the settings for a base
		 * @return the new settings
		 */
		public synchronized Settings switches(UnaryOperator<Settings> switches) {
			this.switches = switches;
			return refresh();
		}

		private Settings refresh() {
			this.current = this.switches.apply(this.base).withVersion(this.current.version + 1);
			return this.current;
		}

		/**
		 * Returns the sampler that decides by the current sampling rules: by the first
		 * that matches, and as the call asks if none does.
		 * @return the sampler, always the same
		 */
		public Sampler sampler() {
			return this.sampler;
		}

		/**
		 * Returns the sampler that decides by the rules of the base, for decisions that
		 * cannot be taken back.
		 * @return the sampler, always the same
		 */
		public Sampler baseSampler() {
			return this.baseSampler;
		}

		private static double rate(Settings settings, Sampler.Candidate context) {
			for (SamplingRule rule : settings.samplingRules()) {
				if (rule.matches(context)) {
					return rule.rate();
				}
			}
			return context.requestedRate();
		}

	}

	/**
	 * Keeps a fraction of the signals that match all of its conditions. Meters are
	 * matched by name, route, exception and status, and traces by name and route.
	 *
	 * @param signal the kind of signal; {@code null} for all messages but no meters and
	 * no traces
	 * @param name the types of messages or names of meters or observations
	 * @param severity the minimum severity of messages
	 * @param exception the class of the failure or of one of its superclasses; exceptions
	 * that only wrap the failure of another thread are unwrapped
	 * @param route the field {@code route}; for a trace the path, of which a variable
	 * matches one segment
	 * @param status the field {@code status}: a number, or a class of them such as
	 * {@code 4xx}
	 * @param message the message of the failure, or else the payload
	 * @param rate 0 (none) to 1 (all)
	 */
	public record SamplingRule(@Nullable Signal signal, NamePattern name, @Nullable Severity severity,
			@Nullable NamePattern exception, @Nullable NamePattern route, @Nullable String status,
			@Nullable NamePattern message, double rate) {

		private static final Pattern STATUS = Pattern.compile("[1-5](\\d\\d|xx)");

		private static final Pattern VARIABLE = Pattern.compile("\\{[^/{}]*}");

		/**
		 * Checks the rate, the status and the conditions for spans.
		 * @throws IllegalArgumentException if the rate is outside 0 to 1, or between them
		 * for counters, the status is invalid, or a condition is not known when a span
		 * starts
		 */
		public SamplingRule {
			Sampler.checkRate(rate);
			if (signal == Signal.COUNTER && rate != 0 && rate != 1) {
				throw new IllegalArgumentException("rate must be 0 or 1 for the counters '" + name
						+ "', since counters are exact, but was " + rate);
			}
			if (status != null && !STATUS.matcher(status).matches()) {
				throw new IllegalArgumentException(
						"status must be a number such as 404 or a class such as 4xx, but was '" + status + "'");
			}
			if (signal == Signal.SPAN && (severity != null || exception != null || status != null || message != null)) {
				throw new IllegalArgumentException("severity, exception, status and message must not be set for the "
						+ "spans '" + name + "', since they are not known when a trace begins");
			}
		}

		boolean matches(Sampler.Candidate candidate) {
			return isOfSignal(candidate.signal()) && this.name.matches(candidate.name())
					&& (this.severity == null || candidate.severity().isAtLeast(this.severity))
					&& (this.exception == null || isOfException(this.exception, candidate))
					&& (this.message == null || this.message.matches(text(candidate)))
					&& (this.route == null || isOfRoute(this.route, candidate)) && (this.status == null
							|| matches(this.status, String.valueOf(candidate.field(MessageFields.STATUS))));
		}

		private boolean isOfSignal(Signal candidate) {
			return (this.signal != null) ? this.signal == candidate : candidate.isMessage();
		}

		/**
		 * A tag contains the name of a class without its package, so that a pattern for
		 * all classes of a package matches none.
		 */
		private static boolean isOfException(NamePattern exception, Sampler.Candidate candidate) {
			if (candidate.signal().isMessage()) {
				return isOfException(exception, candidate.thrown());
			}
			Object tag = candidate.field(MessageFields.EXCEPTION);
			String pattern = exception.toString();
			String name = pattern.substring(pattern.lastIndexOf('.') + 1);
			if (tag == null || "none".equalsIgnoreCase(tag.toString())
					|| name.length() < pattern.length() && "*".equals(name)) {
				return false;
			}
			return NamePattern.of(name).matches(tag.toString());
		}

		/** The route of a request is not known before its span has started. */
		private static boolean isOfRoute(NamePattern route, Sampler.Candidate candidate) {
			Object value = candidate.field(MessageFields.ROUTE);
			if (value == null) {
				return false;
			}
			String pattern = route.toString();
			if (candidate.signal() != Signal.SPAN || pattern.indexOf('{') < 0) {
				return route.matches(value.toString());
			}
			return NamePattern.of(VARIABLE.matcher(pattern).replaceAll("*")).matches(value.toString())
					&& (pattern.indexOf('*') >= 0 || segments(pattern) == segments(value.toString()));
		}

		private static long segments(String path) {
			return path.chars().filter((c) -> c == '/').count();
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

}
