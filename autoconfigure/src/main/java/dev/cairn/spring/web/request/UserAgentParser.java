package dev.cairn.spring.web.request;

/**
 * Reads the header {@code User-Agent}. Called by one thread of its own, once for each
 * text as long as it is remembered, so it may take its time.
 */
@FunctionalInterface
public interface UserAgentParser {

	/**
	 * Say what a client asks with.
	 * @param userAgent what the client says, at most 512 characters
	 * @return what is known of it
	 */
	ClientSoftware parse(String userAgent);

}
