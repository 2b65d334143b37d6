package dev.cairn.spring.web.request;

/**
 * How much of a client's user agent is published.
 */
enum UserAgentDetail {

	/** Browser, operating system and class of device, if a parser is available. */
	PARSED,

	/** The same, and the user agent as the client sent it. */
	RAW,

	/** Nothing. */
	NONE

}
