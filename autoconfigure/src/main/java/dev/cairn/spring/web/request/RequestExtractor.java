package dev.cairn.spring.web.request;

import java.util.HashMap;
import java.util.Map;

import dev.cairn.BindingExtractor;
import dev.cairn.MessageFields;
import org.jspecify.annotations.Nullable;

/**
 * Binds the address of the client and the name of the user of the current request, in so
 * far as the request message may have them.
 *
 * @param <T> the type of a request
 */
record RequestExtractor<T>(Class<T> type, ClientDetails details) implements BindingExtractor<T> {

	@Override
	public Map<String, ? extends @Nullable Object> extract(T source) {
		RequestFacts request = RequestFacts.current();
		if (request == null || !request.hasConsent()) {
			return Map.of();
		}
		Map<String, @Nullable Object> values = new HashMap<>();
		values.put(MessageFields.CLIENT_ADDRESS, this.details.address().of(request.address()));
		values.put(MessageFields.USER, request.user());
		values.values().removeIf((value) -> value == null);
		return values;
	}

}
