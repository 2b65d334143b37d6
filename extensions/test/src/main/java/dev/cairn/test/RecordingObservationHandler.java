package dev.cairn.test;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

/**
 * Passes the observations that end on to the recorder. It needs no tracer, and sees the
 * spans that a tracer does not sample, too.
 */
final class RecordingObservationHandler implements ObservationHandler<Observation.Context> {

	private final CairnRecorder recorder;

	RecordingObservationHandler(CairnRecorder recorder) {
		this.recorder = recorder;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return true;
	}

	@Override
	public void onStart(Observation.Context context) {
		context.put(RecordingObservationHandler.class, System.nanoTime());
	}

	@Override
	public void onStop(Observation.Context context) {
		Long start = context.get(RecordingObservationHandler.class);
		String name = context.getName();
		if (start == null || name == null) {
			return;
		}
		Map<String, String> tags = new LinkedHashMap<>();
		context.getAllKeyValues().forEach((tag) -> tags.put(tag.getKey(), tag.getValue()));
		this.recorder.observed(name, Objects.requireNonNullElse(context.getContextualName(), name), tags,
				Duration.ofNanos(System.nanoTime() - start), context.getError());
	}

}
