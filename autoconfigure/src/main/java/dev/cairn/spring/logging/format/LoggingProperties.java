package dev.cairn.spring.logging.format;

import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Properties of log lines. They are read before there is an application context.
 *
 * @param enabled Whether Cairn writes the lines of Boot's structured formats, and calls
 * processors and applies rules for log entries.
 * @param maxLineSize Maximum size of a line in a structured format. Of a line that is
 * larger, the values are truncated; a stack trace keeps its root cause.
 * @param redact Whether credentials and account numbers are masked in log lines.
 */
@ConfigurationProperties("cairn.logging")
record LoggingProperties(@DefaultValue("true") boolean enabled, @DefaultValue("64KB") DataSize maxLineSize,
		@DefaultValue("false") boolean redact) {

	private static final int MIN_LINE_SIZE = 4096;

	static LoggingProperties of(Environment environment) {
		return Binder.get(environment).bindOrCreate("cairn.logging", LoggingProperties.class);
	}

	LineLimit limit() {
		InvalidProperty.requireRange("cairn.logging.max-line-size", this.maxLineSize, this.maxLineSize.toBytes(),
				MIN_LINE_SIZE, Integer.MAX_VALUE);
		return new LineLimit((int) this.maxLineSize.toBytes());
	}

}
