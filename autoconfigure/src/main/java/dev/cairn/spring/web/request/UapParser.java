package dev.cairn.spring.web.request;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import ua_parser.Client;
import ua_parser.Parser;

import org.springframework.util.function.SingletonSupplier;

/**
 * Parses user agents with the regular expressions of the ua-parser project, which are
 * loaded when they are first used.
 */
final class UapParser implements UserAgentParser {

	private static final String UNKNOWN = "Other";

	private static final Set<String> TV_SYSTEMS = Set.of("tvOS", "ATV OS X", "tizen", "webOS", "Chromecast", "Roku",
			"Fire OS TV");

	private final SingletonSupplier<Parser> parser = SingletonSupplier.of(Parser::new);

	@Override
	public ClientSoftware parse(String userAgent) {
		Client client = this.parser.obtain().parse(userAgent);
		return new ClientSoftware(known(client.userAgent.family), client.userAgent.major, known(client.os.family),
				deviceClass(client, userAgent.toLowerCase(Locale.ROOT)));
	}

	private static @Nullable String known(@Nullable String name) {
		return UNKNOWN.equals(name) ? null : name;
	}

	/**
	 * The expressions determine the device and not its class. On Android, "mobile" is
	 * part of the user agent of phones but not of tablets.
	 */
	private static @Nullable String deviceClass(Client client, String userAgent) {
		String device = client.device.family;
		String os = client.os.family;
		if ("Spider".equals(device)) {
			return "robot";
		}
		if (TV_SYSTEMS.contains(os) || userAgent.contains("tv;") || userAgent.contains(" tv ")
				|| userAgent.contains("smart-tv") || userAgent.contains("smarttv")) {
			return "tv";
		}
		if ("iPad".equals(device) || userAgent.contains("tablet")
				|| "Android".equals(os) && !userAgent.contains("mobile")) {
			return "tablet";
		}
		if (userAgent.contains("mobile") || "iOS".equals(os) || userAgent.contains("phone")) {
			return "phone";
		}
		return UNKNOWN.equals(os) ? null : "desktop";
	}

}
