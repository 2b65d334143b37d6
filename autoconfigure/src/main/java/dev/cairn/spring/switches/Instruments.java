package dev.cairn.spring.switches;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.cairn.NamePattern;
import dev.cairn.engine.Settings;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationPredicate;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Prevents the observations of the technologies that the settings turn off. The names of
 * the technologies are those of {@code cairn.tracing.instrument}.
 *
 * @param settings the settings
 * @param observations the names of the observations by technology
 */
record Instruments(Settings.Holder settings,
		Map<String, List<NamePattern>> observations) implements ObservationPredicate {

	/**
	 * Those of {@code data} share their name with other methods, and ask the settings.
	 */
	private static final Map<String, List<String>> OBSERVATIONS = Map.ofEntries(
			Map.entry("http", List.of("http.client.requests")), Map.entry("jdbc", List.of("jdbc.*")),
			Map.entry("r2dbc", List.of("r2dbc.query")),
			Map.entry("redis", List.of("lettuce*", "jedis", "spring.data.redis")),
			Map.entry("mongodb", List.of("spring.data.mongodb.command")), Map.entry("s3", List.of("aws.s3")),
			Map.entry("kafka", List.of("spring.kafka.*", "kafka.listener.batch")),
			Map.entry("rabbit", List.of("spring.rabbit.*")), Map.entry("jms", List.of("jms.message.*")),
			Map.entry("async", List.of("tasks.async.execution")), Map.entry("cache", List.of("spring.cache")),
			Map.entry("data", List.of()), Map.entry("scheduled", List.of("tasks.scheduled.execution")));

	/**
	 * Packages of the contexts of those that have no name when they are created, or one
	 * of a convention of the application.
	 */
	private static final Map<String, List<String>> CONTEXTS = Map.of("http",
			List.of("org.springframework.http.client.", "org.springframework.web.reactive.function.client."), "jdbc",
			List.of("net.ttddyy.observation."), "r2dbc", List.of("io.r2dbc.proxy."), "redis", List.of("io.lettuce."),
			"mongodb", List.of("org.springframework.data.mongodb."), "kafka", List.of("org.springframework.kafka."),
			"rabbit", List.of("org.springframework.amqp.", "org.springframework.rabbit."), "jms",
			List.of("io.micrometer.jakarta9.instrument.jms."), "scheduled", List.of("org.springframework.scheduling."));

	/** Cairn makes what they receive or run a unit of work, by its observation. */
	private static final Set<String> WORK = Set.of("jms", "rabbit", "scheduled");

	/** Only Cairn observes them, and only if it is asked to. */
	private static final Set<String> BY_CAIRN = Set.of("cache", "data", "s3");

	static final Set<String> NAMES = new TreeSet<>(OBSERVATIONS.keySet());

	/** Returns those that the application may have. */
	static Set<String> switchable(Environment environment) {
		List<String> selected = environment.getProperty("cairn.tracing.enabled", Boolean.class, true)
				? Binder.get(environment)
					.bind("cairn.tracing.instrument", Bindable.listOf(String.class))
					.orElseGet(List::of)
				: List.of();
		Set<String> names = new TreeSet<>(NAMES);
		names.removeIf((name) -> BY_CAIRN.contains(name)
				&& selected.stream().noneMatch((each) -> each.equalsIgnoreCase(name) || each.equalsIgnoreCase("all")));
		return names;
	}

	static Instruments of(Settings.Holder settings, String httpClientRequests) {
		Map<String, List<NamePattern>> names = new HashMap<>();
		OBSERVATIONS.forEach((technology, all) -> names.put(technology, all.stream().map(NamePattern::of).toList()));
		names.put("http", List.of(NamePattern.of("http.client.requests"), NamePattern.of(httpClientRequests)));
		return new Instruments(settings, names);
	}

	/** Returns whether an observation is for units of work only. */
	static boolean isSilenced(Observation.Context context) {
		return context.containsKey(Instruments.class);
	}

	/**
	 * Without their units of work, values that are bound by a message or a run would stay
	 * bound to the thread, also after the switch.
	 */
	@Override
	public boolean test(@Nullable String name, Observation.@Nullable Context context) {
		for (String technology : this.settings.get().instrumentsOff()) {
			if (isOf(technology, name) || isOf(technology, context)) {
				if (context == null || !WORK.contains(technology) || context instanceof SenderContext<?>) {
					return false;
				}
				context.put(Instruments.class, true);
				return true;
			}
		}
		return true;
	}

	private boolean isOf(String technology, @Nullable String name) {
		return name != null && this.observations.getOrDefault(technology, List.of())
			.stream()
			.anyMatch((each) -> each.matches(name));
	}

	private static boolean isOf(String technology, Observation.@Nullable Context context) {
		List<String> packages = CONTEXTS.getOrDefault(technology, List.of());
		for (Class<?> type = (context != null) ? context.getClass() : null; type != null; type = type.getSuperclass()) {
			if (packages.stream().anyMatch(type.getName()::startsWith)) {
				return true;
			}
		}
		return false;
	}

}
