package dev.cairn.spring.web.error;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.Cairn;
import dev.cairn.Failure;
import dev.cairn.MessageFields;
import dev.cairn.context.UnitOfWork;
import dev.cairn.incident.Incidents;
import dev.cairn.incident.Incidents.Provisional;
import dev.cairn.internal.Throwables;
import dev.cairn.spring.web.request.RequestFacts;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;

/**
 * Decides on the failures of requests. An exception is noted when it is first seen,
 * captured once the status makes it a failure, and certain once the response is
 * {@link #answered}, since an error page may change the status.
 */
final class ErrorReporter {

	/** The header of responses with the id of the failure. */
	static final String HEADER = "X-Error-Id";

	/** The attribute in which error attributes of the application find the id. */
	static final String ATTRIBUTE = "cairn.error-id";

	/**
	 * The order of the filter: directly after the filter that opens the unit of work.
	 */
	static final int FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 11;

	private static final UnitOfWork.Key<Throwable> NOTED = new UnitOfWork.Key<>("noted exception");

	private static final UnitOfWork.Key<Throwable> CAPTURED = new UnitOfWork.Key<>("captured exception");

	private static final UnitOfWork.Key<Boolean> COMMITTED = new UnitOfWork.Key<>("committed when noted");

	/** The diagnostic context (MDC) of the thread that noted the exception first. */
	private static final UnitOfWork.Key<Map<String, String>> DIAGNOSTIC = new UnitOfWork.Key<>("noted context");

	/** The status of the container, which has dispatched the request to an error page. */
	private static final UnitOfWork.Key<Integer> ERROR_STATUS = new UnitOfWork.Key<>("status before the error page");

	private final Cairn cairn;

	private final boolean enabled;

	private final Incidents incidents;

	private final RequestExclusion requests;

	private final ObservationRegistry observations;

	private final Runnable decision = this::decide;

	ErrorReporter(Cairn cairn, Incidents incidents, RequestExclusion requests, boolean enabled,
			ObservationRegistry observations) {
		this.cairn = cairn;
		this.incidents = incidents;
		this.requests = requests;
		this.enabled = enabled;
		this.observations = observations;
	}

	/**
	 * Returns the id of the captured failure of the current request, which is available
	 * until the request has ended, including its error page.
	 */
	static @Nullable String currentId() {
		UnitOfWork unit = RequestFacts.currentUnit();
		return (unit != null) ? unit.attribute(RequestFacts.ERROR_ID) : null;
	}

	/** Returns the exception of a handler that was noted last, if any. */
	static @Nullable Throwable noted() {
		UnitOfWork unit = RequestFacts.currentUnit();
		return (unit != null) ? unit.attribute(NOTED) : null;
	}

	/** Makes the end of the current request decide on its failures. */
	void decideAtTheEnd() {
		UnitOfWork unit = RequestFacts.currentUnit();
		if (unit != null && unit.attribute(RequestFacts.BEFORE_END) == null) {
			unit.set(RequestFacts.BEFORE_END, this.decision);
		}
	}

	/** Runs an action after the end of the current request has decided. */
	static void afterDecision(Runnable action) {
		UnitOfWork unit = RequestFacts.currentUnit();
		Runnable decision = (unit != null) ? unit.attribute(RequestFacts.BEFORE_END) : null;
		if (unit != null && decision != null) {
			unit.set(RequestFacts.BEFORE_END, () -> {
				decision.run();
				action.run();
			});
		}
	}

	private void decide() {
		RequestFacts request = RequestFacts.current();
		UnitOfWork unit = RequestFacts.currentUnit();
		if (request != null && unit != null) {
			Integer before = unit.attribute(ERROR_STATUS);
			int status = request.status();
			// Access to the error page may be denied, whatever the failure
			boolean denied = status == HttpStatus.UNAUTHORIZED.value() || status == HttpStatus.FORBIDDEN.value();
			answered((before != null && denied) ? before : status);
		}
	}

	/** Notes that the container has dispatched the request to an error page. */
	static void dispatchedToErrorPage(int status) {
		UnitOfWork unit = RequestFacts.currentUnit();
		if (unit != null) {
			unit.set(ERROR_STATUS, status);
		}
	}

	/**
	 * Notes an exception of the current request, unless another one was captured.
	 * @param committed whether the response has already been sent, so that its status
	 * does not show the failure
	 */
	void note(Throwable seen, boolean committed) {
		UnitOfWork unit = RequestFacts.currentUnit();
		if (unit != null) {
			note(unit, seen, committed);
		}
	}

