package dev.cairn.spring.web.request;

import org.jspecify.annotations.Nullable;

/**
 * Finds out where a client is. Define a bean to replace the resolver that is configured
 * by {@code cairn.requests.geo}. It is called once for the message of each request that
 * is kept and whose client consents, on the thread that ended the request. It must be
 * thread-safe and must not block. If it throws an exception, that is counted and logged,
 * and the message is published without a place.
 */
@FunctionalInterface
public interface GeoResolver {

	/**
	 * Returns where a client is.
	 * @param request the request
	 * @return the place, or {@code null} if it is not known
	 */
	@Nullable Place resolve(RequestFacts request);

	/**
	 * A place.
	 *
	 * @param country the code of the country as in ISO 3166-1, such as {@code AT}
	 * @param region the code or the name of a part of the country
	 * @param operator the operator of the network
	 */
	record Place(@Nullable String country, @Nullable String region, @Nullable String operator) {
	}

}
