package dev.cairn.console;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.web.request.RequestFacts;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationView;
import org.jspecify.annotations.Nullable;

/**
 * Records observations as spans. It needs no tracer, and sees the spans that a tracer
 * does not sample, too. The observation of a request may begin before its unit of work.
 */
final class ObservedSpans implements ObservationHandler<Observation.Context>, SignalListener {

	private final Recorder recorder;

	ObservedSpans(Recorder recorder) {
		this.recorder = recorder;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return true;
	}

	@Override
	public void unitStarted(UnitOfWork unit) {
		Observation.Context context = unit.attribute(RequestFacts.OBSERVATION);
		if (context != null && context.get(Span.class) == null) {
			onStart(context);
		}
	}

	@Override
	public void onStart(Observation.Context context) {
		ObservationView parent = context.getParentObservation();
		Span within = (parent != null) ? span(parent) : null;
		Span span = this.recorder.begin(Objects.requireNonNullElse(context.getName(), ""), within);
		if (span != null) {
			context.put(Span.class, span);
		}
	}

	private static @Nullable Span span(ObservationView observation) {
		return observation.getContextView().get(Span.class);
	}

	@Override
	public void onStop(Observation.Context context) {
		Span span = context.get(Span.class);
		if (span != null) {
			String name = Objects.requireNonNullElse(context.getName(), "");
			Map<String, String> tags = new LinkedHashMap<>();
			context.getAllKeyValues().forEach((tag) -> tags.put(tag.getKey(), tag.getValue()));
			Throwable error = context.getError();
			span.end(name, Objects.requireNonNullElse(context.getContextualName(), name), tags,
					(error != null) ? LogLine.describe(error) : null);
		}
	}

}
