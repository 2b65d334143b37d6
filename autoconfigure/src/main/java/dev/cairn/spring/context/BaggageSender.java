package dev.cairn.spring.context;

import java.util.ArrayList;
import java.util.List;

import dev.cairn.context.BoundContext;
import dev.cairn.redaction.Redactor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMessage;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.function.client.ClientRequest;

/**
 * Adds bound values to the header of W3C Baggage of each observed request and record that
 * is sent. Entries of the application are kept in requests of Spring's clients. For other
 * carriers, a handler that comes before this one puts the header into the observation
 * under {@link BoundContext#BAGGAGE}.
 */
final class BaggageSender implements ObservationHandler<SenderContext<Object>> {

	private static final boolean HTTP = isPresent("org.springframework.http.HttpMessage");

	private static final boolean REACTIVE = isPresent("org.springframework.web.reactive.function.client.ClientRequest");

	private final BoundContext context;

	private final Redactor redactor;

	/** Whether there are names of values to send. */
	private final boolean active;

	BaggageSender(BoundContext context, Redactor redactor, boolean active) {
		this.context = context;
		this.redactor = redactor;
		this.active = active;
	}

	private static boolean isPresent(String type) {
		return ClassUtils.isPresent(type, BaggageSender.class.getClassLoader());
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return this.active && context instanceof SenderContext<?>;
	}

	@Override
	public void onStart(SenderContext<Object> context) {
		Object carrier = context.getCarrier();
		if (carrier != null) {
			String baggage = this.context.baggage(known(context, carrier), this.redactor::redact);
			if (baggage != null) {
				context.getSetter().set(carrier, BoundContext.BAGGAGE, baggage);
			}
		}
	}

	/** A setter replaces the header, and there is no getter. */
	private static @Nullable String known(SenderContext<Object> context, Object carrier) {
		String known = HTTP ? Http.known(carrier) : null;
		return (known != null) ? known : context.get(BoundContext.BAGGAGE);
	}

	/**
	 * Requests of Spring's clients. Loaded only if they are present.
	 */
	private static final class Http {

		static @Nullable String known(Object carrier) {
			List<String> known = new ArrayList<>();
			if (carrier instanceof HttpMessage message) {
				known.addAll(message.getHeaders().getOrEmpty(BoundContext.BAGGAGE));
			}
			else if (REACTIVE && carrier instanceof ClientRequest.Builder request) {
				request.headers((headers) -> known.addAll(headers.getOrEmpty(BoundContext.BAGGAGE)));
			}
			return known.isEmpty() ? null : String.join(",", known);
		}

	}

}
