package dev.cairn.spring.error;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of failures outside of requests.
 *
 * @param logged Log entries at ERROR that are captured as failures.
 * @param uncaught Whether to capture exceptions that terminate a thread.
 * @param kafkaListeners Whether to report each record that a Kafka listener gives up as
 * one incident with the number of attempts. Otherwise, each logged attempt is an
 * incident.
 */
@ConfigurationProperties("cairn.errors")
record ErrorsProperties(@DefaultValue("all") Logged logged, @DefaultValue("true") boolean uncaught,
		@DefaultValue("true") boolean kafkaListeners) {

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
