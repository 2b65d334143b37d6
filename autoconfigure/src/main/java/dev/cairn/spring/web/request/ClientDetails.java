package dev.cairn.spring.web.request;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import dev.cairn.Event;
import dev.cairn.MessageFields;
import dev.cairn.internal.Text;
import dev.cairn.spring.web.request.RequestsProperties.Consent;
import org.jspecify.annotations.Nullable;

/**
 * Adds a description of the client to the message of a request: address, language,
 * referrer, and the configured headers. If the client does not consent, only that is
 * added.
 */
record ClientDetails(Consent consent, OptionalFields fields, Address address, Referrer referrer, boolean rawUserAgent,
		Map<String, String> headers) implements RequestMessageCustomizer {

	private static final int MAX_LENGTH = 200;

	@Override
	public void customize(Event message, RequestFacts request) {
		if (!this.consent.isGiven(request)) {
			message.field(MessageFields.CONSENT, false);
			return;
		}
		this.fields.add(message, MessageFields.CLIENT_ADDRESS, this.address.of(request.address()));
		this.fields.add(message, MessageFields.LANGUAGE, language(request.header("Accept-Language")));
		this.fields.add(message, MessageFields.REFERRER, this.referrer.of(request.header("Referer")));
		if (this.rawUserAgent) {
			this.fields.add(message, MessageFields.USER_AGENT,
					cut(request.header("User-Agent"), UserAgents.MAX_LENGTH));
		}
		this.headers
			.forEach((field, header) -> this.fields.add(message, field, cut(request.header(header), MAX_LENGTH)));
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
		private static final Pattern LITERAL = Pattern
			.compile("(OCTET\\.){3}OCTET|(?=.*:)[0-9a-fA-F:.]{2,45}".replace("OCTET", "(25[0-5]|(2[0-4]|1?\\d)?\\d)"));

		private static final Pattern TRAILING_ZEROS = Pattern.compile("(^0)?(:0)+$");

		@Nullable String of(@Nullable String remote) {
			String literal = (remote != null && this != NONE) ? remote.split("%", 2)[0] : "";
			if (!LITERAL.matcher(literal).matches()) {
				return null;
			}
			try {
				byte[] address = InetAddress.getByName(literal).getAddress();
				return (this == FULL) ? remote : network(address);
			}
			catch (UnknownHostException ex) {
				return null;
			}
		}

		private static String network(byte[] address) throws UnknownHostException {
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
