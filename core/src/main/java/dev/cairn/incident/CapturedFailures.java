package dev.cairn.incident;

import dev.cairn.Failure;
import dev.cairn.Trace;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Finds the failures that were captured, and notes those that others report.
 */
record CapturedFailures(IncidentRegistry registry, MessageCorrelator texts,
		Trace.Source traces) implements Failure.Captured {

	@Override
	public @Nullable String find(Failure failure, boolean anyThread) {
		if (failure.thrown() == null) {
			Incident incident = this.texts.findUnpaired(failure.text(), anyThread);
			return (incident != null) ? incident.id() : null;
		}
		Incident report = report();
		Incident incident = this.registry.find(Throwables.related(failure.thrown()), report);
		return (incident != report && !incident.is(IncidentState.REPORTED) && !incident.isRefused()) ? incident.id()
				: null;
	}

	@Override
	public @Nullable String findQuoting(Throwable thrown) {
		Incident incident = this.texts.findQuoting(thrown, report());
		return (incident != null) ? incident.id() : null;
	}

	@Override
	public void reported(Failure failure, String id) {
		Incident incident = report();
		incident.reportedAs(id);
		if (failure.thrown() != null) {
			this.registry.claim(Throwables.related(failure.thrown()), incident);
		}
		else {
			this.texts.addReport(failure.text(), incident);
		}
	}

	private Incident report() {
		return new Incident(this.traces.current(), false);
	}

}
