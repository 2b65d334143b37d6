package dev.cairn.spring.logging;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of failures that are logged.
 *
 * @param logged Log entries at ERROR that are captured as failures.
 */
@ConfigurationProperties("cairn.errors")
record LoggedFailuresProperties(@DefaultValue("all") Logged logged) {

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
