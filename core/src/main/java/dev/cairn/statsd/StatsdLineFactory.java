package dev.cairn.statsd;

import java.nio.charset.StandardCharsets;
import java.util.function.DoubleFunction;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdFlavor;
import io.micrometer.statsd.StatsdLineBuilder;
import io.micrometer.statsd.internal.DatadogStatsdLineBuilder;
import io.micrometer.statsd.internal.EtsyStatsdLineBuilder;
import io.micrometer.statsd.internal.SysdigStatsdLineBuilder;
import io.micrometer.statsd.internal.TelegrafStatsdLineBuilder;

/**
 * Creates the templates of lines, by Micrometer's builders. Characters that would end a
 * line or a field are replaced in names and tags before.
 */
final class StatsdLineFactory {

	private static final Pattern UNSAFE_IN_VALUE = Pattern.compile("[|,#@=\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]");

	private static final Pattern UNSAFE = Pattern.compile(UNSAFE_IN_VALUE + "|:");

	private static final String REPLACEMENT = "_";

	private final StatsdFlavor flavor;

	private final MeterRegistry.Config config;

	private final HierarchicalNameMapper mapper;

	StatsdLineFactory(StatsdFlavor flavor, MeterRegistry.Config config, HierarchicalNameMapper mapper) {
		this.flavor = flavor;
		this.config = config;
		this.mapper = mapper;
	}

	NamingConvention namingConvention() {
		return switch (this.flavor) {
			case DATADOG, SYSDIG -> NamingConvention.dot;
			case TELEGRAF -> NamingConvention.snakeCase;
			case ETSY -> NamingConvention.camelCase;
		};
	}

	Template counter(Meter.Id id, Statistic statistic) {
		StatsdLineBuilder builder = builder(id, DistributionStatisticConfig.NONE);
		return Template.of((value) -> builder.count((long) value, statistic));
	}

	Template gauge(Meter.Id id, Statistic statistic) {
		StatsdLineBuilder builder = builder(id, DistributionStatisticConfig.NONE);
		return Template.of((value) -> builder.gauge(value, statistic));
	}

	Template timer(Meter.Id id, DistributionStatisticConfig distribution) {
		return Template.of(builder(id, distribution)::timing);
	}

	Template summary(Meter.Id id, DistributionStatisticConfig distribution) {
		return Template.of(builder(id, distribution)::histogram);
	}

	/** Returns the configuration without a histogram that Datadog's server computes. */
	DistributionStatisticConfig inProcess(DistributionStatisticConfig distribution) {
		return (this.flavor != StatsdFlavor.DATADOG || !Boolean.TRUE.equals(distribution.isPercentileHistogram()))
				? distribution
				: DistributionStatisticConfig.builder().percentilesHistogram(false).build().merge(distribution);
	}

	private StatsdLineBuilder builder(Meter.Id id, DistributionStatisticConfig distribution) {
		Meter.Id safe = safe(id);
		return switch (this.flavor) {
			case DATADOG -> new DatadogStatsdLineBuilder(safe, this.config, distribution);
			case TELEGRAF -> new TelegrafStatsdLineBuilder(safe, this.config);
			case SYSDIG -> new SysdigStatsdLineBuilder(safe, this.config);
			case ETSY -> new EtsyStatsdLineBuilder(safe, this.config, this.mapper);
		};
	}

	private Meter.Id safe(Meter.Id id) {
		return id.withName(safe(id.getName()))
			.replaceTags(
					Tags.of(id.getTags().stream().map((tag) -> Tag.of(safe(tag.getKey()), safeValue(tag))).toList()));
	}

	/** Datadog's values may contain colons. */
	private String safeValue(Tag tag) {
		return (this.flavor != StatsdFlavor.DATADOG) ? safe(tag.getValue())
				: UNSAFE_IN_VALUE.matcher(tag.getValue()).replaceAll(REPLACEMENT);
	}

	private static String safe(String name) {
		return UNSAFE.matcher(name).replaceAll(REPLACEMENT);
	}

	/**
	 * The parts around the value of a line that Micrometer writes for a flavor. They are
	 * found by comparing two lines with different values.
	 */
	record Template(byte[] before, byte[] type, byte[] after) {

		/** Returns the template of the lines of a builder. */
		private static Template of(DoubleFunction<String> builder) {
			String one = builder.apply(1);
			String two = builder.apply(2);
			int value = 0;
			while (one.charAt(value) == two.charAt(value)) {
				value++;
			}
			String behind = one.substring(value + 1);
			int tags = behind.indexOf("|#");
			String type = (tags >= 0) ? behind.substring(0, tags) : behind;
			return new Template(bytes(one.substring(0, value)), bytes(type), bytes(behind.substring(type.length())));
		}

		/** Returns the length of a line without its value and rate. */
		int length() {
			return this.before.length + this.type.length + this.after.length;
		}

		private static byte[] bytes(String text) {
			return text.getBytes(StandardCharsets.UTF_8);
		}

	}

}
