package dev.cairn.spring.web.error;

import dev.cairn.Cairn;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Captures what a request failed with, tells the caller its id, and completes the
 * observation of the request, which knows nothing of an exception that was handled.
 */
public final class ErrorReporter {

	/** The tag of the span that carries the id. */
	private static final String SPAN_TAG = "error.id";

	private final Cairn cairn;

	private final ErrorStatuses statuses;

	private final ObservationRegistry observations;

	/**
	 * Create a reporter.
	 * @param cairn takes the failures
	 * @param statuses the statuses of failures
	 * @param observations knows the active observation
	 */
	public ErrorReporter(Cairn cairn, ErrorStatuses statuses, ObservationRegistry observations) {
		this.cairn = cairn;
		this.statuses = statuses;
		this.observations = observations;
	}

	boolean isFailure(int status) {
		return this.statuses.contains(status);
	}

	/**
	 * Report what somebody has answered.
	 * @param status the status of the answer
	 * @return the id, or {@code null} when it was not accepted
	 */
	@Nullable String handled(RequestError error, HttpServletRequest request, HttpServletResponse response, int status) {
		return report(error, request, response, status, true);
	}

	/**
	 * Report what the container will answer.
	 */
	void unhandled(RequestError error, HttpServletRequest request, HttpServletResponse response) {
		report(error, request, response, HttpStatus.INTERNAL_SERVER_ERROR.value(), false);
	}

	private @Nullable String report(RequestError error, HttpServletRequest request, HttpServletResponse response,
			int status, boolean handled) {
		if (error.capture(this.cairn, status)) {
			ServerHttpObservationFilter.findObservationContext(request)
				.ifPresent((context) -> complete(context, error, handled));
		}
		error.tell(response);
		return error.id();
	}

	private void complete(ServerRequestObservationContext context, RequestError error, boolean handled) {
		Observation active = this.observations.getCurrentObservation();
		if (handled && active != null && active.getContext() == context) {
			active.error(error.thrown());
		}
		else {
			// The filter of the observation says it of what comes out of the chain
			context.setError(error.thrown());
		}
		String id = error.id();
		if (id != null) {
			context.addHighCardinalityKeyValue(KeyValue.of(SPAN_TAG, id));
		}
	}

}
