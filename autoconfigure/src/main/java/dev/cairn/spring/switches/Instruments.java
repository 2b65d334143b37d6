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
import org.jspecify.annotations.Nullable;

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

	static final Set<String> NAMES = new TreeSet<>(OBSERVATIONS.keySet());

	static Instruments of(Settings.Holder settings, String httpClientRequests) {
		Map<String, List<NamePattern>> names = new HashMap<>();
		OBSERVATIONS.forEach((technology, all) -> names.put(technology, all.stream().map(NamePattern::of).toList()));
		names.put("http", List.of(NamePattern.of("http.client.requests"), NamePattern.of(httpClientRequests)));
		return new Instruments(settings, names);
	}

	@Override
	public boolean test(@Nullable String name, Observation.@Nullable Context context) {
		Set<String> off = this.settings.get().instrumentsOff();
		return name == null || off.isEmpty() || off.stream().noneMatch((each) -> isOf(each, name));
	}

	private boolean isOf(String technology, String name) {
		return this.observations.getOrDefault(technology, List.of()).stream().anyMatch((each) -> each.matches(name));
	}

}
