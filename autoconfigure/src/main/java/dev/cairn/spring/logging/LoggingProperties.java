package dev.cairn.spring.logging;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * Properties of log lines. They are read before there is an application context.
 *
 * @param enabled Whether Cairn writes lines in structured formats.
 */
@ConfigurationProperties("cairn.logging")
record LoggingProperties(@DefaultValue("true") boolean enabled) {

	static LoggingProperties of(Environment environment) {
		return Binder.get(environment).bindOrCreate("cairn.logging", LoggingProperties.class);
	}

}
