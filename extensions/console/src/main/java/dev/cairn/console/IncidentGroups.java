package dev.cairn.console;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.ApplicationFrames;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * Failures by their kind. Bounded: the group whose last failure is the oldest leaves.
 * Thread-safe.
 */
final class IncidentGroups {

	static final int MINUTES = 60;

	private static final int MAX_GROUPS = 100;

	private static final int MAX_IDS = 10;

	private static final int MAX_ROUTES = 20;

	private static final int MAX_MESSAGE = 300;

	private static final long MILLIS_OF_MINUTE = 60_000;

	private final ApplicationFrames application;

	private final InstantSource clock;

	/** The one with the oldest failure first; guarded by this. */
	private final Map<Long, Group> groups = new LinkedHashMap<>(16, 0.75f, true);

	/** Guarded by this. */
	private long evicted;

	IncidentGroups(ApplicationFrames application, InstantSource clock) {
		this.application = application;
		this.clock = clock;
	}

	void add(Failed failed, @Nullable String route) {
		String location = failed.location(this.application);
		synchronized (this) {
			Group group = this.groups.computeIfAbsent(failed.group(), (kind) -> new Group(failed, location));
			group.add(failed, route);
			if (this.groups.size() > MAX_GROUPS) {
				this.groups.remove(this.groups.keySet().iterator().next());
				this.evicted++;
			}
		}
	}

	/** Returns the groups, the one with the latest failure first. */
	synchronized List<View> views() {
		long minute = this.clock.millis() / MILLIS_OF_MINUTE;
		List<View> views = new ArrayList<>();
		this.groups.values().forEach((group) -> views.add(group.view(minute)));
		views.sort(Comparator.comparing(View::last).reversed());
		return views;
	}

	synchronized int size() {
		return this.groups.size();
	}

	synchronized long evicted() {
		return this.evicted;
	}

	/**
	 * A group at one time.
	 */
	record View(long kind, String type, String message, @Nullable String location, Instant first, Instant last,
			long count, List<Integer> trend, List<String> errorIds, Map<String, Long> routes) {
	}

	/** Guarded by the groups. */
	private static final class Group {

		private final long kind;

		private final String type;

		private final @Nullable String location;

		private final Instant first;

		private final int[] minutes = new int[MINUTES];

		private final Deque<String> errorIds = new ArrayDeque<>();

		private final Map<String, Long> routes = new LinkedHashMap<>();

		private long lastMinute;

		private String message = "";

		private Instant last;

		private long count;

		Group(Failed failed, @Nullable String location) {
			this.kind = failed.group();
			this.type = failed.type();
			this.location = location;
			this.first = failed.time();
			this.last = failed.time();
			this.lastMinute = failed.time().toEpochMilli() / MILLIS_OF_MINUTE;
		}

		void add(Failed failed, @Nullable String route) {
			this.count++;
			this.last = failed.time();
			this.message = Text.cut(failed.message(), MAX_MESSAGE);
			advance(failed.time().toEpochMilli() / MILLIS_OF_MINUTE);
			this.minutes[index(this.lastMinute)]++;
			this.errorIds.addFirst(failed.errorId());
			if (this.errorIds.size() > MAX_IDS) {
				this.errorIds.removeLast();
			}
			if (route != null && (this.routes.containsKey(route) || this.routes.size() < MAX_ROUTES)) {
				this.routes.merge(Text.cut(route, Timeline.MAX_NAME), 1L, Long::sum);
			}
		}

		/** Clears the minutes since the last failure. */
		private void advance(long minute) {
			for (long each = Math.max(this.lastMinute + 1, minute - MINUTES + 1); each <= minute; each++) {
				this.minutes[index(each)] = 0;
			}
			this.lastMinute = Math.max(this.lastMinute, minute);
		}

		private static int index(long minute) {
			return (int) Math.floorMod(minute, (long) MINUTES);
		}

		View view(long minute) {
			advance(minute);
			List<Integer> trend = new ArrayList<>();
			for (long each = this.lastMinute - MINUTES + 1; each <= this.lastMinute; each++) {
				trend.add(this.minutes[index(each)]);
			}
			return new View(this.kind, this.type, this.message, this.location, this.first, this.last, this.count, trend,
					List.copyOf(this.errorIds), Map.copyOf(this.routes));
		}

	}

}
