package dev.cairn.spring.tracing;

import dev.cairn.Cairn;
import dev.cairn.TraceSource;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.support.ScheduledTaskObservationContext;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the ids of Micrometer Tracing,
 * and for the failures of scheduled methods, which are observed.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@ConditionalOnCairn
public final class TracingAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Tracer.class)
	static class TracerConfiguration {

		@Bean
		@ConditionalOnMissingBean
		TraceSource cairnTraceSource(ObjectProvider<Tracer> tracers) {
			Tracer tracer = tracers.getIfUnique();
			return (tracer != null) ? new MicrometerTraceSource(tracer) : TraceSource.NONE;
		}

		@Bean
		@ConditionalOnMissingBean(name = "cairnSpanMarker")
		@Nullable SignalListener cairnSpanMarker(ObjectProvider<Tracer> tracers) {
			Tracer tracer = tracers.getIfUnique();
			return (tracer != null) ? new SpanMarker(tracer) : null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("errors")
	@ConditionalOnClass({ ObservationHandler.class, ScheduledTaskObservationContext.class })
	static class ScheduledConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ScheduledErrors cairnScheduledErrors(Cairn cairn) {
			return new ScheduledErrors(cairn);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationHandler.class)
	static class ObservationConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ObservationSignals cairnObservationSignals(Signals signals) {
			return new ObservationSignals(signals);
		}

	}

}
