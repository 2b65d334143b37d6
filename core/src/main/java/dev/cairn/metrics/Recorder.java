package dev.cairn.metrics;

import java.util.ArrayList;
import java.util.List;
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

	private volatile @Nullable List<Leaf<M>> leaves;

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
			this.leaves = null;
		}
		return now.meter();
	}

	/** Record a sample that was kept at a rate below 1. */
	void record(double amount, double rate) {
		meter();
		List<Leaf<M>> all = this.leaves;
		if (all == null || all.size() != count(this.registry)) {
			all = new ArrayList<>();
			collect(this.registry, all);
			this.leaves = all;
		}
		for (Leaf<M> leaf : all) {
			if (leaf.rated() != null) {
				leaf.rated().recordRated(amount, rate);
			}
			else {
				this.replay.record(leaf.meter(), amount, rate);
			}
		}
	}

	private static int count(MeterRegistry registry) {
		if (!(registry instanceof CompositeMeterRegistry composite)) {
			return 1;
		}
		int count = 0;
		for (MeterRegistry child : composite.getRegistries()) {
			count += count(child);
		}
		return count;
	}

	private void collect(MeterRegistry registry, List<Leaf<M>> all) {
		if (registry instanceof CompositeMeterRegistry composite) {
			composite.getRegistries().forEach((child) -> collect(child, all));
			return;
		}
		M meter = this.registration.apply(registry);
		all.add(new Leaf<>(meter, (meter instanceof RatedMeter rated) ? rated : null));
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

	private record Leaf<M>(M meter, @Nullable RatedMeter rated) {
	}

}
