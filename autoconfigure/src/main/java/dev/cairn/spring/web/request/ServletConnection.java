package dev.cairn.spring.web.request;

/**
 * The connection to the client, as the server sees it.
 */
interface ServletConnection {

	/** The attribute of the request that contains it, if the server provides one. */
	String ATTRIBUTE = ServletConnection.class.getName();

	/** Returns the size of the body of the response so far, or that it is unknown. */
	long responseBytes();

	/** Returns whether reading or writing has failed. */
	boolean isBroken();

	/**
	 * Returns whether an error page follows when the server calls the listener of the
	 * request, which an exception may have left.
	 */
	default boolean isErrorPageToCome(boolean thrown) {
		return false;
	}

}
