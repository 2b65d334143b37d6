package dev.cairn.spring.points;

import java.util.Objects;

import dev.cairn.Cairn;
import dev.cairn.Trace;
import dev.cairn.incident.Incidents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Captures the exceptions that leave methods. Calls may come while the beans that this
 * requires are created; their failures are not captured. Thread-safe; never throws.
 */
final class CallFailures {

	private static final Logger logger = LoggerFactory.getLogger(CallFailures.class);

	private final ObjectProvider<Cairn> cairn;

	private final ObjectProvider<Incidents> incidents;

	private final ObjectProvider<Trace.Source> traces;

	/** Kept, since a bean lookup is expensive. */
	private volatile @Nullable Beans found;

	CallFailures(ObjectProvider<Cairn> cairn, ObjectProvider<Incidents> incidents,
			ObjectProvider<Trace.Source> traces) {
		this.cairn = cairn;
		this.incidents = incidents;
		this.traces = traces;
	}

	private Beans beans() {
		Beans known = this.found;
		if (known == null) {
			known = new Beans(this.cairn.getObject(), this.incidents.getObject(),
					this.traces.getIfAvailable(() -> Trace.Source.NONE));
			this.found = known;
		}
		return known;
	}

	/** Returns the active trace, for a call that completes later. */
	@Nullable Trace trace() {
		try {
			return beans().traces().current();
		}
		catch (RuntimeException ex) {
			logger.debug("Cairn: failed to get the active trace", ex);
			return null;
		}
	}

	/**
	 * Captures an exception. While a request is served, its answer decides whether it is
	 * a failure.
	 * @param thrown the exception
	 * @param trace the trace of the call, if another one may be active now
	 */
	void capture(Throwable thrown, @Nullable Trace trace) {
		try {
			Beans known = beans();
			if (known.incidents().isFailure(thrown)) {
				boolean missing = trace != null && known.traces().current() == null;
				known.cairn().capture(thrown, (Incidents.Provisional) (report) -> {
					if (missing) {
						report.trace(Objects.requireNonNull(trace));
					}
				});
			}
		}
		catch (Throwable ex) {
			// The application receives its own failure in any case
			logger.debug("Cairn: failed to capture the failure of a call: {}", ex.toString());
		}
	}

	private record Beans(Cairn cairn, Incidents incidents, Trace.Source traces) {
	}

}
