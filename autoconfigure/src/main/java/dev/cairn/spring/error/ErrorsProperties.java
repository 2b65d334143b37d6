package dev.cairn.spring.error;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of failures that are logged or that end a thread.
 *
 * @param logged Log entries at ERROR that are captured as failures.
 * @param uncaught Whether to capture exceptions that terminate a thread.
 */
@ConfigurationProperties("cairn.errors")
record ErrorsProperties(@DefaultValue("all") Logged logged, @DefaultValue("true") boolean uncaught) {

	/**
	 * The log entries that are captured.
	 */
	enum Logged {

		/** All entries. */
		ALL,

		/** Entries with a throwable. */
		THROWABLES,

		/** No entries. */
		NONE

	}

}
