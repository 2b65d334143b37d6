package dev.cairn.spring.web.error;

import dev.cairn.Cairn;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.web.request.RequestFacts;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Captures the failures of requests and adds them to the observation of the request,
 * which does not record exceptions that are handled.
 */
final class ErrorReporter {

	private static final String SPAN_TAG = "error.id";

	private static final String OBSERVATION = ServerHttpObservationFilter.CURRENT_OBSERVATION_CONTEXT_ATTRIBUTE;

	private final Cairn cairn;

	private final boolean enabled;

	private final ErrorStatuses statuses;

	private final ObservationRegistry observations;

	ErrorReporter(Cairn cairn, boolean enabled, ErrorStatuses statuses, ObservationRegistry observations) {
		this.cairn = cairn;
		this.enabled = enabled;
		this.statuses = statuses;
		this.observations = observations;
	}

	/**
	 * Notes an exception of the current request.
	 * @param seen the exception
	 */
	void note(Throwable seen) {
		RequestFacts request = RequestFacts.current();
		RequestFailure failure = RequestFailure.current();
		if (request != null && failure != null && this.enabled) {
			failure.note(seen);
			// The security filters clear the user before the failure is reported
			request.user();
		}
	}

	/**
	 * Captures the exception that was noted if the response states that it is a failure.
	 * @param status the status of the response
	 * @return the id of the incident, or {@code null}
	 */
	@Nullable String handled(int status) {
		return this.statuses.contains(status) ? report(status, true) : null;
	}

	/**
	 * Captures an exception that is answered as an internal server error.
	 * @param seen the exception
	 * @return the id of the incident, or {@code null}
	 */
	@Nullable String answered(Throwable seen) {
		note(seen);
		return report(HttpStatus.INTERNAL_SERVER_ERROR.value(), true);
	}

	/**
	 * Captures an exception that the container turns into an error response.
	 * @param seen the exception
	 * @return the id of the incident, or {@code null}
	 */
	@Nullable String unhandled(Throwable seen) {
		note(seen);
		return report(HttpStatus.INTERNAL_SERVER_ERROR.value(), false);
	}

	private @Nullable String report(int status, boolean handled) {
		UnitOfWork unit = RequestFacts.currentUnit();
		RequestFailure failure = RequestFailure.current();
		if (unit == null || failure == null || !this.enabled) {
			return null;
		}
		if (failure.capture(this.cairn, status)) {
			unit.set(RequestFacts.ERROR_ID, failure.id());
			complete(failure, handled);
		}
		return failure.id();
	}

	private void complete(RequestFailure failure, boolean handled) {
		RequestFacts request = RequestFacts.current();
		Throwable thrown = failure.thrown();
		if (request == null || thrown == null
				|| !(request.attribute(OBSERVATION) instanceof ServerRequestObservationContext context)) {
			return;
		}
		Observation active = this.observations.getCurrentObservation();
		if (handled && active != null && active.getContext() == context) {
			active.error(thrown);
		}
		else {
			// The observation filter signals an exception that leaves the filter chain
			context.setError(thrown);
		}
		if (failure.id() != null) {
			context.addHighCardinalityKeyValue(KeyValue.of(SPAN_TAG, failure.id()));
		}
	}

}
