package dev.cairn.spring.tracing.sampling;

import java.util.function.Supplier;

import dev.cairn.MessageFields;
import dev.cairn.Sampler;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.ReceiverContext;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * Decides by the sampling rules whether a trace that begins here is kept. The tracers ask
 * while they start a span, when it has neither a name nor tags. This handler comes before
 * that of the tracer, and notes which observation the thread is about to start.
 * Thread-safe.
 */
final class SpanRules implements ObservationHandler<Observation.Context> {

	private final ThreadLocal<Observation.@Nullable Context> starting = new ThreadLocal<>();

	/** Found late, since it may depend on what is observed. */
	private final Supplier<Named<Sampler>> sampler;

	private final Extensions extensions;

	private final double probability;

	/**
	 * Creates the rules.
	 * @param sampler finds the sampler
	 * @param extensions calls the sampler
	 * @param probability the fraction that is kept if no rule matches
	 */
	SpanRules(Supplier<Sampler> sampler, Extensions extensions, double probability) {
		this.sampler = SingletonSupplier.of(() -> new Named<>("the sampler", sampler.get()));
		this.extensions = extensions;
		this.probability = probability;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return true;
	}

	@Override
	public void onStart(Observation.Context context) {
		this.starting.set(context);
	}

	/**
	 * Decides as for messages, so that those of the same rate are kept with the trace.
	 * @param traceId the id of the trace
	 * @param name the name of a span without an observation
	 */
	boolean isKept(String traceId, String name) {
		Observation.Context observation = this.starting.get();
		this.starting.remove();
		Span span = new Span(name, observation, this.probability);
		Double rate = this.extensions.get("the sampler",
				() -> this.extensions.call(this.sampler.get(), (sampler) -> sampler.rate(span)));
		return Sampler.draw(traceId) < ((rate != null) ? rate : this.probability);
	}

	/**
	 * Comes after the handler of the tracer, which does not ask if the trace is already
	 * decided.
	 *
	 * @param rules what the tracer may have asked
	 */
	record Started(SpanRules rules) implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onStart(Observation.Context context) {
			this.rules.starting.remove();
		}

	}

	/**
	 * The first span of a trace.
	 */
	private record Span(String spanName, Observation.@Nullable Context observation,
			double requestedRate) implements Sampler.Candidate {

		@Override
		public Sampler.Signal signal() {
			return Sampler.Signal.SPAN;
		}

		@Override
		public String name() {
			String name = (this.observation != null) ? this.observation.getName() : null;
			return (name != null) ? name : this.spanName;
		}

		@Override
		public @Nullable Object field(String key) {
			if (!MessageFields.ROUTE.equals(key)) {
				return value(key);
			}
			if (!(this.observation instanceof ReceiverContext<?>)) {
				return value("uri");
			}
			String path = value("http.url");
			return (path != null) ? path : value("url.path");
		}

		private @Nullable String value(String key) {
			if (this.observation == null) {
				return null;
			}
			KeyValue low = this.observation.getLowCardinalityKeyValue(key);
			KeyValue value = (low != null) ? low : this.observation.getHighCardinalityKeyValue(key);
			return (value != null) ? value.getValue() : null;
		}

	}

}
