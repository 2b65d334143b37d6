package dev.cairn.spring.web.error;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import dev.cairn.Failure;
import dev.cairn.internal.Throwables;
import dev.cairn.internal.WeakIdentityTable;
import dev.cairn.spring.web.request.RequestFacts;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.ConversionNotSupportedException;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.BindException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Excludes exceptions of requests by the status of the response, and those that state
 * that the client has disconnected. As long as the status is not known, it is the one
 * that Spring or the container has for the exception.
 */
final class RequestExclusion implements Failure.Exclusion {

	private static final String JETTY_DISCONNECTED = "org.eclipse.jetty.io.EofException";

	/** The exceptions of a failed read from the client, or write to it. */
	private static final Set<String> DISCONNECTED = Set.of("org.apache.catalina.connector.ClientAbortException",
			JETTY_DISCONNECTED, "org.springframework.web.context.request.async.AsyncRequestNotUsableException",
			"reactor.netty.channel.AbortedException");

	/** Malformed requests that the container only notices while they are handled. */
	private static final Set<String> MALFORMED = Set.of("org.apache.tomcat.util.http.InvalidParameterException",
			"org.apache.coyote.BadRequestException", "org.eclipse.jetty.http.BadMessageException");

	private static final int MAX_MALFORMED = 100;

	/** The dispatcher of Spring MVC wraps the exception of a handler. */
	private static final String WRAPPER = "jakarta.servlet.ServletException";

	/** The causes of an exception may be circular. */
	private static final int MAX_WRAPPERS = 50;

	private static final String AUTHENTICATION_SERVICE = "org.springframework.security.authentication.AuthenticationServiceException";

	private final Set<Integer> statuses;

	private final WeakIdentityTable<Throwable, HttpStatus> malformed = new WeakIdentityTable<>(MAX_MALFORMED);

	RequestExclusion(Set<Integer> statuses) {
		this.statuses = statuses;
	}

	/** Returns the exception of a handler. */
	static Throwable unwrap(Throwable seen) {
		Throwable thrown = Throwables.unwrap(seen);
		Throwable cause = Throwables.cause(thrown);
		for (int depth = 0; depth < MAX_WRAPPERS && cause != null && isA(thrown, WRAPPER); depth++) {
			thrown = Throwables.unwrap(cause);
			cause = Throwables.cause(thrown);
		}
		return thrown;
	}

	@Override
	public boolean excludes(Throwable thrown, int status) {
		if (isMalformed(thrown)) {
			// The container logs only the cause
			Throwables.causes(thrown).forEach((cause) -> this.malformed.put(cause, HttpStatus.BAD_REQUEST));
		}
		int answered = (status != UNKNOWN_STATUS) ? status : statusOfSpring(unwrap(thrown));
		return (answered != UNKNOWN_STATUS && !this.statuses.contains(answered) && !isServiceFailure(thrown))
				|| isDisconnected(thrown);
	}

	/**
	 * An authentication that cannot be processed has the same status as a refused one.
	 */
	private static boolean isServiceFailure(Throwable thrown) {
		return isA(thrown, AUTHENTICATION_SERVICE);
	}

	/** The type need not be on the class path. */
	private static boolean isA(Throwable thrown, String name) {
		return Stream.<Class<?>>iterate(thrown.getClass(), Objects::nonNull, Class::getSuperclass)
			.anyMatch((type) -> type.getName().equals(name));
	}

	int statusOfSpring(Throwable thrown) {
		if (thrown instanceof ErrorResponse response) {
			return response.getStatusCode().value();
		}
		ResponseStatus annotation = responseStatus(thrown);
		if (annotation != null) {
			return annotation.code().value();
		}
		return (isNotReadable(thrown) || isMalformed(thrown) || this.malformed.get(thrown) != null)
				? HttpStatus.BAD_REQUEST.value() : UNKNOWN_STATUS;
	}

	static @Nullable ResponseStatus responseStatus(Throwable thrown) {
		return AnnotatedElementUtils.findMergedAnnotation(thrown.getClass(), ResponseStatus.class);
	}

	/** Returns whether the container answers with 400. */
	static boolean isMalformed(Throwable thrown) {
		return isOneOf(thrown, MALFORMED);
	}

	private static boolean isNotReadable(Throwable thrown) {
		return thrown instanceof HttpMessageNotReadableException || thrown instanceof BindException
				|| (thrown instanceof TypeMismatchException && !(thrown instanceof ConversionNotSupportedException));
	}

	/** Other connections break with the same messages as that of the client. */
	private static boolean isDisconnected(Throwable thrown) {
		// Spring does not recognize Jetty's subclass for a request that ends early
		if (!DisconnectedClientHelper.isClientDisconnectedException(thrown) && !isA(thrown, JETTY_DISCONNECTED)) {
			return false;
		}
		RequestFacts request = RequestFacts.current();
		return (request != null && request.isAborted())
				|| Throwables.chain(thrown).stream().anyMatch((cause) -> isOneOf(cause, DISCONNECTED));
	}

	private static boolean isOneOf(Throwable thrown, Set<String> types) {
		return types.contains(thrown.getClass().getName());
	}

}
