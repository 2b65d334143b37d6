package dev.cairn.spring.context;

import dev.cairn.LogEntry;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

import org.springframework.util.function.SingletonSupplier;

/**
 * Captures the failure of a listener with the line that Spring logs at WARN, so that the
 * line has its id, also if the listener is not observed. An error handler of the
 * application logs and handles the failure instead.
 */
final class ListenerFailures implements SignalListener {

	/** Logged by the default error handler of RabbitMQ. */
	static final String RABBIT = "Execution of Rabbit message listener failed";

	/**
	 * Logged by a container of JMS without an error handler. To replace the missing one
	 * would remove the line, and to wrap the listener would hide its type.
	 */
	static final String JMS = "Execution of JMS message listener failed";

	private final String text;

	private final SingletonSupplier<MessageRuns> runs;

	private final SingletonSupplier<ObservationRegistry> observations;

	ListenerFailures(String text, SingletonSupplier<MessageRuns> runs,
			SingletonSupplier<ObservationRegistry> observations) {
		this.text = text;
		this.runs = runs;
		this.observations = observations;
	}

	@Override
	public Level logLevel() {
		return Level.WARN;
	}

	@Override
	public void logged(LogEntry entry, @Nullable UnitOfWork unit) {
		Throwable thrown = entry.throwable();
		if (thrown == null || !entry.text().startsWith(this.text)) {
			return;
		}
		if (this.text.equals(JMS)) {
			markObservation(thrown);
		}
		this.runs.obtain().capture(thrown, (report) -> {
		});
	}

	/** A container of JMS does not pass the exception on to its observation. */
	private void markObservation(Throwable thrown) {
		Observation current = this.observations.obtain().getCurrentObservation();
		if (current != null && MessageRuns.isListener(current.getContext())) {
			current.error(thrown);
		}
	}

}