	/** Notes an exception of a request, on any thread. */
	void note(UnitOfWork unit, Throwable seen, boolean committed) {
		RequestFacts request = unit.attribute(RequestFacts.KEY);
		if (request != null && this.enabled) {
			if (unit.attribute(CAPTURED) == null) {
				unit.set(NOTED, seen);
				unit.set(COMMITTED, committed ? Boolean.TRUE : null);
				unit.attribute(DIAGNOSTIC, ErrorReporter::diagnosticContext);
			}
			// The security filters clear the user before the failure is reported
			request.user();
		}
	}

	/**
	 * Captures the exception that was noted if the status makes it a failure. Returns the
	 * id of the incident of the request, if any.
	 */
	@Nullable String handled(int status) {
		return report(status, true, true);
	}

	/** Captures an exception that the container turns into an error response. */
	@Nullable String unhandled(Throwable seen, int status, boolean committed) {
		note(seen, committed);
		return report(status, false, false);
	}

	/**
	 * Makes the failure of an error page a part of the failure that it is the page of.
	 */
	void errorPageFailed(Throwable seen) {
		UnitOfWork unit = RequestFacts.currentUnit();
		Throwable captured = (unit != null) ? unit.attribute(CAPTURED) : null;
		if (captured != null) {
			this.incidents.join(seen, captured);
		}
	}

	/**
	 * Decides with the status that is being sent. Returns the id of the incident of the
	 * request, if any.
	 */
	@Nullable String answered(int status) {
		UnitOfWork unit = RequestFacts.currentUnit();
		if (unit == null) {
			return null;
		}
		unit.set(ERROR_STATUS, null);
		report(status, true, true);
		Throwable noted = unit.attribute(NOTED);
		boolean failure = noted == null || isFailure(unit, noted, status);
		if (!failure) {
			unit.set(CAPTURED, null);
			unit.set(RequestFacts.ERROR_ID, null);
		}
		this.incidents.decide(unit, failure ? null : noted);
		return currentId();
	}

	private @Nullable String report(int status, boolean handled, boolean active) {
		UnitOfWork unit = RequestFacts.currentUnit();
		Throwable thrown = (unit != null) ? unit.attribute(NOTED) : null;
		if (unit != null && thrown != null && unit.attribute(CAPTURED) == null && isFailure(unit, thrown, status)) {
			unit.set(CAPTURED, thrown);
			Throwable ofHandler = unit.attribute(RequestFacts.HANDLER_FAILURE);
			if (ofHandler != null) {
				this.incidents.replace(unit, ofHandler, thrown);
			}
			AtomicBoolean described = new AtomicBoolean();
			String id = capture(unit, thrown, (report) -> {
				described.set(true);
				report.field(MessageFields.STATUS, status).field(MessageFields.HANDLED, handled);
				if (ofHandler != null) {
					report.field(MessageFields.HANDLER_EXCEPTION,
							ofHandler.getClass().getName() + ": " + Throwables.message(ofHandler));
				}
			});
			if (!described.get()) {
				// A logger has captured it first
				this.incidents.describe(thrown, Map.of(MessageFields.STATUS, status, MessageFields.HANDLED, handled));
			}
			unit.set(RequestFacts.ERROR_ID, id);
			complete(unit, thrown, id, active);
		}
		return currentId();
	}

	/**
	 * The incidents may be those of a parent context, which has no requests.
	 */
	private boolean isFailure(UnitOfWork unit, Throwable thrown, int sent) {
		int status = (unit.attribute(COMMITTED) != null) ? Failure.Exclusion.UNKNOWN_STATUS : sent;
		return !this.requests.excludes(thrown, status) && this.incidents.isFailure(thrown, status);
	}

	/** The filters of the application may have removed their values from the MDC. */
	private @Nullable String capture(UnitOfWork unit, Throwable thrown, Provisional details) {
		Map<String, String> before = diagnosticContext();
		Map<String, String> noted = new HashMap<>(unit.attribute(DIAGNOSTIC, Map::of));
		noted.putAll(before);
		MDC.setContextMap(noted);
		try {
			return this.cairn.capture(thrown, details);
		}
		finally {
			MDC.setContextMap(before);
		}
	}

	private static Map<String, String> diagnosticContext() {
		Map<String, String> context = MDC.getCopyOfContextMap();
		return (context != null) ? context : Map.of();
	}

	private void complete(UnitOfWork unit, Throwable thrown, @Nullable String id, boolean answered) {
		Observation.Context context = unit.attribute(RequestFacts.OBSERVATION);
		if (context == null) {
			return;
		}
		Observation active = this.observations.getCurrentObservation();
		if (answered && active != null && active.getContext() == context) {
			active.error(thrown);
		}
		else {
			// The observation of the request itself signals an exception that leaves the
			// filter chain
			context.setError(thrown);
		}
		if (id != null) {
			context.addHighCardinalityKeyValue(KeyValue.of("error.id", id));
		}
	}

}
