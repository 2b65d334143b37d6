package dev.cairn.spring.context;

import java.util.Map;
import java.util.Set;

import dev.cairn.context.BoundContext;
import dev.cairn.context.UnitOfWork;
import dev.cairn.redaction.Redactor;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationFilter;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;

/**
 * Adds the bound values to the spans of observations, and those that are allowed by name
 * to their meters. A request that the service answers has all values that were bound in
 * it. A call of another service has those that were bound at its start, since it may end
 * on a thread of the client. Other observations have those that are bound at their end.
 */
final class BoundObservations implements ObservationFilter, ObservationHandler<Observation.Context> {

	/** The value of a tag without a value: each meter of a name has the same tags. */
	private static final String NONE = "none";

	private final Set<String> meterTags;

	private final boolean spans;

	private final Redactor redactor;

	BoundObservations(Set<String> meterTags, boolean spans, Redactor redactor) {
		this.meterTags = meterTags;
		this.spans = spans;
		this.redactor = redactor;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ReceiverContext<?> || context instanceof SenderContext<?>;
	}

	@Override
	public void onStart(Observation.Context context) {
		UnitOfWork unit = UnitOfWork.current();
		if (context instanceof SenderContext<?>) {
			context.put(BoundContext.class, (unit != null) ? BoundContext.current() : ofParent(context));
		}
		else if (unit != null) {
			context.put(UnitOfWork.class, unit);
		}
	}

	/** A client such as Lettuce starts its observations on a thread of its own. */
	private static Map<String, Object> ofParent(Observation.Context context) {
		ObservationView parent = context.getParentObservation();
		UnitOfWork unit = (parent != null) ? parent.getContextView().get(UnitOfWork.class) : null;
		return (unit != null) ? unit.bindings() : BoundContext.current();
	}

	@Override
	public Observation.Context map(Observation.Context context) {
		UnitOfWork unit = (context instanceof ReceiverContext<?>) ? context.get(UnitOfWork.class) : null;
		Map<String, Object> sent = context.get(BoundContext.class);
		Map<String, Object> bound = (unit != null) ? unit.bindings() : (sent != null) ? sent : BoundContext.current();
		for (String tag : this.meterTags) {
			Object value = bound.get(tag);
			context
				.addLowCardinalityKeyValue(KeyValue.of(free(tag, context), (value != null) ? text(tag, value) : NONE));
		}
		if (this.spans && !bound.isEmpty()) {
			bound.forEach((name, value) -> {
				if (!this.meterTags.contains(name)) {
					context.addHighCardinalityKeyValue(KeyValue.of(free(name, context), text(name, value)));
				}
			});
		}
		return context;
	}

	/** A value of the observation itself is kept. */
	private static String free(String name, Observation.Context context) {
		boolean taken = context.getLowCardinalityKeyValue(name) != null
				|| context.getHighCardinalityKeyValue(name) != null;
		return taken ? "bound." + name : name;
	}

	private String text(String name, Object value) {
		return BoundContext.printable(this.redactor.redact(name, value.toString()));
	}

}
