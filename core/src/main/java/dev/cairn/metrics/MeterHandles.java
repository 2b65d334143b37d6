package dev.cairn.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.cairn.ApplicationFrames;
import dev.cairn.CairnMetrics;
import dev.cairn.internal.Extensions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.noop.NoopGauge;
import org.jspecify.annotations.Nullable;

/**
 * Creates handles of meters, so that a meter is looked up once and not at each call. A
 * handle looks its meter up again after meters were removed or sampling rates changed.
 * Thread-safe.
 */
public final class MeterHandles {

	private final MeterRegistry registry;

	private final MeterSampling sampling;

	private final AtomicInteger removals = new AtomicInteger();

	/** New gauges that are being registered by their handles. */
	private final Set<Meter> added = ConcurrentHashMap.newKeySet();

	/**
	 * Creates an instance.
	 * @param registry the registry of the meters
	 * @param sampling the rates of the meters
	 */
	public MeterHandles(MeterRegistry registry, MeterSampling sampling) {
		this.registry = registry;
		this.sampling = sampling;
		registry.config().onMeterAdded(this::added).onMeterRemoved((meter) -> this.removals.incrementAndGet());
	}

	private void added(Meter meter) {
		if (meter instanceof Gauge && Extensions.isWithin(this.added)) {
			this.added.add(meter);
		}
	}

	/**
	 * Returns the metric calls of a registry. Each name with its tags is looked up in a
	 * map; Micrometer is asked at the first call only.
	 * @param handles supplies the handles of the meters; called at the first metric call
	 * @param bounds maps a meter whose tags have too many values to another one
	 * @param frames identifies the classes of the application
	 * @return the metric calls
	 */
	public static CairnMetrics metrics(Supplier<MeterHandles> handles, UnaryOperator<Meter.Id> bounds,
			ApplicationFrames frames) {
		return new MicrometerMetrics(handles, bounds, frames);
	}

	/**
	 * Returns the registry of the meters.
	 * @return the registry
	 */
	public MeterRegistry registry() {
		return this.registry;
	}

	/**
	 * Returns a handle of a meter.
	 * @param <M> the type of the meter
	 * @param type the type of the meter
	 * @param name the name of the meter
	 * @param tags its tags
	 * @param registration registers the meter when it is first needed
	 * @return the handle
	 */
	public <M extends Meter> Handle<M> handle(Meter.Type type, String name, Tags tags,
			Function<MeterRegistry, M> registration) {
		return new Handle<>(new Meter.Id(name, tags, null, null, type), registration);
	}

	GaugeHandle gauge(String name, Tags tags) {
		return new GaugeHandle(name, tags);
	}

	/** Returns a number that changes when handles have to look their meters up again. */
	private long generation() {
		return this.removals.get() + this.sampling.version();
	}

	/** Refers to a meter. */
	interface Known {

		/** Returns whether its meter was looked up and is not one of these. */
		boolean isObsolete(Set<Meter> meters);

	}

	/**
	 * A meter that is looked up when it is needed. Thread-safe.
	 *
	 * @param <M> the type of the meter
	 */
	public final class Handle<M extends Meter> implements Known {

		private final Meter.Id id;

		private final Function<MeterRegistry, M> registration;

		private volatile LookUp<M> known = new LookUp<>(-1, false, false, null);

		private Handle(Meter.Id id, Function<MeterRegistry, M> registration) {
			this.id = id;
			this.registration = registration;
		}

		private LookUp<M> known() {
			LookUp<M> now = this.known;
			long generation = generation();
			if (now.generation() != generation) {
				now = new LookUp<>(generation, MeterHandles.this.sampling.resolve(this.id) > 0, false, null);
				this.known = now;
			}
			return now;
		}

		@Override
		public boolean isObsolete(Set<Meter> meters) {
			return !meters.contains(this.known.meter());
		}

		/**
		 * Returns whether no sampling rule turns the meter off.
		 * @return whether the meter is on
		 */
		public boolean isOn() {
			return known().on();
		}

		/**
		 * Returns the meter.
		 * @return the meter, or {@code null} if a sampling rule turns it off or the
		 * registry has refused it
		 * @throws IllegalArgumentException when the registry refuses the meter, such as
		 * for another kind of meter with this name
		 */
		public @Nullable M meter() {
			LookUp<M> now = known();
			if (now.on() && !now.registered()) {
				M meter = null;
				try {
					meter = this.registration.apply(MeterHandles.this.registry);
				}
				finally {
					now = new LookUp<>(now.generation(), true, true, meter);
					this.known = now;
				}
			}
			return now.meter();
		}

	}

	private record LookUp<M>(long generation, boolean on, boolean registered, @Nullable M meter) {
	}

	/**
	 * A gauge that shows the value set last. Thread-safe.
	 */
	final class GaugeHandle implements Known {

		private final String name;

		private final Tags tags;

		/** The value, as {@link Double#doubleToRawLongBits(double)} has it. */
		private final AtomicLong bits = new AtomicLong();

		private volatile int knownRemovals = -1;

		private volatile @Nullable Gauge own;

		private GaugeHandle(String name, Tags tags) {
			this.name = name;
			this.tags = tags;
		}

		@Override
		public boolean isObsolete(Set<Meter> meters) {
			return this.knownRemovals >= 0 && !meters.contains(this.own);
		}

		/** Fails if there is another gauge with this name and tags. */
		void set(double value) {
			this.bits.set(Double.doubleToRawLongBits(value));
			if (this.knownRemovals != MeterHandles.this.removals.get()) {
				register();
			}
		}

		/** Micrometer silently returns an existing gauge. */
		private synchronized void register() {
			int now = MeterHandles.this.removals.get();
			Set<Meter> added = MeterHandles.this.added;
			Gauge gauge = Extensions.within(added,
					() -> Gauge.builder(this.name, () -> Double.longBitsToDouble(this.bits.get()))
						.tags(this.tags)
						.register(MeterHandles.this.registry));
			if (added.remove(gauge)) {
				this.own = gauge;
			}
			else if (gauge != this.own && !(gauge instanceof NoopGauge)) {
				throw new IllegalStateException("another gauge with this name exists");
			}
			this.knownRemovals = now;
		}

	}

}
