package dev.cairn.spring.live;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.spring.live.CairnEventsEndpoint.ConversionDescriptor;
import dev.cairn.spring.live.CairnEventsEndpoint.CountsDescriptor;
import dev.cairn.spring.live.CairnEventsEndpoint.StepDescriptor;

/**
 * The events of a minute, an hour or a day. A sampled event counts for the events it
 * stands for. Not thread-safe.
 */
final class Bucket {

	/** The maximum number of types; further ones are counted together. */
	static final int MAX_TYPES = 100;

	private static final String OTHER_TYPES = "other";

	private static final double ROUNDING = 10_000;

	private final Map<String, Double> types = new LinkedHashMap<>();

	private final Map<String, Steps> conversions = new LinkedHashMap<>();

	private final VisitorCounter visitors;

	private double pageViews;

	private double robots;

	Bucket(VisitorCounter visitors) {
		this.visitors = visitors;
	}

	void addEvents(String type, double number) {
		boolean hasRoom = this.types.containsKey(type) || this.types.size() < MAX_TYPES;
		this.types.merge(hasRoom ? type : OTHER_TYPES, number, Double::sum);
	}

	void addPageViews(double number) {
		this.pageViews += number;
	}

	void addRobots(double number) {
		this.robots += number;
	}

	void addVisitor(String visitor) {
		this.visitors.add(visitor);
	}

	void addStep(String conversion, List<String> steps, int step, long number) {
		this.conversions.computeIfAbsent(conversion, (name) -> new Steps(steps, new long[steps.size()]))
			.reached()[step] += number;
	}

	void addTo(Bucket total) {
		this.types.forEach(total::addEvents);
		total.addPageViews(this.pageViews);
		total.addRobots(this.robots);
		total.visitors.addAll(this.visitors);
		this.conversions.forEach((name, conversion) -> {
			for (int i = 0; i < conversion.reached().length; i++) {
				total.addStep(name, conversion.types(), i, conversion.reached()[i]);
			}
		});
	}

	CountsDescriptor describe(boolean sketches) {
		double events = this.types.values().stream().mapToDouble(Double::doubleValue).sum();
		Map<String, Long> byType = new LinkedHashMap<>();
		this.types.forEach((type, number) -> byType.put(type, Math.round(number)));
		Map<String, ConversionDescriptor> described = new LinkedHashMap<>();
		this.conversions.forEach((name, conversion) -> described.put(name, conversion.describe()));
		byte[] sketch = sketches ? this.visitors.sketch() : null;
		return new CountsDescriptor(Math.round(events), Math.round(this.pageViews), Math.round(this.robots),
				this.visitors.count(), byType, described,
				(sketch != null) ? Base64.getEncoder().encodeToString(sketch) : null);
	}

	/** The steps of a conversion and the number of visitors that reached each of them. */
	private record Steps(List<String> types, long[] reached) {

		ConversionDescriptor describe() {
			List<StepDescriptor> steps = new ArrayList<>();
			for (int i = 0; i < this.reached.length; i++) {
				steps.add(new StepDescriptor(this.types.get(i), this.reached[i]));
			}
			double last = this.reached[this.reached.length - 1];
			return new ConversionDescriptor(steps,
					(this.reached[0] > 0) ? Math.round(last / this.reached[0] * ROUNDING) / ROUNDING : null);
		}

	}

}
