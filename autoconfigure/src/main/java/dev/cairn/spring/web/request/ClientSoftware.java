package dev.cairn.spring.web.request;

import dev.cairn.Event;
import org.jspecify.annotations.Nullable;

/**
 * With what a client asks.
 *
 * @param browser the name of the browser or program
 * @param browserVersion its major version
 * @param os the name of the operating system
 * @param deviceClass {@code desktop}, {@code phone}, {@code tablet}, {@code tv} or
 * {@code robot}
 */
public record ClientSoftware(@Nullable String browser, @Nullable String browserVersion, @Nullable String os,
		@Nullable String deviceClass) {

	/** Nobody knows. */
	public static final ClientSoftware UNKNOWN = new ClientSoftware(null, null, null, null);

	void addTo(Event message) {
		add(message, "browser", this.browser);
		add(message, "browser_version", this.browserVersion);
		add(message, "os", this.os);
		add(message, "device_class", this.deviceClass);
	}

	private static void add(Event message, String field, @Nullable String value) {
		if (value != null) {
			message.field(field, value);
		}
	}

}
