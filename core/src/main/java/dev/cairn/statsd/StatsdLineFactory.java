package dev.cairn.statsd;

import java.util.List;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdFlavor;
import io.micrometer.statsd.StatsdLineBuilder;
import io.micrometer.statsd.internal.DatadogStatsdLineBuilder;
import io.micrometer.statsd.internal.EtsyStatsdLineBuilder;
import io.micrometer.statsd.internal.SysdigStatsdLineBuilder;
import io.micrometer.statsd.internal.TelegrafStatsdLineBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Creates the templates of lines, by Micrometer's builders. Characters that would end a
 * line or a field are replaced in names and tags before.
 */
final class StatsdLineFactory {

	private static final char REPLACEMENT = '_';

	private final StatsdFlavor flavor;

	private final MeterRegistry.Config config;

	private final HierarchicalNameMapper mapper;

	private final boolean unchangedWritten;

	StatsdLineFactory(StatsdConfig statsd, MeterRegistry.Config config, HierarchicalNameMapper mapper) {
		this.flavor = statsd.flavor();
		this.unchangedWritten = statsd.publishUnchangedMeters();
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

	/** Returns whether gauges are written even if they have not changed. */
	boolean isUnchangedWritten() {
		return this.unchangedWritten;
	}

	/** Returns whether the server takes a signed gauge for a change. */
	boolean isGaugeSigned() {
		return this.flavor != StatsdFlavor.DATADOG;
	}

	LineTemplate counter(Meter.Id id) {
		StatsdLineBuilder builder = builder(id, DistributionStatisticConfig.NONE);
		return LineTemplate.of((value) -> builder.count((long) value));
	}

	LineTemplate counter(Meter.Id id, Statistic statistic) {
		StatsdLineBuilder builder = builder(id, DistributionStatisticConfig.NONE);
		return LineTemplate.of((value) -> builder.count((long) value, statistic));
	}

	LineTemplate gauge(Meter.Id id, @Nullable Statistic statistic) {
		StatsdLineBuilder builder = builder(id, DistributionStatisticConfig.NONE);
		return LineTemplate.of((value) -> (statistic != null) ? builder.gauge(value, statistic) : builder.gauge(value));
	}

	LineTemplate timer(Meter.Id id, DistributionStatisticConfig distribution) {
		return LineTemplate.of(builder(id, distribution)::timing);
	}

	LineTemplate summary(Meter.Id id, DistributionStatisticConfig distribution) {
		return LineTemplate.of(builder(id, distribution)::histogram);
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
		List<Tag> tags = id.getTags();
		String name = safeName(id.getName());
		if (name.equals(id.getName()) && tags.stream().allMatch((tag) -> tag.equals(safe(tag)))) {
			return id;
		}
		return id.withName(name).replaceTags(Tags.of(tags.stream().map(this::safe).toList()));
	}

	private Tag safe(Tag tag) {
		String key = safeName(tag.getKey());
		String value = replace(tag.getValue(), this.flavor == StatsdFlavor.DATADOG);
		return (key.equals(tag.getKey()) && value.equals(tag.getValue())) ? tag : Tag.of(key, value);
	}

	private String safeName(String name) {
		return replace(name, false);
	}

	private static String replace(String text, boolean colons) {
		for (int i = 0; i < text.length(); i++) {
			if (!isSafe(text.charAt(i), colons)) {
				StringBuilder safe = new StringBuilder(text);
				for (int j = i; j < text.length(); j++) {
					if (!isSafe(text.charAt(j), colons)) {
						safe.setCharAt(j, REPLACEMENT);
					}
				}
				return safe.toString();
			}
		}
		return text;
	}

	private static boolean isSafe(char c, boolean colons) {
		return switch (c) {
			case '|', ',', '#', '@', '=' -> false;
			case ':' -> colons;
			default -> !Character.isISOControl(c) && c != '\u2028' && c != '\u2029';
		};
	}

}
