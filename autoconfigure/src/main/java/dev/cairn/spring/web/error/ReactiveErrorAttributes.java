package dev.cairn.spring.web.error;

import java.util.Map;

import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.web.request.RequestFacts;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webflux.error.DefaultErrorAttributes;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * Adds the {@code errorId} to Boot's error attributes of a reactive application, and
 * therefore to the body of error responses and to the model of error pages.
 */
final class ReactiveErrorAttributes extends DefaultErrorAttributes {

	@Override
	public Map<String, @Nullable Object> getErrorAttributes(ServerRequest request, ErrorAttributeOptions options) {
		Map<String, @Nullable Object> attributes = super.getErrorAttributes(request, options);
		Object errorId = request.exchange().getAttribute(ErrorReporter.ATTRIBUTE);
		if (errorId != null) {
			attributes.put(CairnErrorAttributes.ERROR_ID, errorId);
			UnitOfWork unit = RequestFacts.currentUnit();
			if (unit != null && unit.trace() != null && isPage(request)) {
				attributes.put(CairnErrorAttributes.TRACE_ID, unit.trace().traceId());
			}
		}
		return attributes;
	}

	/** Boot renders a page if the client accepts HTML, other than as any type. */
	private static boolean isPage(ServerRequest request) {
		return request.headers()
			.accept()
			.stream()
			.anyMatch(
					(type) -> !MediaType.ALL.equalsTypeAndSubtype(type) && MediaType.TEXT_HTML.isCompatibleWith(type));
	}

}
