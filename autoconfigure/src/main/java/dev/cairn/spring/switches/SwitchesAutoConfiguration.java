package dev.cairn.spring.switches;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.cairn.Cairn;
import dev.cairn.Origin;
import dev.cairn.Sampler;
import dev.cairn.Sampler.Signal;
import dev.cairn.delivery.Sink;
import dev.cairn.engine.Settings;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.points.Points;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.ObservationPredicate;
import io.micrometer.tracing.handler.TracingObservationHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for switches, and for the
 * {@code cairnswitches} endpoint that shows and sets them. There are none unless the
 * endpoint is available.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class,
		afterName = { "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
				"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration" })
@ConditionalOnCairn
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(CairnSwitchesEndpoint.class)
@EnableConfigurationProperties(SwitchesProperties.class)
public final class SwitchesAutoConfiguration {

	/** There is one if a tracer is sampled by the rules. */
	private static final String SPAN_RULES = "cairnSpanRules";

	/** There is one if there is someone to notify. */
	private static final String NOTIFICATIONS = "cairnNotifications";

	/** There is one if meters are sent to StatsD. */
	private static final String STATSD = "cairnStatsdRegistry";

	@Bean
	@ConditionalOnMissingBean
	Switches cairnSwitches(SwitchesProperties properties, Settings.Holder settings, Cairn cairn, Redactor redactor,
			ObjectProvider<LoggingSystem> loggers, BeanFactory beans, Environment environment) {
		LoggingSystem system = loggers.getIfAvailable();
		return new Switches(kinds(settings, cairn, system, beans, environment), settings, new LoggerLevels(system),
				new SwitchReport(cairn, redactor), InstantSource.system(), properties.byDefault(),
				properties.longest());
	}

	private static Map<String, SwitchKind> kinds(Settings.Holder settings, Cairn cairn, @Nullable LoggingSystem system,
			BeanFactory beans, Environment environment) {
		Map<String, SwitchKind> kinds = new LinkedHashMap<>();
		boolean sampled = beans.getBeanProvider(Sampler.class).getIfUnique() == settings.sampler();
		kinds.put("event", new EventKind(sampled));
		if (sampled) {
			addSampled(kinds, cairn, beans);
		}
		kinds.put("sink", new OffKind(() -> sinks(beans), Settings::sinksOff,
				(changed, off) -> changed.withOff(changed.typesOff(), off)));
		beans.getBeanProvider(Points.class).ifAvailable((points) -> kinds.put("point", new PointKind(() -> points)));
		if (environment.getProperty("cairn.logging.enabled", Boolean.class, true)) {
			kinds.put("log-rule", LogRuleKind.of(environment));
		}
		if (beans.containsBean(ObservationsConfiguration.INSTRUMENTS)) {
			Set<String> instruments = Instruments.switchable(environment);
			kinds.put("instrumentation",
					new OffKind(() -> instruments, Settings::instrumentsOff, Settings::withInstrumentsOff));
		}
		if (system != null) {
			kinds.put("logger", new LoggerKind(system));
		}
		return kinds;
	}

	/**
	 * Notifications and meters are no messages, but are turned off like those of a sink.
	 */
	private static List<String> sinks(BeanFactory beans) {
		List<String> names = new ArrayList<>();
		beans.getBeanProvider(Sink.class).orderedStream().forEach((sink) -> names.add(sink.channel().name()));
		if (beans.containsBean(NOTIFICATIONS)) {
			names.add("notifications");
		}
		if (beans.containsBean(STATSD)) {
			names.add("statsd");
		}
		return names;
	}

	private static void addSampled(Map<String, SwitchKind> kinds, Cairn cairn, BeanFactory beans) {
		kinds.put("sampling", new RateKind(null, false, false, List::of));
		kinds.put("group",
				new RateKind(Signal.ERROR, true, false, () -> cairn.ledger().incidents().balance().types().keySet()));
		if (beans.containsBean(SPAN_RULES)) {
			kinds.put("trace", new RateKind(Signal.SPAN, false, false, List::of));
		}
		if (beans.containsBean(MetersConfiguration.NAMES)) {
			Supplier<MeterNames> names = () -> beans.getBean(MetersConfiguration.NAMES, MeterNames.class);
			kinds.put("timer", new RateKind(Signal.TIMER, false, true, () -> names.get().timers()));
			kinds.put("counter", new RateKind(Signal.COUNTER, false, true, () -> names.get().counters()));
		}
	}

	@Bean
	@ConditionalOnMissingBean
	CairnSwitchesEndpoint cairnSwitchesEndpoint(Origin origin, Switches switches) {
		return new CairnSwitchesEndpoint(origin.service(), switches);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(endpoint = CairnSwitchesEndpoint.class, exposure = EndpointExposure.WEB)
	CairnSwitchesWebExtension cairnSwitchesWebExtension(CairnSwitchesEndpoint endpoint) {
		return new CairnSwitchesWebExtension(endpoint);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("metrics")
	@ConditionalOnClass(MeterRegistry.class)
	static class MetersConfiguration {

		static final String NAMES = "cairnSwitchMeters";

		@Bean(name = NAMES)
		MeterNames cairnSwitchMeters(ObjectProvider<MeterRegistry> registry) {
			return new MeterNames(registry::getObject);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationPredicate.class)
	static class ObservationsConfiguration {

		static final String INSTRUMENTS = "cairnSwitchInstruments";

		@Bean(name = INSTRUMENTS)
		Instruments cairnSwitchInstruments(Settings.Holder settings, Environment environment) {
			return Instruments.of(settings, environment.getProperty("management.observations.http.client.requests.name",
					"http.client.requests"));
		}

	}

	/** Comes before the handlers of Boot, of which only the first one is called. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ObservationPredicate.class, MeterObservationHandler.class })
	static class SilencedMetersConfiguration {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		SilencedMeters cairnSilencedMeters() {
			return new SilencedMeters();
		}

	}

	/** Comes before the handlers of Boot, of which only the first one is called. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(TracingObservationHandler.class)
	static class SilencedSpansConfiguration {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		SilencedSpans cairnSilencedSpans() {
			return new SilencedSpans();
		}

	}

}
