package dev.cairn.spring.web.request;

import dev.cairn.context.UnitOfWork;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response, independent of the web stack. The unit of work of a request
 * has its facts as an attribute. Facts about the response are final when the request has
 * ended.
 */
public interface RequestFacts {

	/** The key of the facts in the unit of work of the request. */
	UnitOfWork.Key<RequestFacts> KEY = new UnitOfWork.Key<>("request facts");

	/** The key of the id of the incident that the request failed with. */
	UnitOfWork.Key<String> ERROR_ID = new UnitOfWork.Key<>("request error id");

	/**
	 * The key of an exception that was thrown by a handler of exceptions, instead of
	 * handling the one of the request.
	 */
	UnitOfWork.Key<Throwable> HANDLER_FAILURE = new UnitOfWork.Key<>("failure of a handler");

	/**
	 * The key of what is run when the response is complete, before the message of the
	 * request is published.
	 */
	UnitOfWork.Key<Runnable> BEFORE_END = new UnitOfWork.Key<>("before the end");

	/**
	 * The key of what is true for requests that are not those of the users: of the
	 * actuator and the collector, and of the paths that {@code cairn.requests.exclude}
	 * contains. Notifications and the console leave them out.
	 */
	UnitOfWork.Key<Boolean> EXCLUDED = new UnitOfWork.Key<>("excluded request");

	/** The key of the observation of the request, which has its span. */
	UnitOfWork.Key<Observation.Context> OBSERVATION = new UnitOfWork.Key<>("request observation");

	/**
	 * The key of the name of the authenticated user, for a web stack in which it is only
	 * available asynchronously.
	 */
	UnitOfWork.Key<String> USER = new UnitOfWork.Key<>("request user");

	/** The route of a request that no handler was found for. */
	String UNKNOWN_ROUTE = "UNKNOWN";

	/** A number of bytes that is not known. */
	long UNKNOWN_BYTES = -1;

	/**
	 * Returns the unit of work of the request that the calling thread works for.
	 * @return the unit of work, or {@code null} if there is none
	 */
	static @Nullable UnitOfWork currentUnit() {
		UnitOfWork unit = UnitOfWork.current();
		while (unit != null && unit.attribute(KEY) == null) {
			unit = unit.parent();
		}
		return unit;
	}

	/**
	 * Returns the facts of the request that the calling thread works for.
	 * @return the facts, or {@code null} if there are none
	 */
	static @Nullable RequestFacts current() {
		UnitOfWork unit = currentUnit();
		return (unit != null) ? unit.attribute(KEY) : null;
	}

	/**
	 * Returns the HTTP method.
	 * @return the method
	 */
	String method();

	/**
	 * Returns the path within the application.
	 * @return the path, without the context path
	 */
	String path();

	/**
	 * Returns the query of the address.
	 * @return the query as it was sent, or {@code null} if there is none
	 */
	default @Nullable String query() {
		return null;
	}

	/**
	 * Returns the template of the route, such as <code>/products/{id}</code>. The path
	 * itself is never used as a route, because there are too many of them.
	 * @return the template, or {@link #UNKNOWN_ROUTE}
	 */
	String route();

	/**
	 * Returns the status that is sent to the client.
	 * @return the status, which may change until the request has ended
	 */
	int status();

	/**
	 * Returns a header of the request.
	 * @param name the name of the header, in any case
	 * @return the first value, or {@code null}
	 */
	@Nullable String header(String name);

	/**
	 * Returns the part of a header of the request that may be published. Headers that
	 * describe the client require its consent, and are shortened as configured.
	 * @param name the name of the header, in any case
	 * @return the first value, or {@code null}
	 */
	default @Nullable String publishedHeader(String name) {
		return header(name);
	}

	/**
	 * Returns whether the client consents to being described.
	 * @return {@code false} if what identifies it must not be published
	 */
	default boolean hasConsent() {
		return true;
	}

	/**
	 * Returns whether the client is no person, but a robot, a probe or a script.
	 * @return whether its user agent is one of them
	 */
	default boolean isRobot() {
		return false;
	}

	/**
	 * Returns a cookie of the request.
	 * @param name the name of the cookie
	 * @return the value, or {@code null}
	 */
	@Nullable String cookie(String name);

	/**
	 * Returns the address of the client.
	 * @return the address, or {@code null} if it is not known
	 */
	@Nullable String address();

	/**
	 * Returns the name of the authenticated user. A name that was read once is
	 * remembered, because the security filters clear it before the request ends.
	 * @return the name, or {@code null}
	 */
	@Nullable String user();

	/**
	 * Returns an attribute of the request.
	 * @param name the name of the attribute
	 * @return the value, or {@code null}
	 */
	@Nullable Object attribute(String name);

	/**
	 * Returns the size of the body of the request.
	 * @return the number of bytes, or {@link #UNKNOWN_BYTES}
	 */
	long requestBytes();

	/**
	 * Returns the size of the body of the response before it is compressed.
	 * @return the number of bytes, or {@link #UNKNOWN_BYTES}
	 */
	long responseBytes();

	/**
	 * Returns the media type of the response.
	 * @return the type, with its parameters, or {@code null} if it is not known
	 */
	default @Nullable String contentType() {
		return null;
	}

	/**
	 * Returns whether the client closed the connection before it received the response.
	 * @return {@code true} if the client has disconnected
	 */
	boolean isAborted();

}
