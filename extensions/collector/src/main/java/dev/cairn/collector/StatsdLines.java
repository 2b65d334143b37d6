package dev.cairn.collector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import dev.cairn.CairnMetrics;

/**
 * Records lines of StatsD, such as {@code orders:1|c|@0.1|#shop:berlin}, in the meters of
 * the application, where the limits of tags and series apply. For one thread at a time.
 */
final class StatsdLines {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./-]{1,200}");

	/** A sampled duration stands for as many others. */
	private static final int MAX_REPEATS = 1000;

	private static final int MAX_TAGS = 20;

	/** Of gauges that are changed by a difference, and of sets. */
	private static final int MAX_SERIES = 1000;

	private static final int MAX_VALUES = 10_000;

	private static final long MINUTE = Duration.ofMinutes(1).toMillis();

	private final CairnMetrics metrics;

	private final Map<String, Double> gauges = new HashMap<>();

	private final Map<String, Set<Integer>> sets = new HashMap<>();

	private long minute;

	StatsdLines(CairnMetrics metrics) {
		this.metrics = metrics;
	}

	/**
	 * Records a line.
	 * @throws RefusedException if it is no line of StatsD
	 */
	synchronized void record(String line, long now) throws RefusedException {
		int colon = line.indexOf(':');
		String[] parts = line.substring(colon + 1).split("\\|", -1);
		if (colon <= 0 || parts.length < 2 || !NAME.matcher(line).region(0, colon).matches()) {
			throw new RefusedException(null, "the line is neither a message nor one of StatsD");
		}
		double rate = 1;
		String[] tags = {};
		for (int i = 2; i < parts.length; i++) {
			if (parts[i].startsWith("@")) {
				rate = number(parts[i].substring(1));
			}
			else if (parts[i].startsWith("#")) {
				tags = tags(parts[i].substring(1));
			}
		}
		if (!(rate > 0 && rate <= 1)) {
			throw new RefusedException(null, "the sample rate must be more than 0 and at most 1");
		}
		record(new Sample(line.substring(0, colon), parts[0], rate, tags), parts[1], now);
	}

	private void record(Sample sample, String type, long now) throws RefusedException {
		switch (type) {
			case "c" -> this.metrics.incr(sample.name, number(sample.value) / sample.rate, sample.tags);
			case "g" -> this.metrics.set(sample.name, gauge(sample), sample.tags);
			case "ms" -> {
				Duration duration = duration(sample.value);
				repeat(sample, () -> this.metrics.record(sample.name, duration, sample.tags));
			}
			case "h", "d" -> {
				double value = number(sample.value);
				repeat(sample, () -> this.metrics.record(sample.name, value, sample.tags));
			}
			case "s" -> this.metrics.set(sample.name, distinct(sample, now), sample.tags);
			default -> throw new RefusedException(null, "the type of a line of StatsD must be c, g, ms, h, d or s");
		}
	}

	private static void repeat(Sample sample, Runnable call) {
		long times = Math.min(MAX_REPEATS, Math.round(1 / sample.rate));
		for (long i = 0; i < times; i++) {
			call.run();
		}
	}

	/** A value with a sign changes the one before. */
	private double gauge(Sample sample) throws RefusedException {
		boolean change = sample.value.startsWith("+") || sample.value.startsWith("-");
		double value = number(sample.value);
		String series = sample.series();
		double after = change ? this.gauges.getOrDefault(series, 0.0) + value : value;
		if (this.gauges.size() < MAX_SERIES || this.gauges.containsKey(series)) {
			this.gauges.put(series, after);
		}
		return after;
	}

	/** Returns how many different values there were in the current minute. */
	private int distinct(Sample sample, long now) throws RefusedException {
		if (now / MINUTE != this.minute) {
			this.minute = now / MINUTE;
			this.sets.clear();
		}
		String series = sample.series();
		Set<Integer> known = this.sets.get(series);
		if (known == null) {
			if (this.sets.size() >= MAX_SERIES) {
				throw new RefusedException(null, "there are more than " + MAX_SERIES + " sets");
			}
			known = new HashSet<>();
			this.sets.put(series, known);
		}
		if (known.size() < MAX_VALUES) {
			known.add(sample.value.hashCode());
		}
		return known.size();
	}

	private static Duration duration(String millis) throws RefusedException {
		double number = number(millis);
		if (number < 0 || number > Duration.ofDays(365).toMillis()) {
			throw new RefusedException(null, "a duration must be 0 or more milliseconds, and at most a year");
		}
		return Duration.ofNanos((long) (number * 1_000_000));
	}

	private static double number(String text) throws RefusedException {
		try {
			double number = (text.length() <= 40) ? Double.parseDouble(text) : Double.NaN;
			if (Double.isFinite(number)) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// As one that is not finite
		}
		throw new RefusedException(null, "the value of a line of StatsD must be a number");
	}

	/** A tag of Micrometer has a value. */
	private static String[] tags(String text) throws RefusedException {
		List<String> tags = new ArrayList<>();
		for (String tag : text.split(",", -1)) {
			if (!tag.isBlank()) {
				int colon = tag.indexOf(':');
				tags.add((colon >= 0) ? tag.substring(0, colon) : tag);
				tags.add((colon >= 0 && colon < tag.length() - 1) ? tag.substring(colon + 1) : "true");
			}
		}
		if (tags.size() > 2 * MAX_TAGS || tags.stream().anyMatch((tag) -> tag.isBlank() || tag.length() > 200)) {
			throw new RefusedException(null, "a line of StatsD must have at most " + MAX_TAGS + " tags with names");
		}
		return tags.toArray(String[]::new);
	}

	/** One value of a line. */
	private static final class Sample {

		private final String name;

		private final String value;

		private final double rate;

		private final String[] tags;

		Sample(String name, String value, double rate, String[] tags) {
			this.name = name;
			this.value = value;
			this.rate = rate;
			this.tags = tags;
		}

		String series() {
			return this.name + "|" + String.join(",", this.tags);
		}

	}

}
