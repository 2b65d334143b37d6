package dev.cairn.spring.tracing;

import dev.cairn.TraceSource;
import dev.cairn.context.SignalListener;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.tracing.Tracer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the ids of Micrometer Tracing.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@ConditionalOnCairn
@ConditionalOnClass(Tracer.class)
public final class TracingAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	TraceSource cairnTraceSource(ObjectProvider<Tracer> tracers) {
		Tracer tracer = tracers.getIfUnique();
		return (tracer != null) ? new MicrometerTraceSource(tracer) : TraceSource.NONE;
	}

	@Bean
	@ConditionalOnMissingBean(name = "cairnSpanMarker")
	SignalListener cairnSpanMarker(ObjectProvider<Tracer> tracers) {
		Tracer tracer = tracers.getIfUnique();
		return (tracer != null) ? new SpanMarker(tracer) : new SignalListener() {
		};
	}

}
