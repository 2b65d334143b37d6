package dev.cairn.engine;

import java.util.List;

import dev.cairn.Failure;
import dev.cairn.Failure.ErrorDetails;
import dev.cairn.IncidentEnricher;
import dev.cairn.MessageFields;
import dev.cairn.Severity;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Describes failures: by themselves, by translators and by enrichers.
 */
final class FailureDetails {

	private final Extensions extensions;

	private final List<Named<Failure.Translator>> translators;

	private final List<Named<IncidentEnricher>> enrichers;

	FailureDetails(CairnBuilder builder) {
		this.extensions = builder.extensions();
		this.translators = Extensions.named("translator", builder.translators);
		this.enrichers = Extensions.named("incident enricher", builder.incidentEnrichers);
	}

	/** Adds the details of the first throwable of the chain that has some. */
	void describe(Throwable thrown, EventBuilder event) {
		for (Throwable each : Throwables.chain(thrown)) {
			ErrorDetails details = detailsOf(each);
			if (details != null) {
				this.extensions.call(new Named<>("the details of " + details.getClass().getName(), details),
						(given) -> {
							event.field(MessageFields.ERROR_CODE, given.code()).fields(given.fields());
							Severity severity = given.severity();
							return (severity != null) ? event.severity(severity) : event;
						});
				return;
			}
		}
	}

	private @Nullable ErrorDetails detailsOf(Throwable thrown) {
		if (thrown instanceof ErrorDetails details) {
			return details;
		}
		for (Named<Failure.Translator> translator : this.translators) {
			ErrorDetails details = this.extensions.call(translator, (each) -> each.translate(thrown));
			if (details != null) {
				return details;
			}
		}
		return null;
	}

	/** Calls the enrichers, also those of the unit of work. */
	void enrich(Failure failure, EventBuilder event) {
		this.extensions.each(this.enrichers, (enricher) -> enricher.enrich(failure, event));
		for (UnitOfWork unit = UnitOfWork.current(); unit != null; unit = unit.parent()) {
			List<Named<IncidentEnricher>> own = unit.attribute(UnitOfWork.INCIDENT_ENRICHERS);
			this.extensions.each((own != null) ? own : List.of(), (enricher) -> enricher.enrich(failure, event));
		}
	}

}
