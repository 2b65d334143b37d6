package dev.cairn.spring.kafka.listener;

import java.nio.charset.StandardCharsets;

import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.internal.Extensions;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationHandlerGroup;
import org.springframework.kafka.support.micrometer.KafkaRecordReceiverContext;
import org.springframework.util.function.SingletonSupplier;

/**
 * Lets a tracer continue the trace of the first delivery of a record that has no trace
 * itself. The tracer reads a copy of the record, so that the headers that the application
 * sees stay as they were sent. Thread-safe.
 */
final class RecordTraces implements ObservationHandler<KafkaRecordReceiverContext>, SmartInitializingSingleton {

	private final PendingRecords pending;

	private final Signals signals;

	private final Extensions extensions;

	private final SingletonSupplier<Tracer> tracer;

	private final SingletonSupplier<Propagator> propagator;

	RecordTraces(PendingRecords pending, Signals signals, Extensions extensions, ObjectProvider<Tracer> tracers,
			ObjectProvider<Propagator> propagators) {
		this.pending = pending;
		this.signals = signals;
		this.extensions = extensions;
		this.tracer = SingletonSupplier.of(() -> tracers.getIfUnique(() -> Tracer.NOOP));
		this.propagator = SingletonSupplier.of(() -> propagators.getIfUnique(() -> Propagator.NOOP));
	}

	/** A record may still be processed when the context is closed. */
	@Override
	public void afterSingletonsInstantiated() {
		this.tracer.obtain();
		this.propagator.obtain();
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof KafkaRecordReceiverContext;
	}

	@Override
	public void onStart(KafkaRecordReceiverContext context) {
		ConsumerRecord<?, ?> record = context.getCarrier();
		Trace earlier = (record != null) ? this.pending.trace(record) : null;
		if (record != null && earlier != null && this.signals.read(Listener.headers(record)) == null) {
			this.extensions.guard("the propagator of the tracer",
					() -> context.setCarrier(copy(record, withTrace(record.headers(), earlier))));
		}
	}

	private Headers withTrace(Headers headers, Trace trace) {
		Headers copy = new RecordHeaders(headers);
		TraceContext context = this.tracer.obtain()
			.traceContextBuilder()
			.traceId(trace.traceId())
			.spanId(trace.spanId())
			.sampled(trace.sampled())
			.build();
		this.propagator.obtain().inject(context, copy, RecordTraces::set);
		return copy;
	}

	private static void set(@Nullable Headers headers, String name, String value) {
		if (headers != null) {
			headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
		}
	}

	private static <K, V> ConsumerRecord<K, V> copy(ConsumerRecord<K, V> record, Headers headers) {
		return new ConsumerRecord<>(record.topic(), record.partition(), record.offset(), record.timestamp(),
				record.timestampType(), record.serializedKeySize(), record.serializedValueSize(), record.key(),
				record.value(), headers, record.leaderEpoch());
	}

	/**
	 * Registers the handler before those of the tracer.
	 */
	static final class Group implements ObservationHandlerGroup {

		@Override
		public Class<?> handlerType() {
			return RecordTraces.class;
		}

		@Override
		public int compareTo(ObservationHandlerGroup other) {
			return (other instanceof Group) ? 0 : -1;
		}

	}

}
