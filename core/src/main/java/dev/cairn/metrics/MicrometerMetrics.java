package dev.cairn.metrics;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.CairnMetrics;
import dev.cairn.CairnMetrics.Timing;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Text;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Implements the metric calls with Micrometer's meters. Exceptions of a registry do not
 * reach the caller. Thread-safe.
 */
final class MicrometerMetrics implements CairnMetrics {

	private static final Logger logger = LoggerFactory.getLogger(MicrometerMetrics.class);

	private static final int MAX_NAME_LENGTH = 200;

	private static final int MAX_TAGS = 50;

	/** The number of meters of a type that are looked up once and not at each call. */
	private static final int MAX_HANDLES = 20_000;

	private static final int LEAST_HANDLES = 256;

	private final Supplier<MeterHandles> registered;

	private final UnaryOperator<Meter.Id> bounds;

	private final ApplicationFrames frames;

	/** The types of the meters by name. */
	private final Map<String, Meter.Type> types = new ConcurrentHashMap<>();

	private final WarnOnce refusals = new WarnOnce(logger);

	private final Meters<MeterHandles.Handle<Counter>> counters;

	private final Meters<MeterHandles.Handle<DistributionSummary>> summaries;

	private final Meters<MeterHandles.Handle<Timer>> timers;

	private final Meters<MeterHandles.GaugeHandle> gauges;

	MicrometerMetrics(Supplier<MeterHandles> handles, UnaryOperator<Meter.Id> bounds, ApplicationFrames frames) {
		this.registered = handles;
		this.bounds = bounds;
		this.frames = frames;
		this.counters = new Meters<>(Meter.Type.COUNTER, (name, tags) -> registered(
				handles.get().handle(Meter.Type.COUNTER, name, tags, Counter.builder(name).tags(tags)::register)));
		this.summaries = new Meters<>(Meter.Type.DISTRIBUTION_SUMMARY,
				(name, tags) -> registered(handles.get()
					.handle(Meter.Type.DISTRIBUTION_SUMMARY, name, tags,
							DistributionSummary.builder(name).tags(tags)::register)));
		this.timers = new Meters<>(Meter.Type.TIMER, (name, tags) -> registered(
				handles.get().handle(Meter.Type.TIMER, name, tags, Timer.builder(name).tags(tags)::register)));
		this.gauges = new Meters<>(Meter.Type.GAUGE, (name, tags) -> handles.get().gauge(name, tags));
	}

	/** Fails if the registry refuses the meter. */
	private static <M extends Meter> MeterHandles.Handle<M> registered(MeterHandles.Handle<M> handle) {
		handle.meter();
		return handle;
	}

	@Override
	public void incr(String name, double by, String... tags) {
		this.counters.call(name, tags, (handle) -> {
			Counter counter = handle.meter();
			if (counter != null && by > 0 && by < Double.POSITIVE_INFINITY) {
				counter.increment(by);
			}
		});
	}

	@Override
	public void set(String name, double value, String... tags) {
		this.gauges.call(name, tags, (gauge) -> gauge.set(value));
	}

	@Override
	public void record(String name, double value, String... tags) {
		this.summaries.call(name, tags, (handle) -> {
			DistributionSummary summary = handle.meter();
			if (summary != null && value >= 0 && value < Double.POSITIVE_INFINITY) {
				summary.record(value);
			}
		});
	}

	@Override
	public Timing timer(String name, String... tags) {
		MeterHandles.Handle<Timer> handle = this.timers.find(name, tags);
		return (handle != null && handle.isOn()) ? new RunningTiming(name, handle) : Timing.NONE;
	}

	/** Logs once for each name and type why a call is refused. */
	private void refuse(String name, Meter.Type type, @Nullable String reason) {
		String known = Text.cut(name, MAX_NAME_LENGTH);
		this.refusals.warn(type + known, () -> "the %s '%s' is not recorded: %s. It was called from %s"
			.formatted(word(type), known, reason, this.frames.caller()));
	}

	/** Returns why the name or the tags of a meter are refused, if they are. */
	private static @Nullable String problem(String name, String[] tags) {
		if (name.length() > MAX_NAME_LENGTH) {
			return "its name has more than " + MAX_NAME_LENGTH + " characters";
		}
		return (tags.length > 2 * MAX_TAGS) ? "it has more than " + MAX_TAGS + " tags" : null;
	}

