package dev.cairn.engine;

import java.util.List;
import java.util.Map;

import dev.cairn.EventType;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The fields of Cairn's own messages, which no application publishes as records, for the
 * sake of their schemas. A component that is null is left out of the message.
 */
@NullMarked
final class OwnMessages {

	private OwnMessages() {
	}

	@EventType("http.request")
	record HttpRequest(String method, String route, @Nullable String path, int status, double durationMs,
			String outcome, @Nullable String errorId, @Nullable Long requestBytes, @Nullable Boolean aborted,
			@Nullable Long responseBytes, @Nullable Map<String, Object> context, @Nullable Long dbCalls,
			@Nullable Double dbMs, @Nullable Long httpCalls, @Nullable Double httpMs, @Nullable Long kafkaCalls,
			@Nullable Double kafkaMs, @Nullable String clientAddress, @Nullable String browser,
			@Nullable String browserVersion, @Nullable String os, @Nullable String contentType,
			@Nullable String deviceClass, @Nullable String language, @Nullable String referrer,
			@Nullable String country, @Nullable String region, @Nullable String operator, @Nullable String visitor,
			@Nullable String visitId, @Nullable String userId, @Nullable Object consent) {
	}

	@EventType("visitor.identified")
	record VisitorIdentified(String visitor, @Nullable String visitId, String userId) {
	}

	@EventType("visitor.aliased")
	record VisitorAliased(String visitor, @Nullable String visitId, @Nullable String userId, String alias) {
	}

	@EventType("exception")
	record ExceptionReported(String errorId, @Nullable String errorCode, @Nullable Long count,
			@Nullable ThrownObject exception, @Nullable Object arguments, @Nullable String method,
			@Nullable String route, @Nullable String path, @Nullable Integer status,
			@Nullable Map<String, Object> headers, @Nullable String user, @Nullable Map<String, Object> context,
			@Nullable String logLogger, @Nullable String logMessage, @Nullable String logTemplate,
			@Nullable List<String> logArguments, @Nullable Boolean handled, @Nullable String handlerException,
			@Nullable String thread, @Nullable String phase, @Nullable Integer attempts, @Nullable String kafkaTopic,
			@Nullable Integer kafkaPartition, @Nullable Long kafkaOffset, @Nullable String kafkaGroup,
			@Nullable String listenerId) {
	}

	@EventType("log")
	record LogReported(String thread, @Nullable String logTemplate, @Nullable Map<String, Object> logContext,
			@Nullable String errorId, @Nullable ThrownObject exception) {
	}

	/** The field {@code class}, which is no name of a component. */
	record ThrownObject(String type, @Nullable String message, @Nullable String clazz, @Nullable String method,
			@Nullable Integer line, @Nullable List<Cause> causes, @Nullable List<Cause> suppressed, String stackTrace,
			@Nullable List<Frame> frames) {
	}

	record Cause(String type, @Nullable String message) {
	}

	record Frame(String clazz, String method, int line, boolean inApp) {
	}

}
