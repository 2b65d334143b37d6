package dev.cairn.spring.sentry;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import ch.qos.logback.classic.LoggerContext;
import dev.cairn.ApplicationFrames;
import dev.cairn.Origin;
import dev.cairn.Trace;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Threads;
import dev.cairn.redaction.Redactor;
import dev.cairn.sentry.SentryDestination;
import dev.cairn.sentry.SentryDestination.DirectCaptures;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.sentry.EventProcessor;
import io.sentry.IScopes;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import io.sentry.logback.SentryAppender;
import io.sentry.spring.boot4.SentryAutoConfiguration;
import io.sentry.spring.boot4.SentryProperties;
import io.sentry.spring7.SentryExceptionResolver;
import io.sentry.spring7.tracing.SpringMvcTransactionNameProvider;
import io.sentry.spring7.webflux.AbstractSentryWebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.server.WebFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for sending failures to Sentry.
 * Cairn decides which failures to capture: Sentry's exception resolver and its Logback
 * appender are off. Log entries become breadcrumbs. Everything else of Sentry is
 * unchanged.
 */
@AutoConfiguration(before = { SentryAutoConfiguration.class, CairnAutoConfiguration.class },
		beforeName = "io.sentry.spring.boot4.SentryLogbackAppenderAutoConfiguration")
@ConditionalOnCairn(value = "sentry", configured = "sentry.dsn")
@ConditionalOnResource(resources = "classpath:io/sentry/spring/boot4/SentryAutoConfiguration.class")
@EnableConfigurationProperties(SentrySinkProperties.class)
public final class SentrySinkAutoConfiguration {

	/**
	 * The queue of Sentry's transport holds 30 events. Smaller batches leave room for
	 * those that the application captures directly.
	 */
	private static final int BATCH_SIZE = 20;

	/** The heap that a processed event takes beside its message: frames, breadcrumbs. */
	private static final int EVENT_SIZE = 32 * 1024;

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean(name = "cairnSentrySink")
	AsyncSink cairnSentrySink(DeliveryOptions options, IScopes scopes, Accounts ledger, SentryDestination destination,
			Threads.Budget shutdown, DefaultListableBeanFactory beans) {
		beans.registerDisposableBean("cairnSentrySink", () -> limitClose(scopes.getOptions(), shutdown.left()));
		int maxEvents = (int) Math.min(options.maxMessages(), Math.max(1, options.maxBytes() / EVENT_SIZE));
		return new AsyncSink(ledger.channel("sentry"), destination,
				options.withQueue(maxEvents, options.maxBytes(), options.overflow())
					.withBatches(Math.min(options.batchSize(), BATCH_SIZE), options.linger()));
	}

