package dev.cairn.spring.pipe;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import dev.cairn.file.PipeFolder.Lines;
import dev.cairn.internal.Extensions;
import dev.cairn.metrics.Distribution;
import dev.cairn.metrics.StatisticsRegistry;
import dev.cairn.metrics.StatisticsRegistry.Window;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;

/**
 * Writes the values of all meters as lines {@code name: value}, in the format of
 * statvent: counters and gauges as they are, and the percentiles and the rate of the last
 * five minutes with its labels. Times are milliseconds. A name with {@code {0}} has the
 * label there.
 */
record StatsLines(StatisticsRegistry registry, HierarchicalNameMapper mapper, boolean buckets, Extensions extensions) {

	/**
	 * As StatsD's names, but without a convention: a colon or a space may be in a name.
	 */
	static final HierarchicalNameMapper NAMES = StatsLines::nameOf;

	private static final Duration WINDOW = Duration.ofMinutes(5);

	private static final int MILLIS_DIGITS = 6;

	/** Whole numbers are exact up to here. */
	private static final double MAX_WHOLE = 1L << 53;

	private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]");

	private static String nameOf(Meter.Id id, NamingConvention convention) {
		StringBuilder name = new StringBuilder(id.getName());
		for (Tag tag : id.getTagsAsIterable()) {
			name.append('.').append(tag.getKey()).append('.').append(tag.getValue());
		}
		return name.toString();
	}

	/** Returns the lines of all meters at this moment. */
	byte[] snapshot() {
		StringBuilder lines = new StringBuilder();
		for (Meter meter : this.registry.getMeters()) {
			// Others are gauges that Micrometer derives from a timer or a summary
			if (meter.getId().syntheticAssociation() == null) {
				// The functions of gauges are code of the application
				this.extensions.guard("meter " + meter.getId().getName(), () -> write(meter, lines));
			}
		}
		return lines.toString().getBytes(StandardCharsets.UTF_8);
	}

	private void write(Meter meter, StringBuilder lines) {
		String name = CONTROL.matcher(this.mapper.toHierarchicalName(meter.getId(), NamingConvention.identity))
			.replaceAll("_");
		meter.use((gauge) -> line(lines, name, gauge.value()), (counter) -> {
			line(lines, name, counter.count());
			values(lines, name, counter);
		}, (timer) -> {
			line(lines, Lines.labelled(name, "count"), timer.count());
			values(lines, name, timer);
		}, (summary) -> {
			line(lines, Lines.labelled(name, "count"), summary.count());
			values(lines, name, summary);
		}, (task) -> {
			line(lines, Lines.labelled(name, "active"), task.activeTasks());
			line(lines, Lines.labelled(name, "duration"), task.duration(TimeUnit.MILLISECONDS));
		}, (gauge) -> line(lines, name, gauge.value()), (counter) -> line(lines, name, counter.count()), (timer) -> {
			line(lines, Lines.labelled(name, "count"), timer.count());
			line(lines, Lines.labelled(name, "mean"), timer.mean(TimeUnit.MILLISECONDS));
		}, (other) -> other.measure()
			.forEach((value) -> line(lines, Lines.labelled(name, value.getStatistic().getTagValueRepresentation()),
					value.getValue())));
	}

	/** Writes what the last minutes have. */
	private void values(StringBuilder lines, String name, Meter meter) {
		Window window = this.registry.window(meter.getId(), WINDOW);
		if (window == null) {
			return;
		}
		line(lines, Lines.labelled(name, "rate"), window.rate());
		Distribution values = window.distribution();
		if (values != null && values.count() > 0) {
			int digits = (meter.getId().getType() == Meter.Type.TIMER) ? MILLIS_DIGITS : 0;
			Lines.PERCENTILES.forEach((label, share) -> line(lines, Lines.labelled(name, label),
					values.percentile(share) / Math.pow(10, digits)));
			line(lines, Lines.labelled(name, "mean"), values.mean() / Math.pow(10, digits));
			if (this.buckets) {
				values.counts()
					.forEach((bucket, count) -> line(lines,
							Lines.labelled(name, Lines.bucket(Distribution.upperBound(bucket), digits)), count));
			}
		}
	}

	/** A reader of statvent understands neither infinity nor NaN. */
	private static void line(StringBuilder lines, String name, double value) {
		if (Double.isFinite(value)) {
			boolean whole = value == Math.rint(value) && Math.abs(value) <= MAX_WHOLE;
			lines.append(name)
				.append(": ")
				.append(whole ? String.valueOf((long) value) : String.format(Locale.ROOT, "%f", value))
				.append('\n');
		}
	}

}
