package dev.cairn.event;

import dev.cairn.Category;
import dev.cairn.EventType;
import org.jspecify.annotations.Nullable;

/**
 * With what, and from where, somebody uses the service.
 *
 * @param browser the name of the browser
 * @param browserVersion its version
 * @param os the operating system
 * @param deviceClass such as {@code desktop}, {@code phone} or {@code tablet}
 * @param language the preferred language, such as {@code de-AT}
 * @param country two letters, as in ISO 3166
 * @param region a part of the country
 * @param city the city
 * @param operator who runs the network
 * @param visitor who it was, not to be traced back to a person
 */
@EventType(value = "client.seen", version = 1, category = Category.ENVIRONMENT)
public record ClientSeen(@Nullable String browser, @Nullable String browserVersion, @Nullable String os,
		@Nullable String deviceClass, @Nullable String language, @Nullable String country, @Nullable String region,
		@Nullable String city, @Nullable String operator, @Nullable String visitor) {
}
