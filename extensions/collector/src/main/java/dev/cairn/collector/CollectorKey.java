package dev.cairn.collector;

import java.util.List;
import java.util.Objects;

/**
 * A key of the collector: who sends, and what it may claim.
 *
 * @param name the name of the key, for the log and for meters
 * @param service the service of messages that do not have one of {@code services}
 * @param services the services that a sender may name as its own; {@code *} for any
 * @param origins the origins of pages that may send with this key, such as
 * {@code https://shop.example}; {@code *} for any, none if only programs use it
 * @param rate the maximum number of messages a second; 0 for no limit
 */
public record CollectorKey(String name, String service, List<String> services, List<String> origins, int rate) {

	static final String ANY = "*";

	/**
	 * Checks the components.
	 * @throws IllegalArgumentException if the rate is negative
	 */
	public CollectorKey {
		Objects.requireNonNull(name, "name must not be null");
		Objects.requireNonNull(service, "service must not be null");
		services = List.copyOf(services);
		origins = List.copyOf(origins);
		if (rate < 0) {
			throw new IllegalArgumentException("rate must be 0 or more, but was " + rate);
		}
	}

	boolean allowsService(String service) {
		return this.services.contains(ANY) || this.services.contains(service);
	}

	boolean allowsOrigin(String origin) {
		return this.origins.contains(ANY) || this.origins.contains(origin);
	}

}
