package dev.cairn.collector;

import org.jspecify.annotations.Nullable;

/**
 * Finds the keys of the collector, such as in a database. A bean of this type is asked
 * for keys that the configuration does not have, on a thread of the web server, for each
 * request. It may block, should compare in constant time, and must be thread-safe. An
 * exception is as no key, and is counted.
 */
@FunctionalInterface
public interface CollectorKeys {

	/**
	 * Finds a key.
	 * @param token what the client has sent; not empty
	 * @return the key, or {@code null} if there is no such key
	 */
	@Nullable CollectorKey find(String token);

}
