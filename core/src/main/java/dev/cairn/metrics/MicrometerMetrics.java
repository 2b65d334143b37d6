package dev.cairn.metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.cairn.CairnMetrics;
import dev.cairn.Timing;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metric calls as meters of Micrometer's. Each name and its tags are looked up in a
 * map of its own; Micrometer is asked for the first call only. Thread-safe.
 */
public final class MicrometerMetrics implements CairnMetrics {

	private static final Logger logger = LoggerFactory.getLogger(MicrometerMetrics.class);

	private static final int MAX_REFUSED = 1000;

	private final Supplier<MeterHandles> handles;

	private final UnaryOperator<Meter.Id> bounds;

	private final Map<String, Kind> kinds = new ConcurrentHashMap<>();

	private final Meters<CounterHandle> counters = new Meters<>(Kind.COUNTER,
			(name, tags) -> handles().counter(name, tags, (counter) -> counter));

	private final Meters<SummaryHandle> summaries = new Meters<>(Kind.SUMMARY,
			(name, tags) -> handles().summary(name, tags));

	private final Meters<TimerHandle> timers = new Meters<>(Kind.TIMER,
			(name, tags) -> handles().timer(name, tags, (timer) -> timer));

	private final Meters<GaugeHandle> gauges = new Meters<>(Kind.GAUGE, (name, tags) -> handles().gauge(name, tags));

	/** Kinds and names that were refused, and told to be. */
	private final Set<String> refused = ConcurrentHashMap.newKeySet();

	/**
	 * Create metrics.
	 * @param handles makes the meters; asked at the first call
	 * @param bounds maps a meter whose tags have too many values to another one
	 */
	public MicrometerMetrics(Supplier<MeterHandles> handles, UnaryOperator<Meter.Id> bounds) {
		this.handles = handles;
		this.bounds = bounds;
	}

	private MeterHandles handles() {
		return this.handles.get();
	}

	@Override
	public void incr(String name, double by, String... tags) {
		this.counters.call(name, tags, (counter) -> counter.increment(by));
	}

	@Override
	public void set(String name, double value, String... tags) {
		this.gauges.call(name, tags, (gauge) -> gauge.set(value));
	}

	@Override
	public void record(String name, double value, String... tags) {
		this.summaries.call(name, tags, (summary) -> summary.record(value, 1));
	}

	@Override
	public Timing timer(String name, String... tags) {
		TimerHandle timer = this.timers.find(name, tags);
		if (timer == null || !timer.gate().keeps()) {
			return Timing.NONE;
		}
		return new Running(name, timer, timer.gate().rate());
	}

	/** Once for each name: it may be called a million times a second. */
	private void refuse(String name, Kind kind, String why) {
		if (this.refused.size() < MAX_REFUSED && this.refused.add(kind + name)) {
			logger.warn("Cairn: the {} '{}' is not recorded: {}. It was called from {}", kind.word(), name, why,
					Callers.ofMeter());
		}
	}

	/**
	 * A time that is being taken.
	 */
	private final class Running implements Timing {

		private final String name;

		private final TimerHandle timer;

		private final double rate;

		private final long start = System.nanoTime();

		private final AtomicBoolean over = new AtomicBoolean();

		Running(String name, TimerHandle timer, double rate) {
			this.name = name;
			this.timer = timer;
			this.rate = rate;
		}

		@Override
		public void close() {
			long nanos = System.nanoTime() - this.start;
			if (this.over.compareAndSet(false, true)) {
				MicrometerMetrics.this.timers.call(this.name, this.timer, (known) -> known.record(nanos, this.rate));
			}
		}

		@Override
		public void discard() {
			this.over.set(true);
		}

	}

	/**
	 * The meters of one kind, by name and tags.
	 *
	 * @param <H> what records
	 */
	private final class Meters<H> {

		private final Kind kind;

		private final BiFunction<String, Tags, H> maker;

		private final Map<String, H> named = new ConcurrentHashMap<>();

		private final Map<Tagged, H> tagged = new ConcurrentHashMap<>();

		Meters(Kind kind, BiFunction<String, Tags, H> maker) {
			this.kind = kind;
			this.maker = maker;
		}

		/** Whatever a registry does, the caller does not hear of it. */
		void call(String name, String[] tags, Consumer<H> record) {
			H known = find(name, tags);
			if (known != null) {
				call(name, known, record);
			}
		}

		void call(String name, H known, Consumer<H> record) {
			try {
				record.accept(known);
			}
			catch (RuntimeException ex) {
				refuse(name, this.kind, String.valueOf(ex.getMessage()));
			}
		}

		/** Return what records, or {@code null} where the meter is refused. */
		@Nullable H find(String name, String[] tags) {
			Objects.requireNonNull(name, "name must not be null");
			H known = (tags.length == 0) ? this.named.get(name) : this.tagged.get(new Tagged(name, tags));
			return (known != null) ? known : look(name, tags);
		}

		private @Nullable H look(String name, String[] tags) {
			if (tags.length % 2 != 0) {
				throw new IllegalArgumentException(
						"tags must be keys and values in turns, but were " + Arrays.toString(tags));
			}
			Kind first = MicrometerMetrics.this.kinds.get(name);
			if (first != null && first != this.kind) {
				refuse(name, this.kind, "there is a " + first.word() + " of this name already");
				return null;
			}
			try {
				H made = make(name, tags);
				MicrometerMetrics.this.kinds.putIfAbsent(name, this.kind);
				return made;
			}
			catch (RuntimeException ex) {
				refuse(name, this.kind, String.valueOf(ex.getMessage()));
				return null;
			}
		}

		/**
		 * What is folded is not kept under its own name: there is no end of such names.
		 */
		private H make(String name, String[] tags) {
			if (tags.length == 0) {
				return this.named.computeIfAbsent(name, (absent) -> this.maker.apply(name, Tags.empty()));
			}
			Tags asked = Tags.of(tags);
			Meter.Id id = new Meter.Id(name, asked, null, null, this.kind.type());
			Meter.Id bounded = MicrometerMetrics.this.bounds.apply(id);
			if (bounded.equals(id)) {
				return this.tagged.computeIfAbsent(new Tagged(name, tags.clone()),
						(absent) -> this.maker.apply(name, asked));
			}
			String[] flat = bounded.getTags()
				.stream()
				.flatMap((tag) -> Stream.of(tag.getKey(), tag.getValue()))
				.toArray(String[]::new);
			return this.tagged.computeIfAbsent(new Tagged(name, flat),
					(absent) -> this.maker.apply(name, Tags.of(bounded.getTags())));
		}

	}

	/**
	 * A name and its tags, in the order in which they are given.
	 */
	private static final class Tagged {

		private final String name;

		private final String[] tags;

		private final int hash;

		Tagged(String name, String[] tags) {
			this.name = name;
			this.tags = tags;
			this.hash = 31 * name.hashCode() + Arrays.hashCode(tags);
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Tagged that && this.hash == that.hash && this.name.equals(that.name)
					&& Arrays.equals(this.tags, that.tags);
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

	/**
	 * What a name stands for.
	 */
	private enum Kind {

		COUNTER(Meter.Type.COUNTER), SUMMARY(Meter.Type.DISTRIBUTION_SUMMARY), TIMER(Meter.Type.TIMER),
		GAUGE(Meter.Type.GAUGE);

		private final Meter.Type type;

		Kind(Meter.Type type) {
			this.type = type;
		}

		Meter.Type type() {
			return this.type;
		}

		String word() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
