package dev.cairn.spring.context;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.MessageFields;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Throwables;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import org.jspecify.annotations.Nullable;

/**
 * Makes each observed message that a listener receives a unit of work, such as those of
 * RabbitMQ and JMS. A message that is received within other work belongs to that.
 * Captures the failures of the listeners of RabbitMQ and JMS, whose exceptions nobody
 * handles once they have left the observation.
 */
final class MessageRuns extends ObservedWork<ReceiverContext<Object>> {

	/** Its records are those of {@code dev.cairn.spring.kafka.listener}. */
	private static final String KAFKA = "org.springframework.kafka.";

	/** The packages of the observations of listeners; other failures may be handled. */
	private static final List<String> LISTENERS = List.of("org.springframework.amqp.rabbit.",
			"io.micrometer.jakarta9.instrument.jms.");

	private final Cairn cairn;

	private final Incidents incidents;

	private final Signals signals;

	private final Extensions extensions;

	private final boolean capturing;

	MessageRuns(Cairn cairn, Incidents incidents, Signals signals, Extensions extensions, boolean capturing,
			Function<Observation.Context, @Nullable Trace> traces) {
		super(traces);
		this.cairn = cairn;
		this.incidents = incidents;
		this.signals = signals;
		this.extensions = extensions;
		this.capturing = capturing;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ReceiverContext<?> receiver && receiver.getKind() == Kind.CONSUMER
				&& !context.getClass().getName().startsWith(KAFKA);
	}

	@Override
	@Nullable UnitOfWork prepare(ReceiverContext<Object> context) {
		UnitOfWork current = UnitOfWork.current();
		if (current != null && current.outcome() == null) {
			return null;
		}
		return this.signals.prepare(UnitOfWork.Kind.RECORD, String.valueOf(context.getName()),
				(name) -> header(context, name));
	}

	private @Nullable String header(ReceiverContext<Object> context, String name) {
		Object carrier = context.getCarrier();
		return (carrier != null)
				? this.extensions.get("a header of a message", () -> context.getGetter().get(carrier, name)) : null;
	}

	/** The scope is closed already. */
	@Override
	public void onError(ReceiverContext<Object> context) {
		Throwable thrown = context.getError();
		UnitOfWork unit = unit(context);
		if (thrown == null || unit == null || !isListener(context)) {
			return;
		}
		String errorId;
		try (UnitOfWork.Scope scope = unit.open()) {
			errorId = capture(thrown, (report) -> report.trace(unit.trace()));
		}
		if (errorId != null) {
			context.addHighCardinalityKeyValue(KeyValue.of(SpanMarker.TAG, errorId));
		}
	}

	/** Returns whether an observation is that of a listener of RabbitMQ or JMS. */
	static boolean isListener(Observation.Context context) {
		return context instanceof ReceiverContext<?>
				&& LISTENERS.stream().anyMatch(context.getClass().getName()::startsWith);
	}

	/** Captures the failure of a listener. Each delivery of a message is one. */
	@Nullable String capture(Throwable thrown, Consumer<Event> details) {
		Throwable failure = Throwables.unwrap(thrown);
		return (this.capturing && this.incidents.isFailure(failure)) ? this.cairn.capture(failure, (report) -> {
			report.field(MessageFields.HANDLED, false);
			details.accept(report);
		}) : null;
	}

}
