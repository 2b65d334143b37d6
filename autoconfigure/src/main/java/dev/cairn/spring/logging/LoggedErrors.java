package dev.cairn.spring.logging;

/**
 * The log entries at ERROR that are captured as failures.
 */
enum LoggedErrors {

	/** All entries. */
	ALL,

	/** Entries with a throwable. */
	THROWABLES,

	/** No entries. */
	NONE

}
