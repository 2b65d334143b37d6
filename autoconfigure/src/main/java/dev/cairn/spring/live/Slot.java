package dev.cairn.spring.live;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What happened in one minute, hour or day. For one thread at a time.
 */
final class Slot {

	/** The type under which those are counted for which there is no room. */
	private static final String OTHER_TYPES = "other";

	private final int mostTypes;

	private final Map<String, Double> types = new LinkedHashMap<>();

	private final Map<String, long[]> steps = new LinkedHashMap<>();

	private final Audience visitors;

	private double pageViews;

	Slot(int mostTypes, Audience visitors) {
		this.mostTypes = mostTypes;
		this.visitors = visitors;
	}

	void event(String type, double number) {
		boolean counted = this.types.containsKey(type) || this.types.size() < this.mostTypes;
		this.types.merge(counted ? type : OTHER_TYPES, number, Double::sum);
	}

	void pageViews(double number) {
		this.pageViews += number;
	}

	void visitor(String visitor) {
		this.visitors.add(visitor);
	}

	void step(String conversion, int steps, int step, long number) {
		this.steps.computeIfAbsent(conversion, (name) -> new long[steps])[step] += number;
	}

	void addTo(Slot total) {
		this.types.forEach(total::event);
		total.pageViews(this.pageViews);
		total.visitors.addAll(this.visitors);
		this.steps.forEach((conversion, reached) -> {
			for (int i = 0; i < reached.length; i++) {
				total.step(conversion, reached.length, i, reached[i]);
			}
		});
	}

	LiveCounts counts() {
		Map<String, Long> events = new LinkedHashMap<>();
		this.types.forEach((type, number) -> events.put(type, Math.round(number)));
		double all = this.types.values().stream().mapToDouble(Double::doubleValue).sum();
		Map<String, long[]> copy = new LinkedHashMap<>();
		this.steps.forEach((conversion, reached) -> copy.put(conversion, reached.clone()));
		@Nullable Long size = this.visitors.size();
		return new LiveCounts(Math.round(all), Math.round(this.pageViews), size, events, copy);
	}

}
