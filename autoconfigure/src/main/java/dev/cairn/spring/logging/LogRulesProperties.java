package dev.cairn.spring.logging;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.cairn.NamePattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/**
 * Properties of rules for log entries.
 *
 * @param rules Rules that record metrics of log entries, or publish them as messages.
 * Each rule that matches applies.
 */
@ConfigurationProperties("cairn.logging")
record LogRulesProperties(@DefaultValue List<RuleProperties> rules) {

	List<LogRule> toRules() {
		return IntStream.range(0, this.rules.size())
			.mapToObj((i) -> this.rules.get(i).toRule("cairn.logging.rules[" + i + "]"))
			.toList();
	}

	/**
	 * A rule for log entries.
	 *
	 * @param logger Name of the logger.
	 * @param level Lowest level.
	 * @param event Event: the text of the call before its placeholders are replaced.
	 * @param values Texts of key-values, or of values of the MDC, by key.
	 * @param meter Name of the counter of the entries, or of the timer.
	 * @param duration Key of the duration, which makes the meter a timer. A number is in
	 * milliseconds.
	 * @param tags Keys of the values that become tags.
	 * @param message Whether to publish the entries as messages of the type log.
	 */
	record RuleProperties(@DefaultValue("*") NamePattern logger, @DefaultValue("info") Level level,
			@DefaultValue("*") NamePattern event, @DefaultValue Map<String, NamePattern> values, @Nullable String meter,
			@Nullable String duration, @DefaultValue List<String> tags, @DefaultValue("false") boolean message) {

		LogRule toRule(String property) {
			boolean measured = StringUtils.hasText(this.meter);
			if (!measured && !this.message) {
				throw new InvalidConfigurationPropertyValueException(property + ".meter", this.meter,
						"A rule needs the name of a meter, or message=true.");
			}
			if (!measured && (this.duration != null || !this.tags.isEmpty())) {
				String unused = (this.duration != null) ? ".duration" : ".tags";
				throw new InvalidConfigurationPropertyValueException(property + unused,
						(this.duration != null) ? this.duration : this.tags, "It requires the name of a meter.");
			}
			return new LogRule(this.logger, this.level, this.event, this.values, measured ? this.meter : null,
					this.duration, this.tags, this.message);
		}

	}

}
