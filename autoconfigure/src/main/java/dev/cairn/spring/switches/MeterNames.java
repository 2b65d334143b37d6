package dev.cairn.spring.switches;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * The names of the meters that there are.
 *
 * @param registry supplies the registry
 */
record MeterNames(Supplier<MeterRegistry> registry) {

	private static final Set<Meter.Type> TIMERS = EnumSet.of(Meter.Type.TIMER, Meter.Type.DISTRIBUTION_SUMMARY,
			Meter.Type.LONG_TASK_TIMER);

	Collection<String> timers() {
		return names(TIMERS);
	}

	Collection<String> counters() {
		return names(EnumSet.of(Meter.Type.COUNTER));
	}

	private Collection<String> names(Set<Meter.Type> types) {
		return this.registry.get()
			.getMeters()
			.stream()
			.filter((meter) -> types.contains(meter.getId().getType()))
			.map((meter) -> meter.getId().getName())
			.collect(Collectors.toCollection(TreeSet::new));
	}

}
