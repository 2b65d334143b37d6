package dev.cairn.metrics;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/**
 * Makes handles of meters, which are looked up once and may be sampled. Thread-safe.
 */
public final class MeterHandles {

	private final MeterRegistry registry;

	private final MeterSampling sampling;

	private final AtomicInteger removals = new AtomicInteger();

	/**
	 * Create handles.
	 * @param registry where the meters are
	 * @param sampling what fraction is kept
	 */
	public MeterHandles(MeterRegistry registry, MeterSampling sampling) {
		this.registry = registry;
		this.sampling = sampling;
		registry.config().onMeterRemoved((meter) -> this.removals.incrementAndGet());
	}

	/**
	 * Return where the meters are.
	 * @return the registry
	 */
	public MeterRegistry registry() {
		return this.registry;
	}

	/**
	 * Return the decision about the calls on a timer.
	 * @param name its name
	 * @param tags its tags
	 * @return the gate
	 */
	public SamplingGate timerGate(String name, Tags tags) {
		return gate(name, tags, Meter.Type.TIMER);
	}

	private SamplingGate gate(String name, Tags tags, Meter.Type type) {
		return this.sampling.gate(new Meter.Id(name, tags, null, null, type));
	}

	/**
	 * Return a timer.
	 * @param name its name
	 * @param tags its tags
	 * @param details what else is to be said of it when it is made
	 * @return the handle
	 * @throws IllegalArgumentException when there is another kind of meter of this name
	 */
	public TimerHandle timer(String name, Tags tags, UnaryOperator<Timer.Builder> details) {
		return new TimerHandle(timerGate(name, tags),
				new Recorder<>(this.registry,
						(registry) -> details.apply(Timer.builder(name).tags(tags)).register(registry),
						TimerHandle::replay, this.removals));
	}

	/**
	 * Return a counter.
	 * @param name its name
	 * @param tags its tags
	 * @param details what else is to be said of it when it is made
	 * @return the handle
	 * @throws IllegalArgumentException when there is another kind of meter of this name
	 */
	public CounterHandle counter(String name, Tags tags, UnaryOperator<Counter.Builder> details) {
		return new CounterHandle(gate(name, tags, Meter.Type.COUNTER),
				new Recorder<>(this.registry,
						(registry) -> details.apply(Counter.builder(name).tags(tags)).register(registry),
						CounterHandle::replay, this.removals));
	}

	GaugeHandle gauge(String name, Tags tags) {
		return new GaugeHandle(this.registry, name, tags, this.removals);
	}

	SummaryHandle summary(String name, Tags tags) {
		return new SummaryHandle(gate(name, tags, Meter.Type.DISTRIBUTION_SUMMARY),
				new Recorder<>(this.registry,
						(registry) -> DistributionSummary.builder(name).tags(tags).register(registry),
						SummaryHandle::replay, this.removals));
	}

}
