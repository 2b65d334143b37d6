package dev.cairn.spring.kafka;

import java.util.Map;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import org.jspecify.annotations.Nullable;

/**
 * Says of a failure which record was being listened to.
 */
public final class DeliveryEnricher implements IncidentEnricher {

	private final ThreadLocal<@Nullable Current> current = new ThreadLocal<>();

	void enter(Listener listener, Delivery delivery) {
		this.current.set(new Current(listener, delivery));
	}

	void leave() {
		this.current.remove();
	}

	@Override
	public void enrich(Failure failure, Event report) {
		Current current = this.current.get();
		if (current != null) {
			Map<String, Object> description = current.delivery().describe(current.listener());
			description.forEach(report::field);
		}
	}

	private record Current(Listener listener, Delivery delivery) {
	}

}
