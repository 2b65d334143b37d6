package dev.cairn.spring.web.request;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.Event;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Adds to the message of a request where it comes from: address, language, referrer, and
 * what a proxy says in headers. Without consent it adds nothing but that.
 */
public final class ClientDetails implements RequestMessageCustomizer {

	private static final int LONGEST_VALUE = 200;

	private static final Pattern FIRST_LANGUAGE = Pattern.compile("\\s*([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3})\\b.*");

	private final Consent consent;

	private final ClientAddress address;

	private final boolean language;

	private final Referrer referrer;

	private final boolean userAgent;

	private final Map<String, String> headers;

	/**
	 * Create it.
	 * @param consent knows whether the client lets itself be described
	 * @param address how much is told of the address
	 * @param language whether the preferred language is told
	 * @param referrer how much is told of the referrer
	 * @param userAgent whether the text of the user agent is told
	 * @param headers the headers to tell, by the name of the field
	 */
	public ClientDetails(Consent consent, ClientAddress address, boolean language, Referrer referrer, boolean userAgent,
			Map<String, String> headers) {
		this.consent = consent;
		this.address = address;
		this.language = language;
		this.referrer = referrer;
		this.userAgent = userAgent;
		this.headers = Map.copyOf(headers);
	}

	@Override
	public void customize(Event message, HttpServletRequest request, HttpServletResponse response) {
		if (!this.consent.isGiven(request)) {
			message.field("consent", false);
			return;
		}
		add(message, "client_address", this.address.of(request.getRemoteAddr()));
		add(message, "language", this.language ? language(request.getHeader("Accept-Language")) : null);
		add(message, "referrer", this.referrer.of(request.getHeader("Referer")));
		add(message, "user_agent", this.userAgent ? cut(request.getHeader("User-Agent"), UserAgents.LONGEST) : null);
		this.headers.forEach((field, header) -> add(message, field, cut(request.getHeader(header), LONGEST_VALUE)));
	}

	private static void add(Event message, String field, @Nullable String value) {
		if (value != null) {
			message.field(field, value);
		}
	}

	/** Browsers name the preferred one first. */
	private static @Nullable String language(@Nullable String header) {
		if (header == null || header.length() > LONGEST_VALUE) {
			return null;
		}
		Matcher first = FIRST_LANGUAGE.matcher(header);
		return first.matches() ? Locale.forLanguageTag(first.group(1)).toLanguageTag() : null;
	}

	private static @Nullable String cut(@Nullable String value, int longest) {
		return (value != null && value.length() > longest) ? value.substring(0, longest) : value;
	}

}
