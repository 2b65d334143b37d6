package dev.cairn.spring.web.request;

/**
 * How much is told of the software of a client.
 */
public enum UserAgentDetail {

	/** Browser, operating system and class of device, where a parser is there. */
	PARSED,

	/** The text that the client sends too. */
	RAW,

	/** Nothing. */
	NONE

}
