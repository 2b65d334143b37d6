package dev.cairn.spring.web.request;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import dev.cairn.Event;
import dev.cairn.MessageFields;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * Adds the place of the client to the message of a request. A header that is configured
 * by the name of the field takes precedence.
 */
record Places(OptionalFields fields, GeoResolver resolver, Extensions extensions) implements RequestMessageCustomizer {

	private static final int MAX_LENGTH = 200;

	@Override
	public void customize(Event message, RequestFacts request) {
		if (request.hasConsent()) {
			GeoResolver.Place place = this.extensions.get("geo resolver " + this.resolver.getClass().getName(),
					() -> this.resolver.resolve(request));
			if (place != null) {
				add(message, MessageFields.COUNTRY, place.country());
				add(message, MessageFields.REGION, place.region());
				add(message, MessageFields.OPERATOR, place.operator());
			}
		}
	}

	private void add(Event message, String field, @Nullable String value) {
		if (value != null && message.field(field) == null) {
			this.fields.add(message, field, Text.cut(value, MAX_LENGTH));
		}
	}

	/**
	 * Reads the country from the first of some headers that has one. Proxies send XX if
	 * they do not know it, and T1 for Tor.
	 */
	record OfHeaders(List<String> headers) implements GeoResolver {

		private static final Pattern COUNTRY = Pattern.compile("(?!XX|ZZ)[A-Z]{2}");

		@Override
		public @Nullable Place resolve(RequestFacts request) {
			for (String header : this.headers) {
				String value = request.header(header);
				String country = (value != null) ? value.strip().toUpperCase(Locale.ROOT) : "";
				if (COUNTRY.matcher(country).matches()) {
					return new Place(country, null, null);
				}
			}
			return null;
		}

	}

}
