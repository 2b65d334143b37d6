package dev.cairn.spring.context;

import java.util.function.Function;

import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import io.micrometer.observation.Observation;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import org.jspecify.annotations.Nullable;

/**
 * Makes each observed message that a listener receives a unit of work, such as those of
 * RabbitMQ and JMS. A message that is received within other work belongs to that.
 */
final class MessageRuns extends ObservedWork<ReceiverContext<Object>> {

	/** Its records are those of {@code dev.cairn.spring.kafka.listener}. */
	private static final String KAFKA = "org.springframework.kafka.";

	private final Signals signals;

	private final Extensions extensions;

	MessageRuns(Signals signals, Extensions extensions, Function<Observation.Context, @Nullable Trace> traces) {
		super(traces);
		this.signals = signals;
		this.extensions = extensions;
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

}
