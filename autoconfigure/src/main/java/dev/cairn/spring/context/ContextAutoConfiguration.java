package dev.cairn.spring.context;

import java.util.function.Function;

import dev.cairn.BindingExtractor;
import dev.cairn.Cairn;
import dev.cairn.Trace;
import dev.cairn.TransactionScope;
import dev.cairn.context.BoundContext;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.aop.Expression;
import dev.cairn.spring.context.TransactionsProperties.Transactions;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.CairnBuilderCustomizer;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.batch.core.scope.context.StepSynchronizationManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.support.ScheduledTaskObservationContext;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the context of messages: the
 * unit of work, its trace, bound values and Spring's transactions. The source of traces
 * and the scope of transactions can be injected even if Cairn is switched off.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@EnableConfigurationProperties({ ContextProperties.class, TracingProperties.class })
@Import(TraceHeadersConfiguration.class)
public final class ContextAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	BoundContext cairnBoundContext(ContextProperties properties, Extensions extensions, Redactor redactor,
			ObjectProvider<BindingExtractor<?>> extractors) {
		return new BoundContext(extensions, extractors.orderedStream().toList(), redactor::isSensitive,
				properties.mdc(), properties.checkedBaggage());
	}

	/** Comes first, so that the customizers of the application can override it. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnCairn
	@ConditionalOnMissingBean(name = "cairnContextCustomizer")
	CairnBuilderCustomizer cairnContextCustomizer(BoundContext context) {
		return (builder) -> builder.context(context);
	}

	/** Comes after that of a tracer. */
	@Bean
	@ConditionalOnMissingBean
	Trace.Source cairnUnitTraces(TracingProperties properties, TraceHeaders headers, Environment environment) {
		return unitTraces(properties, headers, environment);
	}

	/** Other services with a tracer follow the decision of the first one. */
	private static Trace.Source unitTraces(TracingProperties properties, TraceHeaders headers,
			Environment environment) {
		return properties.enabled()
				? new UnitTraces(environment.getProperty("management.tracing.sampling.probability", Double.class, 0.1),
						headers)
				: Trace.Source.NONE;
	}

	/**
	 * Propagates the current unit of work wherever Micrometer's context propagation is
	 * used, such as by executors with a context-propagating task decorator and by
	 * Reactor.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn
	@ConditionalOnClass(ThreadLocalAccessor.class)
	static class PropagationConfiguration {

		/** There is one registry for the whole process. */
		@Bean
		@Lazy(false)
		SmartInitializingSingleton cairnUnitOfWorkAccessor() {
			return () -> ContextRegistry.getInstance().registerThreadLocalAccessor(new ThreadContextAccessor());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Tracer.class)
	static class TracerConfiguration {

		@Bean
		@ConditionalOnMissingBean
		Trace.Source cairnTraceSource(ObjectProvider<Tracer> tracers, TracingProperties properties,
				TraceHeaders headers, Environment environment) {
			Tracer tracer = tracers.getIfUnique();
			return (tracer != null && tracer != Tracer.NOOP) ? new MicrometerTraceSource(tracer, headers)
					: unitTraces(properties, headers, environment);
		}

		@Bean
		@ConditionalOnCairn
		@ConditionalOnMissingBean(name = "cairnSpanMarker")
		@Nullable SignalListener cairnSpanMarker(ObjectProvider<Tracer> tracers) {
			Tracer tracer = tracers.getIfUnique();
			return (tracer != null) ? new SpanMarker(tracer) : null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn
	@ConditionalOnClass({ ObservationHandler.class, ScheduledTaskObservationContext.class })
	static class ScheduledConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ScheduledRuns cairnScheduledRuns(Cairn cairn, Incidents incidents, Signals signals, Environment environment,
				ObjectProvider<Trace.Source> traces) {
			return new ScheduledRuns(cairn, incidents, signals,
					environment.getProperty("cairn.errors.enabled", Boolean.class, true),
					ObservationConfiguration.observed(traces));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn
	@ConditionalOnClass({ ObservationHandler.class, StepSynchronizationManager.class })
	static class BatchConfiguration {

		@Bean
		@ConditionalOnMissingBean
		BatchRuns cairnBatchRuns(Cairn cairn, Incidents incidents, Signals signals, Environment environment,
				ObjectProvider<Trace.Source> traces) {
			return new BatchRuns(cairn, incidents, signals,
					environment.getProperty("cairn.errors.enabled", Boolean.class, true),
					ObservationConfiguration.observed(traces));
		}

		@Bean
		@ConditionalOnMissingBean
		BatchFailures cairnBatchFailures() {
			return new BatchFailures();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn
	@ConditionalOnClass(ObservationHandler.class)
	static class ObservationConfiguration {

		@Bean
		@ConditionalOnMissingBean
		BoundObservations cairnBoundObservations(ContextProperties properties, Redactor redactor,
				ObjectProvider<Trace.Source> traces) {
			Trace.Source source = traces.getIfAvailable(() -> Trace.Source.NONE);
			boolean spans = source != Trace.Source.NONE && !(source instanceof UnitTraces);
			return new BoundObservations(properties.checkedMeterTags(), spans, redactor);
		}

		/**
		 * Comes after those that read the header, and before a tracer, since one that
		 * sends baggage of its own replaces the header.
		 */
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE + 1)
		@ConditionalOnMissingBean
		BaggageSender cairnBaggageSender(BoundContext context, Redactor redactor, ContextProperties properties) {
			return new BaggageSender(context, redactor, !properties.baggage().isEmpty());
		}

		@Bean
		@ConditionalOnMissingBean
		MessageRuns cairnMessageRuns(Cairn cairn, Incidents incidents, Signals signals, Extensions extensions,
				Environment environment, ObjectProvider<Trace.Source> traces) {
			return new MessageRuns(cairn, incidents, signals, extensions,
					environment.getProperty("cairn.errors.enabled", Boolean.class, true), observed(traces));
		}

		@Bean
		@ConditionalOnMissingBean
		ObservationSignals cairnObservationSignals(Signals signals) {
			return new ObservationSignals(signals);
		}

		/** Listeners of signals are created before Cairn. */
		static ListenerFailures failures(String text, ObjectProvider<MessageRuns> runs,
				ObjectProvider<ObservationRegistry> observations) {
			return new ListenerFailures(text, SingletonSupplier.of(runs::getObject),
					SingletonSupplier.of(() -> observations.getIfUnique(() -> ObservationRegistry.NOOP)));
		}

		/** The trace of an observation is not active yet when its scope opens. */
		static Function<Observation.Context, @Nullable Trace> observed(ObjectProvider<Trace.Source> traces) {
			return (traces.getIfAvailable() instanceof MicrometerTraceSource) ? MicrometerTraceSource::of
					: (context) -> null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn
	@ConditionalOnClass(value = ObservationRegistry.class,
			name = "org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer")
	static class RabbitConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnRabbitFailures")
		ListenerFailures cairnRabbitFailures(ObjectProvider<MessageRuns> runs,
				ObjectProvider<ObservationRegistry> observations) {
			return ObservationConfiguration.failures(ListenerFailures.RABBIT, runs, observations);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn
	@ConditionalOnClass(value = ObservationRegistry.class,
			name = "org.springframework.jms.listener.AbstractMessageListenerContainer")
	static class JmsConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnJmsFailures")
		ListenerFailures cairnJmsFailures(ObjectProvider<MessageRuns> runs,
				ObjectProvider<ObservationRegistry> observations) {
			return ObservationConfiguration.failures(ListenerFailures.JMS, runs, observations);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(TransactionSynchronization.class)
	@EnableConfigurationProperties(TransactionsProperties.class)
	static class TransactionConfiguration {

		@Bean
		@ConditionalOnMissingBean
		TransactionScope cairnTransactionScope(TransactionsProperties properties) {
			return new SpringTransactionScope(properties.checkedMaxHeld(), properties.checkedMaxHeldSize());
		}

		/** Comes first, so that the customizers of the application can override it. */
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		@ConditionalOnCairn
		@ConditionalOnMissingBean(name = "cairnTransactionsCustomizer")
		CairnBuilderCustomizer cairnTransactionsCustomizer(TransactionsProperties properties, TransactionScope scope) {
			return (builder) -> {
				if (properties.transactions() == Transactions.AFTER_COMMIT) {
					builder.transactions(scope);
				}
			};
		}

	}

	/**
	 * Created with the first bean that is proxied, so it must not depend on other beans.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn
	static class BindConfiguration {

		@Bean(autowireCandidate = false)
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		@ConditionalOnMissingBean(name = "cairnBindAdvisor")
		static DefaultPointcutAdvisor cairnBindAdvisor(ObjectProvider<BoundContext> context,
				ObjectProvider<Extensions> extensions, Environment environment) {
			return new BoundArguments(SingletonSupplier.ofNullable(context::getIfAvailable),
					SingletonSupplier.of(extensions::getObject), Expression.Parser.of(environment))
				.advisor();
		}

	}

}