	/** Called after Cairn is closed, and before the client, which waits twice. */
	private static void limitClose(SentryOptions options, Duration left) {
		long half = left.toMillis() / 2;
		options.setShutdownTimeoutMillis(Math.min(options.getShutdownTimeoutMillis(), half));
		options.setFlushTimeoutMillis(Math.min(options.getFlushTimeoutMillis(), half));
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	SentryDestination cairnSentryDestination() {
		return new SentryDestination(Sentry::getCurrentScopes, () -> {
			UnitOfWork unit = UnitOfWork.current();
			return (unit != null) ? unit.id() : null;
		});
	}

	@Bean
	@ConditionalOnMissingBean(name = "cairnEventProcessor")
	EventProcessor cairnEventProcessor(SentryDestination destination, ObjectProvider<Trace.Source> trace,
			Redactor redactor) {
		return destination.eventProcessor(trace.getIfAvailable(() -> Trace.Source.NONE), redactor);
	}

	/** The first processor, so that no other has changed or dropped the event. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnMissingBean
	DirectCaptures cairnDirectCaptures(Accounts ledger, SentryDestination destination, Incidents incidents,
			ObjectProvider<Trace.Source> trace) {
		return destination.directCaptures(ledger, incidents.captured(trace.getIfAvailable(() -> Trace.Source.NONE)));
	}

	/** Without loggers, it does not receive log entries. */
	@Bean
	@ConditionalOnCairn("errors")
	@ConditionalOnMissingBean(name = "cairnSentryBreadcrumbs")
	SignalListener cairnSentryBreadcrumbs(SentryProperties properties, Redactor redactor,
			ObjectProvider<SentryAppenders> appenders) {
		SentryProperties.Logging logging = properties.getLogging();
		SentryAppenders own = appenders.getIfAvailable();
		List<String> loggers = logging.isEnabled()
				? logging.getLoggers().stream().filter((logger) -> own == null || !own.isOn(logger)).toList()
				: List.of();
		return loggers.isEmpty() ? new SignalListener() {
		} : SentryBreadcrumbs.of(loggers, logging, redactor);
	}

	@Bean
	@ConditionalOnMissingBean
	SentryDefaults cairnSentryDefaults(Environment environment, Origin origin, ApplicationFrames application,
			DirectCaptures account) {
		return new SentryDefaults(environment, origin, application, account);
	}

	@Bean
	static SentryInAppIncludes cairnSentryInAppIncludes(ListableBeanFactory beans) {
		return new SentryInAppIncludes(beans);
	}

	/**
	 * The context closes the client in time, while Sentry's hook waits for up to 15
	 * seconds. Early, so that the application's configurations and properties override
	 * it.
	 */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE + 10)
	@ConditionalOnMissingBean(name = "cairnSentryEarlyDefaults")
	Sentry.OptionsConfiguration<SentryOptions> cairnSentryEarlyDefaults(Environment environment) {
		return (options) -> {
			if (!environment.containsProperty("sentry.enable-shutdown-hook")) {
				options.setEnableShutdownHook(false);
			}
			if (!environment.containsProperty("sentry.enable-uncaught-exception-handler")
					&& isOn(environment, "cairn.errors.enabled", "cairn.errors.uncaught")) {
				options.setEnableUncaughtExceptionHandler(false);
			}
		};
	}

	/** Read at run time, since properties may change after AOT processing. */
	private static boolean isOn(Environment environment, String... properties) {
		return Stream.of(properties).allMatch((property) -> environment.getProperty(property, Boolean.class, true));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ FilterRegistrationBean.class, OncePerRequestFilter.class })
	static class ConsentConfiguration {

		/** Comes after the filters of Sentry and of {@code RequestsAutoConfiguration}. */
		@Bean
		@ConditionalOnMissingBean(name = "cairnSentryConsentFilter")
		FilterRegistrationBean<ClientConsentFilter> cairnSentryConsentFilter() {
			FilterRegistrationBean<ClientConsentFilter> registration = new FilterRegistrationBean<>(
					new ClientConsentFilter());
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 11);
			return registration;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass({ WebFilter.class, AbstractSentryWebFilter.class })
	static class ReactiveConsentConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnSentryConsentFilter")
		ExchangeConsentFilter cairnSentryConsentFilter() {
			return new ExchangeConsentFilter();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("errors")
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ HandlerExceptionResolver.class, SentryExceptionResolver.class })
	static class WebConfiguration {

		@Bean
		@ConditionalOnMissingBean
		SentryExceptionResolver sentryExceptionResolver(IScopes scopes, SentryProperties properties,
				Environment environment) {
			if (!isOn(environment, "cairn.enabled", "cairn.sentry.enabled", "cairn.errors.enabled")) {
				return new SentryExceptionResolver(scopes, new SpringMvcTransactionNameProvider(),
						properties.getExceptionResolverOrder());
			}
			// Takes the place of Sentry's own resolver and captures nothing
			return new SentryExceptionResolver(scopes, (request) -> null, Ordered.LOWEST_PRECEDENCE) {

				@Override
				public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
						@Nullable Object handler, Exception ex) {
					return null;
				}

			};
		}

		@Bean
		@ConditionalOnCairn("doctor")
		SentryResolverCheck cairnSentryResolverCheck(ListableBeanFactory beans) {
			return new SentryResolverCheck(beans);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("errors")
	@ConditionalOnClass({ SentryAppender.class, LoggerContext.class })
	static class LogbackConfiguration {

		@Bean
		static SentryAppenders cairnSentryAppenders() {
			return new SentryAppenders(LoggerFactory.getILoggerFactory());
		}

		@Bean
		@ConditionalOnCairn("doctor")
		SentryAppenderCheck cairnSentryAppenderCheck(SentryAppenders appenders) {
			return new SentryAppenderCheck(appenders);
		}

	}

}
