package dev.cairn.spring.web.request;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.cairn.Event;
import dev.cairn.MessageFields;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * Adds a description of the client to the message of a request: address, language,
 * referrer, and the configured headers. If the client does not consent, only that is
 * added.
 */
final class ClientDetails implements RequestMessageCustomizer {

	private static final int MAX_LENGTH = 200;

	private static final String ANY_LANGUAGE = "*";

	private final Consent consent;

	private final OptionalFields fields;

	private final ClientAddress address;

	private final Referrer referrer;

	private final boolean userAgent;

	private final Map<String, String> headers;

	ClientDetails(Consent consent, OptionalFields fields, ClientAddress address, Referrer referrer, boolean userAgent,
			Map<String, String> headers) {
		this.consent = consent;
		this.fields = fields;
		this.address = address;
		this.referrer = referrer;
		this.userAgent = userAgent;
		this.headers = Map.copyOf(headers);
	}

	@Override
	public void customize(Event message, RequestFacts request) {
		if (!this.consent.isGiven(request)) {
			message.field(MessageFields.CONSENT, false);
			return;
		}
		this.fields.add(message, MessageFields.CLIENT_ADDRESS, this.address.of(request.address()));
		this.fields.add(message, MessageFields.LANGUAGE, language(request.header("Accept-Language")));
		this.fields.add(message, MessageFields.REFERRER, this.referrer.of(request.header("Referer")));
		if (this.userAgent) {
			this.fields.add(message, MessageFields.USER_AGENT,
					cut(request.header("User-Agent"), UserAgents.MAX_LENGTH));
		}
		this.headers
			.forEach((field, header) -> this.fields.add(message, field, cut(request.header(header), MAX_LENGTH)));
	}

	/** Returns the most preferred language of an {@code Accept-Language} header. */
	private static @Nullable String language(@Nullable String header) {
		if (header == null || header.isBlank() || header.length() > MAX_LENGTH) {
			return null;
		}
		try {
			List<Locale.LanguageRange> ranges = Locale.LanguageRange.parse(header);
			String preferred = ranges.isEmpty() ? ANY_LANGUAGE : ranges.get(0).getRange();
			return preferred.startsWith(ANY_LANGUAGE) ? null : Locale.forLanguageTag(preferred).toLanguageTag();
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static @Nullable String cut(@Nullable String value, int length) {
		return (value != null) ? Text.cut(value, length) : null;
	}

}
