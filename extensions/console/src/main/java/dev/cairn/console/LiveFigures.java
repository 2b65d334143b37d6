package dev.cairn.console;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import dev.cairn.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * The current figures, which all readers share: they are computed at most once in a
 * second. Rates of what is only counted are those since the figures before. Thread-safe.
 */
final class LiveFigures {

	private static final Duration SHARED = Duration.ofMillis(900);

	private static final Duration LONGEST_RATE = Duration.ofMinutes(1);

	private final Timelines timelines;

	private final RequestFigures requests;

	private final EventCounts events;

	private final IncidentGroups groups;

	private final Ledger ledger;

	private final Streams streams;

	private final InstantSource clock;

	/** The numbers of the figures before, by name; guarded by this. */
	private Map<String, Long> before = Map.of();

	/** Guarded by this. */
	private @Nullable Instant computed;

	/** Guarded by this. */
	private Map<String, @Nullable Object> figures = Map.of();

	LiveFigures(Timelines timelines, RequestFigures requests, EventCounts events, IncidentGroups groups, Ledger ledger,
			Streams streams, InstantSource clock) {
		this.timelines = timelines;
		this.requests = requests;
		this.events = events;
		this.groups = groups;
		this.ledger = ledger;
		this.streams = streams;
		this.clock = clock;
	}

	/** Returns the figures, which are not modified any more. */
	synchronized Map<String, @Nullable Object> current() {
		Instant now = this.clock.instant();
		Instant last = this.computed;
		Duration since = (last != null) ? Duration.between(last, now) : LONGEST_RATE;
		if (last == null || since.isNegative() || since.compareTo(SHARED) >= 0) {
			this.figures = compute(now, since);
			this.computed = now;
		}
		return this.figures;
	}

	Map<String, @Nullable Object> withHistory() {
		Map<String, @Nullable Object> all = new LinkedHashMap<>(current());
		all.put("history", this.requests.history(false));
		return all;
	}

	/** Returns the figures with what it takes to add them to those of other instances. */
	Map<String, @Nullable Object> withBuckets() {
		Map<String, @Nullable Object> all = new LinkedHashMap<>(current());
		Map<String, @Nullable Object> served = copy(all.get("requests"));
		served.putAll(this.requests.recent(true));
		all.put("requests", served);
		Map<String, @Nullable Object> failures = copy(all.get("incidents"));
		failures.put("group_ids", this.groups.views().stream().map((each) -> Views.group(each.kind())).toList());
		all.put("incidents", failures);
		all.put("history", this.requests.history(true));
		return all;
	}

	private static Map<String, @Nullable Object> copy(@Nullable Object figures) {
		Map<String, @Nullable Object> copy = new LinkedHashMap<>();
		if (figures instanceof Map<?, ?> map) {
			map.forEach((name, value) -> copy.put(String.valueOf(name), value));
		}
		return copy;
	}

	private Map<String, @Nullable Object> compute(Instant now, Duration since) {
		Rates rates = new Rates(this.before,
				(since.isNegative() || since.compareTo(LONGEST_RATE) >= 0) ? 0 : since.toNanos() / 1e9);
		Map<String, @Nullable Object> all = new LinkedHashMap<>();
		all.put("time", now);
		all.put("uptime_ms", ManagementFactory.getRuntimeMXBean().getUptime());
		Map<String, @Nullable Object> served = new LinkedHashMap<>();
		served.put("active", this.timelines.activeRequests());
		served.put("total", this.requests.total());
		served.put("failed", this.requests.failed());
		served.put("slow", this.requests.slow());
		served.putAll(this.requests.recent(false));
		all.put("requests", served);
		Map<String, Object> types = new LinkedHashMap<>();
		this.events.byType().forEach((type, count) -> types.put(type, event(type, count, rates)));
		all.put("events", types);
		Map<String, @Nullable Object> failures = new LinkedHashMap<>();
		long number = this.ledger.incidents().balance().failures();
		failures.put("failures", number);
		failures.put("groups", this.groups.size());
		failures.put("per_second", rates.of("failures", number));
		all.put("incidents", failures);
		Map<String, Object> channels = new LinkedHashMap<>();
		this.ledger.balances().forEach((name, balance) -> channels.put(name, channel(name, balance, rates)));
		all.put("channels", channels);
		all.put("streams", this.streams.size());
		this.before = rates.now;
		return all;
	}

	private static Map<String, @Nullable Object> event(String type, EventCounts.Count count, Rates rates) {
		Map<String, @Nullable Object> event = new LinkedHashMap<>();
		event.put("total", count.published());
		event.put("per_second", rates.of("event " + type, count.published()));
		return event;
	}

	private static Map<String, @Nullable Object> channel(String name, Ledger.Balance balance, Rates rates) {
		Map<String, @Nullable Object> channel = new LinkedHashMap<>();
		channel.put("state", balance.state().name().toLowerCase(Locale.ROOT));
		channel.put("offered", balance.offered());
		channel.put("sampled_out", balance.sampledOut());
		channel.put("filtered", balance.filtered());
		channel.put("accepted", balance.accepted());
		channel.put("delivered", balance.delivered());
		channel.put("held", balance.held());
		channel.put("spooled", balance.spooled());
		Map<String, Long> dropped = new LinkedHashMap<>();
		balance.dropped().forEach((reason, number) -> dropped.put(reason.wireName(), number));
		channel.put("dropped", dropped);
		channel.put("dropped_total", balance.droppedTotal());
		channel.put("last_error", balance.lastError());
		channel.put("offered_per_second", rates.of("offered " + name, balance.offered()));
		channel.put("delivered_per_second", rates.of("delivered " + name, balance.delivered()));
		channel.put("dropped_per_second", rates.of("dropped " + name, balance.droppedTotal()));
		return channel;
	}

	/** Returns how often messages of a type were published in a second, lately. */
	@Nullable Object eventRate(String type) {
		return (current().get("events") instanceof Map<?, ?> types && types.get(type) instanceof Map<?, ?> event)
				? event.get("per_second") : null;
	}

	/** The rates since the numbers before. */
	private static final class Rates {

		private final Map<String, Long> before;

		private final Map<String, Long> now = new HashMap<>();

		private final double seconds;

		Rates(Map<String, Long> before, double seconds) {
			this.before = before;
			this.seconds = seconds;
		}

		@Nullable Double of(String name, long number) {
			this.now.put(name, number);
			if (this.seconds == 0) {
				return null;
			}
			long more = Math.max(number - this.before.getOrDefault(name, 0L), 0);
			return Math.round(more / this.seconds * 10) / 10.0;
		}

	}

}
