package dev.cairn.spring.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.cairn.Category;
import dev.cairn.Message.Limits;
import dev.cairn.NamePattern;
import dev.cairn.Route;
import dev.cairn.Sampler.Signal;
import dev.cairn.Severity;
import dev.cairn.engine.CairnBuilder.Preset;
import dev.cairn.engine.Settings.SamplingRule;
import dev.cairn.incident.Incidents;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Properties for all messages.
 *
 * @param enabled Whether to enable Cairn.
 * @param service Name of the service; the name of the application by default.
 * @param environment Environment of the service, such as production; the active profiles
 * by default.
 * @param release Version of the service.
 * @param recent Number of recent messages that the endpoint shows.
 * @param shutdownTimeout Time to deliver the remaining messages when the service stops,
 * for all sinks, StatsD and Sentry's client together.
 * @param routes Rules that send messages to sinks, tried in order. Messages that match
 * none of them take the default route.
 * @param sampling Sampling of messages, meters and traces.
 * @param redaction Masking of credentials.
 * @param limits Limits for the size of messages.
 * @param incidents Grouping of failures of the same kind.
 * @param fields Fields of all messages that do not have a field of that name, such as the
 * region.
 * @param events Events that the application publishes.
 * @param presets Values for events that name the preset.
 * @param health Health of the channels.
 */
