package dev.cairn.spring.web.request;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.Event;
import dev.cairn.MessageFields;
import dev.cairn.Trace;
import dev.cairn.internal.Text;
import dev.cairn.spring.web.request.RequestsProperties.Consent;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much of a client is published. Adds a description of it to the message of a
 * request: address, language, referrer, and the configured headers. If the client does
 * not consent, only that is added.
 */
record ClientDetails(Consent consent, Robots robots, OptionalFields fields, Address address, Referrer referrer,
		UserAgent userAgent, Map<String, String> headers) implements RequestMessageCustomizer {

	private static final int MAX_LENGTH = 200;

	/** The headers that do not describe the client. */
	private static final Set<String> TECHNICAL = Set.of("accept", "accept-encoding", "content-encoding",
			"content-length", "content-type", "host", "origin", Trace.TRACEPARENT, "x-request-id");

	@Override
	public void customize(Event message, RequestFacts request) {
		if (request.isRobot()) {
			this.fields.add(message, MessageFields.DEVICE_CLASS, MessageFields.ROBOT);
		}
		if (!request.hasConsent()) {
			message.field(MessageFields.CONSENT, false);
			return;
		}
		this.fields.add(message, MessageFields.CLIENT_ADDRESS, this.address.of(request.address()));
		this.fields.add(message, MessageFields.LANGUAGE, language(request.header("Accept-Language")));
		this.fields.add(message, MessageFields.REFERRER, this.referrer.of(request.header("Referer")));
		if (this.userAgent == UserAgent.RAW) {
			this.fields.add(message, MessageFields.USER_AGENT,
					cut(request.header("User-Agent"), UserAgents.MAX_LENGTH));
		}
		this.headers
			.forEach((field, header) -> this.fields.add(message, field, cut(request.header(header), MAX_LENGTH)));
	}

	/** Returns the part of a header of a request that may be published. */
	@Nullable String publishedHeader(RequestFacts request, String name) {
		String value = request.header(name);
		String lowerCase = name.toLowerCase(Locale.ROOT);
		if (value == null || TECHNICAL.contains(lowerCase)) {
			return value;
		}
		if (!request.hasConsent()) {
			return null;
		}
		return switch (lowerCase) {
			case "referer" -> this.referrer.of(value);
			case "user-agent" -> (this.userAgent != UserAgent.NONE) ? value : null;
			case "x-forwarded-for", "x-real-ip", "forwarded" -> this.address.of(value);
			default -> value;
		};
	}

	/** Returns the most preferred language of an {@code Accept-Language} header. */
	private static @Nullable String language(@Nullable String header) {
		if (header == null || header.length() > MAX_LENGTH) {
			return null;
		}
		try {
			return Locale.LanguageRange.parse(header)
				.stream()
				.limit(1)
				.map(Locale.LanguageRange::getRange)
				.filter((range) -> !range.startsWith("*"))
				.map((range) -> Locale.forLanguageTag(range).toLanguageTag())
				.findFirst()
				.orElse(null);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static @Nullable String cut(@Nullable String value, int length) {
		return (value != null) ? Text.cut(value, length) : null;
	}

	/** How much of a client's address is published. */
	enum Address {

		/**
		 * The network: without the last octet, or the first 48 bits of an IPv6 address.
		 */
		ANONYMISED,
		/** The whole address. */
		FULL,
		/** Nothing. */
		NONE;

		/** Host names do not match, because they would have to be resolved. */
		private static final Pattern LITERAL = Pattern.compile(
				"(?:OCTET\\.){3}OCTET|(?=.*:)[0-9a-fA-F:.]{2,45}".replace("OCTET", "(?:25[0-5]|(?:2[0-4]|1?\\d)?\\d)"));

		/** With a port or brackets, and with other parameters and proxies behind. */
		private static final Pattern NODE = Pattern.compile(
				"(?i)\\s*(?:for\\s*=\\s*)?\"?(?:\\[(?<six>[^\\]]*)](?::\\w*)?|(?<four>[\\d.]+)(?::\\w*)?)\"?\\s*([;,].*)?");

		private static final Pattern TRAILING_ZEROS = Pattern.compile("(^0)?(:0)+$");

		@Nullable String of(@Nullable String remote) {
			String literal = (remote != null && this != NONE) ? withoutPort(remote) : "";
			int zone = literal.indexOf('%');
			String address = (zone < 0) ? literal : literal.substring(0, zone);
			if (!LITERAL.matcher(address).matches()) {
				return null;
			}
			try {
				String network = network(address);
				return (this == FULL) ? literal : network;
			}
			catch (UnknownHostException ex) {
				return null;
			}
		}

		/**
		 * Returns the address of {@code 192.0.2.44:1111}, {@code [2001:db8::1]:443}, and
		 * of the first {@code for} of a {@code Forwarded} header, as proxies send them.
		 */
		static String withoutPort(String remote) {
			if (isDotted(remote)) {
				return remote;
			}
			Matcher matcher = NODE.matcher(remote);
			return matcher.matches() ? Objects.requireNonNullElse(matcher.group("six"), matcher.group("four")) : remote;
		}

		/** Returns whether there are only digits and dots, as in most addresses. */
		private static boolean isDotted(String text) {
			for (int i = 0; i < text.length(); i++) {
				char c = text.charAt(i);
				if (c != '.' && (c < '0' || c > '9')) {
					return false;
				}
			}
			return true;
		}

		private static String network(String literal) throws UnknownHostException {
			if (isDotted(literal)) {
				return literal.substring(0, literal.lastIndexOf('.') + 1) + '0';
			}
			byte[] address = InetAddress.getByName(literal).getAddress();
			Arrays.fill(address, (address.length == 4) ? 3 : 6, address.length, (byte) 0);
			String network = InetAddress.getByAddress(address).getHostAddress();
			return TRAILING_ZEROS.matcher(network).replaceFirst("::");
		}

	}

	/** How much of the referring page's address is published. */
	enum Referrer {

		/** The host. */
		HOST,
		/** The address without query, fragment and user. */
		WITHOUT_QUERY,
		/** Nothing. */
		NONE;

		private static final int MAX_LENGTH = 2048;

		@Nullable String of(@Nullable String header) {
			if (this == NONE || header == null || header.length() > MAX_LENGTH) {
				return null;
			}
			try {
				URI page = new URI(header);
				String host = page.getHost();
				if (this == HOST || host == null) {
					return host;
				}
				return new URI(page.getScheme(), null, host, page.getPort(), page.getPath(), null, null).toString();
			}
			catch (URISyntaxException ex) {
				return null;
			}
		}

	}

	/** How much of a client's user agent is published. */
	enum UserAgent {

		/** Browser, operating system and class of device, if a parser is available. */
		PARSED,
		/** The same, and the user agent as the client sent it. */
		RAW,
		/** Nothing. */
		NONE

	}

}
