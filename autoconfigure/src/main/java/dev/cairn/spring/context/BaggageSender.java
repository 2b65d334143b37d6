package dev.cairn.spring.context;

import dev.cairn.context.BoundContext;
import dev.cairn.redaction.Redactor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMessage;
import org.springframework.util.ClassUtils;

/**
 * Adds bound values to the header of W3C Baggage of each observed request and record that
 * is sent. What the application has put there is kept in requests of Spring's blocking
 * clients.
 */
final class BaggageSender implements ObservationHandler<SenderContext<Object>> {

	private static final boolean HTTP = ClassUtils.isPresent("org.springframework.http.HttpMessage",
			BaggageSender.class.getClassLoader());

	private final BoundContext context;

	private final Redactor redactor;

	BaggageSender(BoundContext context, Redactor redactor) {
		this.context = context;
		this.redactor = redactor;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof SenderContext<?>;
	}

	@Override
	public void onStart(SenderContext<Object> context) {
		Object carrier = context.getCarrier();
		if (carrier != null) {
			String baggage = this.context.baggage(known(carrier), this.redactor::redact);
			if (baggage != null) {
				context.getSetter().set(carrier, BoundContext.BAGGAGE, baggage);
			}
		}
	}

	/** A setter replaces the header, and there is no getter. */
	private static @Nullable String known(Object carrier) {
		return HTTP ? Http.known(carrier) : null;
	}

	/**
	 * Requests of Spring's clients. Loaded only if they are present.
	 */
	private static final class Http {

		static @Nullable String known(Object carrier) {
			return (carrier instanceof HttpMessage message)
					? String.join(",", message.getHeaders().getOrEmpty(BoundContext.BAGGAGE)) : null;
		}

	}

}
