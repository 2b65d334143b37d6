package dev.cairn.spring.web.error;

import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.web.request.RequestFacts;
import jakarta.servlet.RequestDispatcher;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webmvc.error.DefaultErrorAttributes;
import org.springframework.http.MediaType;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Adds the {@code errorId} to Boot's error attributes, and therefore to the body of error
 * responses and to the model of error pages. The model also contains the {@code traceId},
 * because the readers of a page do not see the headers.
 */
final class CairnErrorAttributes extends DefaultErrorAttributes {

	/** Also the property of problem details that contains the id. */
	static final String ERROR_ID = "errorId";

	static final String TRACE_ID = "traceId";

	@Override
	public Map<String, @Nullable Object> getErrorAttributes(WebRequest webRequest, ErrorAttributeOptions options) {
		Map<String, @Nullable Object> attributes = super.getErrorAttributes(webRequest, options);
		UnitOfWork unit = RequestFacts.currentUnit();
		String errorId = ErrorReporter.currentId();
		if (unit != null && errorId != null && isErrorPage(webRequest)) {
			attributes.put(ERROR_ID, errorId);
			if (isPage(webRequest) && unit.trace() != null) {
				attributes.put(TRACE_ID, unit.trace().traceId());
			}
		}
		return attributes;
	}

	private static boolean isErrorPage(WebRequest webRequest) {
		return attribute(webRequest, RequestDispatcher.ERROR_STATUS_CODE) != null
				&& !isIncludedErrorPage((name) -> attribute(webRequest, name));
	}

	/**
	 * Returns whether Tomcat includes the error page in a response that is already sent.
	 * Such a page stays as it is.
	 * @param attributes the attributes of the request by their names
	 */
	static boolean isIncludedErrorPage(Function<String, @Nullable Object> attributes) {
		return attributes.apply(RequestDispatcher.ERROR_STATUS_CODE) != null
				&& attributes.apply(RequestDispatcher.INCLUDE_REQUEST_URI) != null;
	}

	/** Boot's error controller has one method for HTML and one for all other types. */
	private static boolean isPage(WebRequest webRequest) {
		return attribute(webRequest, HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE) instanceof Collection<?> types
				&& types.contains(MediaType.TEXT_HTML);
	}

	private static @Nullable Object attribute(WebRequest webRequest, String name) {
		return webRequest.getAttribute(name, RequestAttributes.SCOPE_REQUEST);
	}

}
