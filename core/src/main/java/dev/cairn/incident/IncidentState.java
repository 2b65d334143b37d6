package dev.cairn.incident;

/**
 * Where a failure is on its way.
 */
enum IncidentState {

	/** The application has reported it itself, and it was not captured. */
	REPORTED,

	/** It is captured, and not admitted yet. */
	CAPTURED,

	/** Its message waits for the last attempt at the work. */
	RETRYING,

	/** Its message waits for its turn or for the answer to a request. */
	WAITING,

	/** Its message is sent as soon as it is built. */
	RELEASED,

	/** A sink has accepted its message. */
	SENT,

	/** There is no message with its id. */
	REFUSED,

	/** The message of another incident stands for it. */
	JOINED

}
