package dev.cairn.spring.tracing;

import java.time.Duration;

import dev.cairn.internal.Text;
import dev.cairn.redaction.Redactor;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs slow statements that datasource-micrometer observes, on the thread that executes
 * them, so that the line has the values that are bound there. Parameters are not logged.
 */
final class SlowQueries implements ObservationHandler<Observation.Context> {

	private static final Logger logger = LoggerFactory.getLogger("dev.cairn.SlowQuery");

	private static final String OBSERVATION = "jdbc.query";

	private static final String STATEMENT = "jdbc.query[0]";

	private static final int MAX_LENGTH = 1024;

	private final Duration threshold;

	private final Redactor redactor;

	SlowQueries(Duration threshold, Redactor redactor) {
		this.threshold = threshold;
		this.redactor = redactor;
	}

	/** The name is not known yet. */
	@Override
	public boolean supportsContext(Observation.Context context) {
		return this.threshold.compareTo(Duration.ZERO) > 0;
	}

	@Override
	public void onStart(Observation.Context context) {
		if (OBSERVATION.equals(context.getName())) {
			context.put(SlowQueries.class, System.nanoTime());
		}
	}

	@Override
	public void onStop(Observation.Context context) {
		Long start = context.get(SlowQueries.class);
		if (start != null) {
			Duration duration = Duration.ofNanos(System.nanoTime() - start);
			if (duration.compareTo(this.threshold) >= 0) {
				KeyValue statement = context.getHighCardinalityKeyValue(STATEMENT);
				logger.warn("Cairn: slow query, {} ms: {}", duration.toMillis(),
						(statement != null) ? this.redactor.redact(Text.cut(statement.getValue(), MAX_LENGTH)) : "?");
			}
		}
	}

}
