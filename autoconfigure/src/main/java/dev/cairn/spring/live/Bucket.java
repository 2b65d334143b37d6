package dev.cairn.spring.live;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The events of a minute, an hour or a day. Not thread-safe.
 */
final class Bucket {

	/** The maximum number of types; further ones are counted together. */
	static final int MAX_TYPES = 100;

	private static final String OTHER_TYPES = "other";

	private final Map<String, Double> types = new LinkedHashMap<>();

	private final Map<String, long[]> steps = new LinkedHashMap<>();

	private final VisitorCounter visitors;

	private double pageViews;

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

	void addVisitor(String visitor) {
		this.visitors.add(visitor);
	}

	void addStep(String conversion, int steps, int step, long number) {
		this.steps.computeIfAbsent(conversion, (name) -> new long[steps])[step] += number;
	}

	void addTo(Bucket total) {
		this.types.forEach(total::addEvents);
		total.addPageViews(this.pageViews);
		total.visitors.addAll(this.visitors);
		this.steps.forEach((conversion, reached) -> {
			for (int i = 0; i < reached.length; i++) {
				total.addStep(conversion, reached.length, i, reached[i]);
			}
		});
	}

	LiveCounts counts() {
		Map<String, Long> byType = new LinkedHashMap<>();
		this.types.forEach((type, number) -> byType.put(type, Math.round(number)));
		double events = this.types.values().stream().mapToDouble(Double::doubleValue).sum();
		Map<String, long[]> reached = new LinkedHashMap<>();
		this.steps.forEach((conversion, numbers) -> reached.put(conversion, numbers.clone()));
		return new LiveCounts(Math.round(events), Math.round(this.pageViews), this.visitors.count(), byType, reached);
	}

}
