package dev.cairn.host;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.file.PipeFolder;
import org.jspecify.annotations.Nullable;

/**
 * The stats of all processes of a host as one. Distributions are merged by their buckets.
 * Percentiles without buckets cannot be merged, and stay those of their process.
 *
 * @param producers what was read
 * @param stats the merged stats by name
 * @param processes what cannot be merged: values by name and process
 */
record HostStats(List<Producer> producers, Map<String, Double> stats, Map<String, Map<String, Double>> processes) {

	private static final String PLACE = "{0}";

	private static final String MEAN = "mean";

	/** A label may be anywhere in a name. */
	private static final Pattern LABEL = Pattern
		.compile("(?<![A-Za-z0-9])(median|95th|99th|100th|mean)(?![A-Za-z0-9])");

	private static final Pattern BUCKET = Pattern.compile("(?<![A-Za-z0-9])bucket\\.(\\d+(?:\\.\\d+)?)(?![A-Za-z0-9])");

	/** Identity is enough for a producer, whose hash is that of all of its stats. */
	static HostStats merge(List<Producer> producers, Gauges gauges) {
		Map<String, Map<Producer, Double>> plain = new TreeMap<>();
		Map<String, Map<Producer, Labelled>> distributions = new TreeMap<>();
		for (Producer producer : producers) {
			producer.stats().forEach((name, value) -> {
				MatchResult bucket = last(BUCKET, name);
				MatchResult label = (bucket != null) ? bucket : last(LABEL, name);
				if (label == null) {
					plain.computeIfAbsent(name, (key) -> new IdentityHashMap<>()).put(producer, value);
					return;
				}
				String base = name.substring(0, label.start()) + PLACE + name.substring(label.end());
				Labelled labelled = distributions.computeIfAbsent(base, (key) -> new IdentityHashMap<>())
					.computeIfAbsent(producer, (key) -> new Labelled(new TreeMap<>(), new TreeMap<>()));
				if (bucket != null) {
					labelled.buckets().merge(Double.valueOf(bucket.group(1)), value, Double::sum);
				}
				else {
					labelled.values().put(label.group(1), value);
				}
			});
		}
		HostStats merged = new HostStats(producers, new TreeMap<>(), new TreeMap<>());
		plain.forEach((name, values) -> merged.stats().put(name, gauges.merge(name, values)));
		distributions.forEach(merged::add);
		return merged;
	}

	private static @Nullable MatchResult last(Pattern pattern, String name) {
		Matcher matcher = pattern.matcher(name);
		MatchResult last = null;
		while (matcher.find()) {
			last = matcher.toMatchResult();
		}
		return last;
	}

	/** Adds a distribution. Values of one process alone are right as they are. */
	private void add(String base, Map<Producer, Labelled> parts) {
		Buckets buckets = new Buckets();
		double sum = 0;
		for (Map.Entry<Producer, Labelled> part : parts.entrySet()) {
			Labelled labelled = part.getValue();
			labelled.buckets().forEach(buckets::add);
			sum += labelled.values().getOrDefault(MEAN, 0.0) * labelled.count();
			if (labelled.buckets().isEmpty() && parts.size() > 1) {
				labelled.values()
					.forEach((label, value) -> this.processes
						.computeIfAbsent(base.replace(PLACE, label), (key) -> new TreeMap<>())
						.put(part.getKey().name(), value));
			}
			else if (labelled.buckets().isEmpty()) {
				labelled.values().forEach((label, value) -> this.stats.put(base.replace(PLACE, label), value));
			}
		}
		if (buckets.count() > 0) {
			PipeFolder.Lines.PERCENTILES
				.forEach((label, share) -> this.stats.put(base.replace(PLACE, label), buckets.percentile(share)));
			this.stats.put(base.replace(PLACE, MEAN), sum / buckets.count());
		}
	}

	/**
	 * The part of a distribution that one process has.
	 */
	private record Labelled(Map<String, Double> values, Map<Double, Double> buckets) {

		double count() {
			return this.buckets.values().stream().mapToDouble(Double::doubleValue).sum();
		}

	}

}
