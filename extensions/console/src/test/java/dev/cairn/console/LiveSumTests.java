package dev.cairn.console;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LiveSum}.
 */
class LiveSumTests {

	/** The clock of the other instance is ten minutes behind. */
	@Test
	void secondsAreMatchedByTheirDistanceFromNow() {
		Map<String, @Nullable Object> sum = LiveSum.of(Map.of("self", live("2026-01-01T00:10:00Z", 50, 10, false),
				"other", live("2026-01-01T00:00:00Z", 500, 30, true)));
		Map<String, @Nullable Object> history = Parsed.map(sum, "history");
		assertThat(Parsed.list(history, "per_second")).hasSize(300).endsWith(40L);
		assertThat(Parsed.list(history, "failed_per_second")).hasSize(300).endsWith(30L);
		assertThat((double) Parsed.list(history, "p50_ms").get(299)).isBetween(500.0, 563.0);
		assertThat(Parsed.list(history, "p50_ms").get(0)).isNull();
		Map<String, @Nullable Object> requests = Parsed.map(sum, "requests");
		assertThat(requests).containsEntry("per_second", 4.0).containsEntry("error_rate", 0.75);
		assertThat(requests).containsEntry("max_ms", 500.0);
	}

	/** As the JSON of an instance. */
	private static Map<String, @Nullable Object> live(String end, int millis, int number, boolean failed) {
		Instant[] now = { Instant.parse(end).minusSeconds(1) };
		RequestFigures figures = new RequestFigures(() -> now[0]);
		for (int i = 0; i < number; i++) {
			figures.ended(Duration.ofMillis(millis), failed, false);
		}
		now[0] = Instant.parse(end);
		Map<String, @Nullable Object> live = new LinkedHashMap<>();
		live.put("requests", figures.recent(true));
		live.put("history", figures.history(true));
		return Parsed.of(live);
	}

	@Test
	void theWorstStateOfAChannelIsShownWithItsInstance() {
		Map<String, @Nullable Object> sum = LiveSum
			.of(Map.of("self", channel("up", null), "other", channel("degraded", "no route to host")));
		assertThat(Parsed.map(Parsed.map(sum, "channels"), "kafka")).containsEntry("state", "degraded")
			.containsEntry("last_error", "other: no route to host")
			.containsEntry("offered", 6L)
			.containsEntry("dropped", Map.of("queue_full", 4L));
	}

	private static Map<String, @Nullable Object> channel(String state, @Nullable String error) {
		Map<String, @Nullable Object> channel = new LinkedHashMap<>();
		channel.put("state", state);
		channel.put("last_error", error);
		channel.put("offered", 3);
		channel.put("dropped", Map.of("queue_full", 2));
		Map<String, @Nullable Object> live = new LinkedHashMap<>();
		live.put("channels", Map.of("kafka", channel));
		return live;
	}

	@Test
	void groupsOfSeveralInstancesCountOnce() {
		Map<String, @Nullable Object> sum = LiveSum
			.of(Map.of("self", incidents("a", "b"), "other", incidents("b", "c")));
		assertThat(Parsed.map(sum, "incidents")).containsEntry("groups", 3);
	}

	private static Map<String, @Nullable Object> incidents(String... groups) {
		Map<String, @Nullable Object> live = new LinkedHashMap<>();
		live.put("incidents", Map.of("group_ids", List.of(groups)));
		return live;
	}

}
