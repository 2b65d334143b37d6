package dev.cairn.spring.kafka.listener;

import dev.cairn.Cairn;
import dev.cairn.IncidentEnricher;
import dev.cairn.context.Signals;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationHandlerGroup;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.retrytopic.DestinationTopicResolver;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for failures of
 * {@code @KafkaListener} methods, and for the context of records.
 */
@AutoConfiguration(after = { CairnAutoConfiguration.class, KafkaAutoConfiguration.class })
@ConditionalOnCairn
@ConditionalOnClass({ KafkaAutoConfiguration.class, KafkaListenerEndpointRegistry.class, CommonErrorHandler.class })
@ConditionalOnBean(Cairn.class)
public final class KafkaListenerErrorsAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn(value = "errors", property = "cairn.errors.kafka-listeners")
	@ConditionalOnBean(KafkaListenerEndpointRegistry.class)
	static class ListenerConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnDeliveryEnricher")
		IncidentEnricher cairnDeliveryEnricher() {
			return (failure, report) -> RecordAttempt.current().ifPresent((attempt) -> attempt.describe(report));
		}

		@Bean
		@ConditionalOnMissingBean
		RecoveryListener cairnRecoveryListener() {
			return new RecoveryListener();
		}

		@Bean
		@ConditionalOnMissingBean
		PendingRecords cairnPendingRecords() {
			return new PendingRecords();
		}

		@Bean
		@Lazy(false)
		@ConditionalOnMissingBean
		ListenerContainerConfigurer cairnListenerContainerConfigurer(
				ObjectProvider<KafkaListenerEndpointRegistry> registries, Cairn cairn, Signals signals,
				PendingRecords pending, ObjectProvider<DestinationTopicResolver> resolvers,
				ObjectProvider<Batches> batches) {
			return new ListenerContainerConfigurer(registries, new Listener.Shared(cairn, signals,
					new RetryTopics(resolvers), pending, batches.getIfAvailable(() -> Batches.NONE)));
		}

		/**
		 * The containers of Spring Cloud Stream are no beans, and have one customizer.
		 */
		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(ListenerContainerCustomizer.class)
		static class BinderConfiguration {

			@Bean
			@ConditionalOnMissingBean(ListenerContainerCustomizer.class)
			ListenerContainerCustomizer<AbstractMessageListenerContainer<?, ?>> cairnListenerContainerCustomizer(
					ObjectProvider<ListenerContainerConfigurer> configurers) {
				return (container, destination, group) -> configurers
					.ifAvailable((configurer) -> configurer.configure(container, destination));
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(TracingObservationHandler.class)
		static class TracerConfiguration {

			/** Before the default handler of Boot, which supports all observations. */
			@Bean
			@Order(Ordered.HIGHEST_PRECEDENCE)
			@ConditionalOnMissingBean
			BatchObservations cairnBatchObservations(ObjectProvider<Tracer> tracers,
					ObjectProvider<ObservationRegistry> observations, Extensions extensions) {
				return new BatchObservations(tracers, observations, extensions);
			}

		}

		/** Without a group, handlers come after those of a tracer. */
		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass({ TracingObservationHandler.class, ObservationHandlerGroup.class })
		static class RecordTracesConfiguration {

			@Bean
			@ConditionalOnMissingBean
			RecordTraces cairnRecordTraces(PendingRecords pending, Signals signals, Extensions extensions,
					ObjectProvider<Tracer> tracers, ObjectProvider<Propagator> propagators) {
				return new RecordTraces(pending, signals, extensions, tracers, propagators);
			}

			@Bean
			@ConditionalOnMissingBean
			RecordTraces.Group cairnRecordTracesGroup() {
				return new RecordTraces.Group();
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationHandler.class)
	static class ObservationConfiguration {

		/** Before the bound values are added. */
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		@ConditionalOnMissingBean
		RecordBaggage cairnRecordBaggage() {
			return new RecordBaggage();
		}

	}

}