@ConfigurationProperties("cairn")
record CairnProperties(@DefaultValue("true") boolean enabled, @Nullable String service, @Nullable String environment,
		@Nullable String release, @DefaultValue("50") int recent, @DefaultValue("10s") Duration shutdownTimeout,
		@DefaultValue List<RouteProperties> routes, @DefaultValue SamplingProperties sampling,
		@DefaultValue RedactionProperties redaction, @DefaultValue LimitsProperties limits,
		@DefaultValue IncidentProperties incidents, @DefaultValue Map<String, Object> fields,
		@DefaultValue EventsProperties events, @DefaultValue Map<String, PresetProperties> presets,
		@DefaultValue HealthProperties health) {

	private static final int MAX_RECENT = 10_000;

	int checkedRecent() {
		InvalidProperty.requireRange("cairn.recent", this.recent, this.recent, 0, MAX_RECENT);
		return this.recent;
	}

	Duration checkedShutdownTimeout() {
		InvalidProperty.requireDurationOrZero("cairn.shutdown-timeout", this.shutdownTimeout);
		return this.shutdownTimeout;
	}

	List<Route> toRoutes(List<String> sinks) {
		return IntStream.range(0, this.routes.size())
			.mapToObj((i) -> this.routes.get(i).toRoute("cairn.routes[" + i + "]", sinks))
			.toList();
	}

	Map<String, Preset> toPresets() {
		Map<String, Preset> made = new LinkedHashMap<>();
		this.presets.forEach((name, preset) -> made.put(name, preset.toPreset("cairn.presets." + name)));
		return made;
	}

	/** A rule that sends messages to the named sinks, or drops them if there are none. */
	record RouteProperties(@DefaultValue("*") NamePattern type, @DefaultValue("*") NamePattern logger,
			@Nullable Severity severity, @DefaultValue List<String> to) {

		Route toRoute(String property, List<String> sinks) {
			for (int i = 0; i < this.to.size(); i++) {
				String name = this.to.get(i);
				if (!sinks.contains(name)) {
					throw new InvalidConfigurationPropertyValueException(property + ".to[" + i + "]", name,
							"A sink with this name does not exist. Available sinks are " + sinks + ". " + remedy(name));
				}
			}
			return new Route(this.type, this.logger, this.severity, this.to);
		}

		private static String remedy(String sink) {
			return switch (sink) {
				case "kafka" -> "Set spring.kafka.bootstrap-servers to enable it.";
				case "sentry" -> "Set sentry.dsn to enable it.";
				case "file", "stdout" -> "Set cairn." + sink + ".enabled=true to enable it.";
				case "syslog" -> "Set cairn.syslog.url to enable it.";
				case "udp" -> "Set cairn.udp.host and cairn.udp.port to enable it.";
				default -> "Use one of these names, or define a Sink bean whose channel has this name.";
			};
		}

	}

	/**
	 * Properties for sampling.
	 *
	 * @param rules Rules, tried in order. The first that matches decides.
	 */
	record SamplingProperties(@DefaultValue List<RuleProperties> rules) {

		List<SamplingRule> toRules() {
			return IntStream.range(0, this.rules.size())
				.mapToObj((i) -> this.rules.get(i).toRule("cairn.sampling.rules[" + i + "]"))
				.toList();
		}

	}

	/** A rule that keeps a fraction of the signals it matches: a {@link SamplingRule}. */
	record RuleProperties(@Nullable Signal signal, @DefaultValue("*") NamePattern name, @Nullable Severity severity,
			@Nullable NamePattern exception, @Nullable NamePattern route, @Nullable String status,
			@Nullable NamePattern message, @DefaultValue("1") double rate) {

		SamplingRule toRule(String property) {
			InvalidProperty.check(property + ".rate", this.rate,
					() -> new SamplingRule(this.signal, this.name, null, null, this.route, null, null, this.rate));
			InvalidProperty.check(property + ".status", this.status,
					() -> new SamplingRule(null, this.name, null, null, null, this.status, null, 1));
			return InvalidProperty.check(property + ".signal", this.signal, () -> new SamplingRule(this.signal,
					this.name, this.severity, this.exception, this.route, this.status, this.message, this.rate));
		}

	}

	/**
	 * Properties for the grouping of failures of the same kind.
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
			InvalidProperty.requireDurationOrZero("cairn.incidents.interval", this.interval);
			return new Incidents.Options(this.burst, this.interval);
		}

	}

	/**
	 * Properties for masking credentials.
	 *
	 * @param enabled Whether to mask credentials and account numbers.
	 * @param words Additional words that make a key sensitive.
	 * @param allowed Keys that are not sensitive although they have such a word.
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
	 * Properties for the size of messages.
	 *
	 * @param maxMessageSize Maximum size of an encoded message. Larger messages are
	 * truncated.
	 * @param maxFields Maximum number of values in the fields of a message, including
	 * nested values.
	 * @param maxDepth Maximum depth of nested maps and lists in the fields.
	 * @param maxNameLength Maximum length of a key or a logger.
	 */
	record LimitsProperties(@DefaultValue("256KB") DataSize maxMessageSize, @DefaultValue("1000") int maxFields,
			@DefaultValue("8") int maxDepth, @DefaultValue("200") int maxNameLength) {

		private static final int LEAST_BYTES = 1024;

		private static final int MOST_BYTES = 1024 * 1024 * 1024;

		Limits toLimits() {
			long maxBytes = this.maxMessageSize.toBytes();
			InvalidProperty.requireRange("cairn.limits.max-message-size", this.maxMessageSize, maxBytes, LEAST_BYTES,
					MOST_BYTES);
			requirePositive("max-fields", this.maxFields);
			requirePositive("max-depth", this.maxDepth);
			requirePositive("max-name-length", this.maxNameLength);
			return new Limits((int) maxBytes, this.maxFields, this.maxDepth, this.maxNameLength);
		}

		private static void requirePositive(String name, int value) {
			InvalidProperty.requireRange("cairn.limits." + name, value, value, 1, Integer.MAX_VALUE);
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
	 * Properties for the health of the channels.
	 *
	 * @param enabled Whether to include the channels in the health of the service.
	 * @param downWhenChannelDown Whether the service is down if a channel is down.
	 */
	record HealthProperties(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean downWhenChannelDown) {
	}

	/** Values for events that do not set their own. */
	record PresetProperties(@DefaultValue Map<String, Object> fields, @Nullable Category category,
			@Nullable Severity severity, @Nullable Double rate, @Nullable String logger) {

		Preset toPreset(String property) {
			return InvalidProperty.check(property + ".rate", this.rate,
					() -> new Preset(this.fields, this.category, this.severity, this.rate, this.logger));
		}

	}

}