	private static String word(Meter.Type type) {
		return (type == Meter.Type.DISTRIBUTION_SUMMARY) ? "summary" : type.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * The meters of one type by name and tags.
	 *
	 * @param <H> the type of the handle of a meter
	 */
	private final class Meters<H extends MeterHandles.Known> {

		private final Meter.Type type;

		private final BiFunction<String, Tags, H> factory;

		private final Map<Key, H> handles = new ConcurrentHashMap<>();

		/** The number of new handles until those of removed meters are released. */
		private final AtomicInteger untilRelease = new AtomicInteger(LEAST_HANDLES);

		Meters(Meter.Type type, BiFunction<String, Tags, H> factory) {
			this.type = type;
			this.factory = factory;
		}

		void call(String name, String[] tags, Consumer<H> action) {
			H handle = find(name, tags);
			if (handle != null) {
				call(name, handle, action);
			}
		}

		void call(String name, H handle, Consumer<H> action) {
			try {
				action.accept(handle);
			}
			catch (RuntimeException ex) {
				refuse(name, this.type, ex.getMessage());
			}
		}

		/** Returns the handle of a meter, or {@code null} if the meter is refused. */
		@Nullable H find(String name, String[] tags) {
			Objects.requireNonNull(name, "name must not be null");
			H known = this.handles.get(new Key(name, Arrays.asList(tags)));
			return (known != null) ? known : create(name, tags);
		}

		private @Nullable H create(String name, String[] tags) {
			if (tags.length % 2 != 0) {
				throw new IllegalArgumentException(
						"tags must be alternating keys and values, but were " + Arrays.toString(tags));
			}
			String problem = problem(name, tags);
			if (problem != null) {
				refuse(name, this.type, problem);
				return null;
			}
			Meter.Type existing = MicrometerMetrics.this.types.get(name);
			if (existing != null && existing != this.type) {
				refuse(name, this.type, "a " + word(existing) + " with this name exists");
				return null;
			}
			if (Extensions.isWithin(MicrometerMetrics.this)) {
				refuse(name, this.type, "it was recorded while another meter was created");
				return null;
			}
			try {
				return Extensions.within(MicrometerMetrics.this, () -> register(name, tags));
			}
			catch (RuntimeException ex) {
				refuse(name, this.type, ex.getMessage());
				return null;
			}
		}

		/** Calls the filters of the registry, which may record something themselves. */
		private H register(String name, String[] tags) {
			String[] kept = Stream.of(tags).map((tag) -> Text.cut(tag, MAX_NAME_LENGTH)).toArray(String[]::new);
			Meter.Id id = new Meter.Id(name, Tags.of(kept), null, null, this.type);
			Meter.Id bounded = MicrometerMetrics.this.bounds.apply(id);
			Key key = key(id, bounded, kept);
			H known = this.handles.get(key);
			return (known != null) ? known : keep(key, this.factory.apply(name, Tags.of(bounded.getTags())));
		}

		/** The registry calls foreign code, so no lock is held meanwhile. */
		private H keep(Key key, H created) {
			if (this.untilRelease.decrementAndGet() <= 0) {
				release();
			}
			if (this.handles.size() >= MAX_HANDLES) {
				return created;
			}
			MicrometerMetrics.this.types.putIfAbsent(key.name(), this.type);
			H winner = this.handles.putIfAbsent(key, created);
			return (winner != null) ? winner : created;
		}

		/** Releases the handles of meters that were removed. */
		private void release() {
			Set<Meter> meters = Collections.newSetFromMap(new IdentityHashMap<>());
			meters.addAll(MicrometerMetrics.this.registered.get().registry().getMeters());
			this.handles.values().removeIf((handle) -> !meters.contains(handle.meterOrNull()));
			this.untilRelease.set(Math.max(LEAST_HANDLES, this.handles.size()));
		}

		/** Uses the tags of a folded meter, since there is no end of others. */
		private Key key(Meter.Id id, Meter.Id bounded, String[] tags) {
			return new Key(id.getName(), bounded.equals(id) ? List.of(tags)
					: bounded.getTags().stream().flatMap((tag) -> Stream.of(tag.getKey(), tag.getValue())).toList());
		}

	}

	/**
	 * A name and its tags, in the order in which they are given.
	 */
	private record Key(String name, List<String> tags) {
	}

	/**
	 * A timing that runs.
	 */
	private final class RunningTiming implements Timing {

		private final String name;

		private final MeterHandles.Handle<Timer> handle;

		private final long start = System.nanoTime();

		private final AtomicBoolean ended = new AtomicBoolean();

		RunningTiming(String name, MeterHandles.Handle<Timer> handle) {
			this.name = name;
			this.handle = handle;
		}

		@Override
		public void close() {
			long nanos = System.nanoTime() - this.start;
			if (this.ended.compareAndSet(false, true)) {
				MicrometerMetrics.this.timers.call(this.name, this.handle, (known) -> {
					Timer timer = known.meter();
					if (timer != null) {
						timer.record(nanos, TimeUnit.NANOSECONDS);
					}
				});
			}
		}

		@Override
		public void discard() {
			this.ended.set(true);
		}

	}

}
