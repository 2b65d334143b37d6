package dev.cairn.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * A meter that is looked up once and then recorded to directly. A sample that stands for
 * several is given to each registry by itself: Cairn's take it with its rate, others as
 * often as it stands for. Notices when meters were removed, and makes the meter again.
 * Thread-safe.
 *
 * @param <M> the kind of meter
 */
final class Recorder<M extends Meter> {

	private final MeterRegistry registry;

	private final Function<MeterRegistry, M> registration;

	private final Replay<M> replay;

	private final AtomicInteger removals;

	private volatile Known<M> known;

	private volatile @Nullable Leaves<M> leaves;

	/**
	 * Create a recorder.
	 * @param registry where the meter is
	 * @param registration makes the meter in a registry, or finds it there
	 * @param replay records a sample several times
	 * @param removals how often a meter was removed
	 */
	Recorder(MeterRegistry registry, Function<MeterRegistry, M> registration, Replay<M> replay,
			AtomicInteger removals) {
		this.registry = registry;
		this.registration = registration;
		this.replay = replay;
		this.removals = removals;
		this.known = look();
	}

	private Known<M> look() {
		return new Known<>(this.removals.get(), this.registration.apply(this.registry));
	}

	/** Return the meter, for samples that stand for themselves. */
	M meter() {
		Known<M> now = this.known;
		if (now.removals() != this.removals.get()) {
			now = look();
			this.known = now;
		}
		return now.meter();
	}

	/** Record a sample that was kept at a rate below 1. */
	void record(double amount, double rate) {
		// Those below have it as soon as the one above has
		meter();
		for (Leaf<M> leaf : leaves().all()) {
			if (leaf.rated() != null) {
				leaf.rated().recordRated(amount, rate);
			}
			else {
				this.replay.record(leaf.meter(), amount, rate);
			}
		}
	}

	private Leaves<M> leaves() {
		int removed = this.removals.get();
		int registries = fingerprint(this.registry);
		Leaves<M> now = this.leaves;
		if (now == null || now.removals() != removed || now.registries() != registries) {
			Set<MeterRegistry> below = Collections.newSetFromMap(new IdentityHashMap<>());
			collect(this.registry, below);
			List<Leaf<M>> all = new ArrayList<>();
			for (MeterRegistry each : below) {
				M meter = this.registration.apply(each);
				all.add(new Leaf<>(meter, (meter instanceof RatedMeter rated) ? rated : null));
			}
			now = new Leaves<>(removed, registries, all);
			this.leaves = now;
		}
		return now;
	}

	/** Return a number that changes with the registries in a composite. */
	private static int fingerprint(MeterRegistry registry) {
		int sum = System.identityHashCode(registry);
		if (registry instanceof CompositeMeterRegistry composite) {
			for (MeterRegistry child : composite.getRegistries()) {
				sum += fingerprint(child);
			}
		}
		return sum;
	}

	private static void collect(MeterRegistry registry, Set<MeterRegistry> leaves) {
		if (registry instanceof CompositeMeterRegistry composite) {
			composite.getRegistries().forEach((child) -> collect(child, leaves));
		}
		else {
			leaves.add(registry);
		}
	}

	/**
	 * Records a sample in a registry that knows no rates.
	 *
	 * @param <M> the kind of meter
	 */
	@FunctionalInterface
	interface Replay<M> {

		void record(M meter, double amount, double rate);

	}

	private record Known<M>(int removals, M meter) {
	}

	private record Leaves<M>(int removals, int registries, List<Leaf<M>> all) {
	}

	private record Leaf<M>(M meter, @Nullable RatedMeter rated) {
	}

}
