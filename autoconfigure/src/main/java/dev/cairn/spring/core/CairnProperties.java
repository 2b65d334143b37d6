package dev.cairn.spring.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Category;
import dev.cairn.Limits;
import dev.cairn.NamePattern;
import dev.cairn.Redactor;
import dev.cairn.Route;
import dev.cairn.Severity;
import dev.cairn.Signal;
import dev.cairn.engine.Preset;
import dev.cairn.engine.SamplingRule;
import dev.cairn.incident.Incidents;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What concerns all messages.
 *
 * @param enabled Whether Cairn is on.
 * @param service Name of the service; the name of the application by default.
 * @param environment Where the service runs, such as production; the active profiles by
 * default.
 * @param release Version of the service that runs.
 * @param recent Number of published messages that the endpoint remembers.
 * @param shutdownTimeout Time to deliver what is held when the service stops.
 * @param routes Rules that send messages to sinks, tried in order; what none of them
 * takes goes the default way.
 * @param sampling Fraction of the messages that is kept.
 * @param redaction What is kept from leaving the service.
 * @param limits Size of messages.
 * @param incidents How failures of the same kind are grouped.
 * @param events Events that the application publishes.
 * @param presets Values for events that name the preset.
 */
@ConfigurationProperties("cairn")
record CairnProperties(@DefaultValue("true") boolean enabled, @Nullable String service, @Nullable String environment,
		@Nullable String release, @DefaultValue("50") int recent, @DefaultValue("10s") Duration shutdownTimeout,
		@DefaultValue List<RouteProperties> routes, @DefaultValue SamplingProperties sampling,
		@DefaultValue RedactionProperties redaction, @DefaultValue LimitsProperties limits,
		@DefaultValue IncidentProperties incidents, @DefaultValue EventsProperties events,
		@DefaultValue Map<String, PresetProperties> presets) {

	private static final int MAX_RECENT = 10_000;

	int checkedRecent() {
		InvalidProperty.requireRange("cairn.recent", this.recent, this.recent, 0, MAX_RECENT);
		return this.recent;
	}

	Duration checkedShutdownTimeout() {
		if (!this.shutdownTimeout.isZero()) {
			InvalidProperty.requireDuration("cairn.shutdown-timeout", this.shutdownTimeout);
		}
		return this.shutdownTimeout;
	}

	Map<String, Preset> toPresets() {
		Map<String, Preset> made = new LinkedHashMap<>();
		this.presets.forEach((name, preset) -> made.put(name, preset.toPreset("cairn.presets." + name)));
		return made;
	}

	private static NamePattern pattern(String property, String pattern) {
		return InvalidProperty.check(property, pattern, () -> NamePattern.of(pattern));
	}

	/**
	 * A rule that sends messages to sinks.
	 *
	 * @param type Types that it takes; a star stands for any characters.
	 * @param logger Loggers that it takes; a star stands for any characters.
	 * @param severity Least severity that it takes; any by default.
	 * @param to Names of the sinks; empty to send such messages nowhere.
	 */
	record RouteProperties(@DefaultValue("*") String type, @DefaultValue("*") String logger,
			@Nullable Severity severity, @DefaultValue List<String> to) {

		Route toRoute(String property) {
			return new Route(pattern(property + ".type", this.type), pattern(property + ".logger", this.logger),
					this.severity, this.to);
		}

	}

	/**
	 * What fraction is kept.
	 *
	 * @param rules Rules in the order in which they are tried; the first that matches
	 * decides.
	 */
	record SamplingProperties(@DefaultValue List<RuleProperties> rules) {

		List<SamplingRule> toRules() {
			List<SamplingRule> made = new ArrayList<>();
			for (int i = 0; i < this.rules.size(); i++) {
				made.add(this.rules.get(i).toRule("cairn.sampling.rules[" + i + "]"));
			}
			return made;
		}

	}

	/**
	 * A rule that keeps a fraction of what it takes.
	 *
	 * @param signal Kind of telemetry that it takes; all kinds of messages by default,
	 * but no meters.
	 * @param name Types of messages, or names of meters, that it takes; a star stands for
	 * any characters.
	 * @param severity Least severity that it takes; any by default.
	 * @param exception Failures that it takes: the full name of a class, which takes its
	 * subclasses too; a star stands for any characters.
	 * @param route Routes that it takes, such as /orders/{id}; a star stands for any
	 * characters.
	 * @param status Statuses that it takes: a number such as 404, or a class such as 4xx.
	 * @param message Messages of exceptions that it takes; a star stands for any
	 * characters.
	 * @param rate Fraction to keep, 0 (none) to 1 (all).
	 */
	record RuleProperties(@Nullable Signal signal, @DefaultValue("*") String name, @Nullable Severity severity,
			@Nullable String exception, @Nullable String route, @Nullable String status, @Nullable String message,
			@DefaultValue("1") double rate) {

		SamplingRule toRule(String property) {
			NamePattern names = pattern(property + ".name", this.name);
			NamePattern exceptions = optional(property + ".exception", this.exception);
			NamePattern routes = optional(property + ".route", this.route);
			NamePattern messages = optional(property + ".message", this.message);
			SamplingRule unconditional = InvalidProperty.check(property + ".rate", this.rate,
					() -> new SamplingRule(this.signal, names, this.severity, null, null, null, null, this.rate));
			return InvalidProperty.check(property + ".status", this.status, () -> new SamplingRule(this.signal,
					unconditional.name(), this.severity, exceptions, routes, this.status, messages, this.rate));
		}

		private static @Nullable NamePattern optional(String property, @Nullable String pattern) {
			return (pattern != null) ? pattern(property, pattern) : null;
		}

	}

	/**
	 * How failures of the same kind are grouped.
	 *
	 * @param burst Number of failures of one kind per minute that are each sent on their
	 * own, with an id each; further ones are grouped and counted.
	 * @param interval Minimum time between two messages of one kind once its burst is
	 * used up. With 0s, each failure is sent on its own.
	 * @param applicationPackages Packages of the application's own classes; those of the
	 * application class by default.
	 */
	record IncidentProperties(@DefaultValue("10") int burst, @DefaultValue("1s") Duration interval,
			@DefaultValue List<String> applicationPackages) {

		private static final int MAX_BURST = 10_000;

		Incidents.Options toOptions() {
			InvalidProperty.requireRange("cairn.incidents.burst", this.burst, this.burst, 0, MAX_BURST);
			if (!this.interval.isZero()) {
				InvalidProperty.requireDuration("cairn.incidents.interval", this.interval);
			}
			return new Incidents.Options(this.burst, this.interval);
		}

	}

	/**
	 * What is kept from leaving the service.
	 *
	 * @param enabled Whether credentials and card numbers are masked.
	 * @param words Further words that make a key sensitive wherever they stand in it.
	 * @param allowed Keys that are not sensitive although they hold such a word.
	 */
	record RedactionProperties(@DefaultValue("true") boolean enabled, @DefaultValue List<String> words,
			@DefaultValue List<String> allowed) {

		Redactor toRedactor() {
			if (!this.enabled) {
				return Redactor.NONE;
			}
			List<String> all = new ArrayList<>(Redactor.DEFAULT_WORDS);
			all.addAll(this.words);
			return new Redactor(all, this.allowed);
		}

	}

	/**
	 * How large messages may become.
	 *
	 * @param maxMessageSize Size of a whole encoded message; what is larger is truncated.
	 * @param maxFields Number of values in the fields of a message, nested ones included.
	 * @param maxDepth Depth to which maps and lists in the fields may nest.
	 * @param maxNameLength Length of a key or a logger.
	 */
	record LimitsProperties(@DefaultValue("256KB") DataSize maxMessageSize, @DefaultValue("1000") int maxFields,
			@DefaultValue("8") int maxDepth, @DefaultValue("200") int maxNameLength) {

		private static final int LEAST_BYTES = 1024;

		private static final int MOST_BYTES = 1024 * 1024 * 1024;

		Limits toLimits() {
			long maxBytes = this.maxMessageSize.toBytes();
			InvalidProperty.requireRange("cairn.limits.max-message-size", this.maxMessageSize, maxBytes, LEAST_BYTES,
					MOST_BYTES);
			requirePositive("cairn.limits.max-fields", this.maxFields);
			requirePositive("cairn.limits.max-depth", this.maxDepth);
			requirePositive("cairn.limits.max-name-length", this.maxNameLength);
			return new Limits((int) maxBytes, this.maxFields, this.maxDepth, this.maxNameLength);
		}

		private static void requirePositive(String name, int value) {
			InvalidProperty.requireRange(name, value, value, 1, Integer.MAX_VALUE);
		}

	}

	/**
	 * Events that the application publishes.
	 *
	 * @param callSite Whether each event carries the line of the application that
	 * published it. Finding it takes about two microseconds.
	 */
	record EventsProperties(@DefaultValue("false") boolean callSite) {

	}

	/**
	 * Values for events that do not give their own.
	 *
	 * @param fields Fields by name.
	 * @param category What kind of data it is.
	 * @param severity How severe it is.
	 * @param rate Fraction to keep, 0 (none) to 1 (all).
	 * @param logger Who speaks.
	 */
	record PresetProperties(@DefaultValue Map<String, Object> fields, @Nullable Category category,
			@Nullable Severity severity, @Nullable Double rate, @Nullable String logger) {

		Preset toPreset(String property) {
			return InvalidProperty.check(property + ".rate", this.rate,
					() -> new Preset(this.fields, this.category, this.severity, this.rate, this.logger));
		}

	}

}
