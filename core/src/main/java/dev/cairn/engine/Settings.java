package dev.cairn.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

import dev.cairn.Sampler;
import org.jspecify.annotations.Nullable;

/**
 * Settings that can be switched while a service runs: one immutable snapshot that is
 * replaced as a whole. Who compiles something from it keeps the version along with the
 * result, and compiles again when the version differs.
 *
 * @param version the number of the snapshot, set by the {@link Holder}
 * @param samplingRules the sampling rules, in the order in which they are tried
 * @param points the configured points by name
 * @param typesOff the types of events that are not published
 * @param sinksOff the names of the sinks that receive nothing
 */
public record Settings(long version, List<SamplingRule> samplingRules, Map<String, Point> points, Set<String> typesOff,
		Set<String> sinksOff) {

	/** Settings that switch nothing. */
	public static final Settings DEFAULT = new Settings(0, List.of(), Map.of(), Set.of(), Set.of());

	/**
	 * Copies the collections.
	 */
	public Settings {
		samplingRules = List.copyOf(samplingRules);
		points = Map.copyOf(points);
		typesOff = Set.copyOf(typesOff);
		sinksOff = Set.copyOf(sinksOff);
	}

	/**
	 * Returns these settings with other sampling rules.
	 * @param rules the rules
	 * @return other settings
	 */
	public Settings withSamplingRules(List<SamplingRule> rules) {
		return new Settings(this.version, rules, this.points, this.typesOff, this.sinksOff);
	}

	/**
	 * Returns these settings with other points.
	 * @param points the points by name
	 * @return other settings
	 */
	public Settings withPoints(Map<String, Point> points) {
		return new Settings(this.version, this.samplingRules, points, this.typesOff, this.sinksOff);
	}

	/**
	 * Returns these settings with other types and sinks switched off.
	 * @param types the types of events
	 * @param sinks the names of sinks
	 * @return other settings
	 */
	public Settings withOff(Set<String> types, Set<String> sinks) {
		return new Settings(this.version, this.samplingRules, this.points, types, sinks);
	}

	/**
	 * The settings of one point.
	 *
	 * @param enabled whether it publishes
	 * @param condition the condition under which it publishes, or {@code null} for always
	 * @param fields the expressions of its fields by name
	 */
	public record Point(boolean enabled, @Nullable String condition, Map<String, String> fields) {

		/**
		 * Copies the fields.
		 */
		public Point {
			fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
		}

	}

	/**
	 * Holds the current settings. Thread-safe.
	 */
	public static final class Holder {

		private volatile Settings current;

		/**
		 * Creates a holder.
		 * @param initial the settings at the start
		 */
		public Holder(Settings initial) {
			this.current = Objects.requireNonNull(initial, "initial must not be null");
		}

		/**
		 * Returns the current settings.
		 * @return the settings
		 */
		public Settings get() {
			return this.current;
		}

		/**
		 * Replaces the settings as a whole. They get the next version.
		 * @param change returns the new settings for the current ones
		 * @return the new settings
		 */
		public synchronized Settings update(UnaryOperator<Settings> change) {
			Settings next = change.apply(this.current);
			this.current = new Settings(this.current.version + 1, next.samplingRules, next.points, next.typesOff,
					next.sinksOff);
			return this.current;
		}

		/**
		 * Returns the sampler that decides by the current sampling rules: by the first
		 * that matches, and as the call asks if none does.
		 * @return the sampler
		 */
		public Sampler sampler() {
			return this::rate;
		}

		private double rate(Sampler.Candidate context) {
			for (SamplingRule rule : this.current.samplingRules()) {
				if (rule.matches(context)) {
					return rule.rate();
				}
			}
			return context.requestedRate();
		}

	}

}
