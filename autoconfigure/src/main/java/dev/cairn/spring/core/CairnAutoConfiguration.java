package dev.cairn.spring.core;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.LossListener;
import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFilter;
import dev.cairn.Origin;
import dev.cairn.Route;
import dev.cairn.Sampler;
import dev.cairn.Trace;
import dev.cairn.context.BoundContext;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Sink;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.engine.Settings;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Threads;
import dev.cairn.redaction.Redactor;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link Cairn}, and for the
 * endpoint and the health that expose its accounts. Actuator's own properties switch
 * these off: {@code management.endpoint.cairn.access} and
 * {@code management.health.cairn.enabled}. With {@code cairn.enabled=false}, the beans
 * that an application may inject exist, have no effect, and are created when they are
 * needed.
 */
@AutoConfiguration
@EnableConfigurationProperties({ CairnProperties.class, DeliveryProperties.class })
@Import({ ActuatorConfiguration.class, JacksonConfiguration.class })
public final class CairnAutoConfiguration {

	/** An application may name a bean of its own {@code cairn}. */
	private static final String CAIRN = "cairnInstance";

	/**
	 * The sink that receives exceptions only, unless a route of the application is wider.
	 */
	private static final String SENTRY = "sentry";

	private static final String APPLICATION_PACKAGES = "cairn.incidents.application-packages";

	@Bean
	static SwitchedOffBeans cairnSwitchedOffBeans(Environment environment) {
		return new SwitchedOffBeans(environment);
	}

	@Bean
	@ConditionalOnMissingBean
	Accounts cairnLedger(Incidents incidents, Redactor redactor) {
		Accounts accounts = new Accounts(redactor);
		accounts.incidents(incidents.account());
		return accounts;
	}

	@Bean
	@ConditionalOnMissingBean
	DeliveryOptions cairnDeliveryOptions(DeliveryProperties properties) {
		return properties.toOptions();
	}

	@Bean
	@ConditionalOnMissingBean
	Redactor cairnRedactor(CairnProperties properties) {
		return properties.redaction().toRedactor();
	}

	@Bean
	@ConditionalOnMissingBean
	Limits cairnLimits(CairnProperties properties) {
		return properties.limits().toLimits();
	}

	@Bean
	@ConditionalOnMissingBean
	Settings.Holder cairnSettings(CairnProperties properties) {
		return new Settings.Holder(Settings.DEFAULT.withSamplingRules(properties.sampling().toRules()));
	}

	@Bean
	@ConditionalOnMissingBean
	Sampler cairnSampler(Settings.Holder settings) {
		return settings.sampler();
	}

	@Bean
	@ConditionalOnMissingBean
	Extensions cairnExtensions(Accounts ledger, Redactor redactor) {
		return new Extensions(ledger::failed, redactor::redact);
	}

	@Bean
	@ConditionalOnMissingBean
	Signals cairnSignals(ObjectProvider<SignalListener> listeners, Extensions extensions,
			ObjectProvider<Trace.Source> traces, ObjectProvider<BoundContext> context) {
		return new Signals(listeners.orderedStream().toList(), InstantSource.system(), extensions,
				traces.getIfAvailable(() -> Trace.Source.NONE),
				context.getIfAvailable(() -> BoundContext.plain(extensions)));
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	Incidents cairnIncidents(CairnProperties properties, ApplicationFrames application,
			ObjectProvider<Failure.Exclusion> exclusions, ObjectProvider<Extensions> extensions) {
		List<Extensions.Named<Failure.Exclusion>> named = Extensions.named("exclusion",
				exclusions.orderedStream().toList());
		Supplier<Extensions> guard = SingletonSupplier.of(extensions::getObject);
		return new Incidents(properties.incidents().toOptions(), application,
				(thrown, status) -> isExcluded(thrown, status, named, guard));
	}

	/**
	 * The first failure may come after the context is closed. It is not excluded then.
	 */
	private static boolean isExcluded(Throwable thrown, int status, List<Extensions.Named<Failure.Exclusion>> named,
			Supplier<Extensions> guard) {
		try {
			return !guard.get().all(named, (exclusion) -> !exclusion.excludes(thrown, status));
		}
		catch (BeansException ex) {
			return false;
		}
	}

	/** Created with the first bean that is proxied, so it depends on no other. */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean
	static ApplicationFrames cairnApplicationFrames(BeanFactory beans, Environment environment) {
		List<String> packages = Binder.get(environment)
			.bind(APPLICATION_PACKAGES, Bindable.listOf(String.class))
			.orElseGet(List::of);
		if (packages.isEmpty() && AutoConfigurationPackages.has(beans)) {
			packages = AutoConfigurationPackages.get(beans);
		}
		return new ApplicationFrames(packages);
	}

	@Bean
	@ConditionalOnMissingBean
	Origin cairnOrigin(CairnProperties properties, Environment environment) {
		String service = StringUtils.hasText(properties.service()) ? properties.service()
				: environment.getProperty("spring.application.name", "application");
		String where = StringUtils.hasText(properties.environment()) ? properties.environment()
				: String.join(",", environment.getActiveProfiles());
		return Origin.here(service, where.isEmpty() ? null : where, properties.release());
	}

	/** Shared by all that is stopped with the context, one after the other. */
	@Bean
	@ConditionalOnMissingBean
	Threads.Budget cairnShutdownBudget(CairnProperties properties) {
		return new Threads.Budget(properties.checkedShutdownTimeout());
	}

	/**
	 * Never lazy, since {@link Cairn#get()} does not use the context. Closed after a
	 * failed start was reported. By default, exceptions go to all sinks, and all other
	 * messages to all sinks but Sentry.
	 */
	@Bean(name = CAIRN, destroyMethod = "")
	@Lazy(false)
	@ConditionalOnMissingBean
	@ConditionalOnCairn(otherwise = "dev.cairn.Cairn#noop")
	Cairn cairnInstance(CairnProperties properties, Origin origin, Accounts ledger, Redactor redactor, Limits limits,
			Sampler sampler, Settings.Holder settings, Signals signals, Extensions extensions, Incidents incidents,
			ApplicationFrames application, ObjectProvider<Trace.Source> trace, ObjectProvider<Sink> sinks,
			ObjectProvider<MessageFilter> filters, ObjectProvider<MessageEnricher> enrichers,
			ObjectProvider<IncidentEnricher> incidentEnrichers, ObjectProvider<Failure.Translator> translators,
			ObjectProvider<LossListener> lossListeners, ObjectProvider<CairnBuilderCustomizer> customizers,
			Threads.Budget shutdown, DefaultListableBeanFactory beans) {
		CairnBuilder builder = new CairnBuilder(origin).ledger(ledger)
			.redactor(redactor)
			.limits(limits)
			.sampler(sampler)
			.settings(settings)
			.signals(signals)
			.extensions(extensions)
			.incidents(incidents)
			.trace(trace.getIfAvailable(() -> Trace.Source.NONE))
			.callSites(properties.events().callSite(), application::contains)
			.recentSize(properties.checkedRecent())
			.closeTimeout(shutdown::left);
		List<Sink> all = sinks.orderedStream().toList();
		all.forEach(builder::sink);
		properties.toPresets().forEach(builder::preset);
		List<String> names = all.stream().map((sink) -> sink.channel().name()).toList();
		properties.toRoutes(names).forEach(builder::route);
		filters.orderedStream().forEach(builder::filter);
		enrichers.orderedStream().forEach(builder::enricher);
		if (!properties.fields().isEmpty()) {
			builder.enricher((message) -> addMissing(message, properties.fields()));
		}
		incidentEnrichers.orderedStream().forEach(builder::incidentEnricher);
		translators.orderedStream().forEach(builder::translator);
		lossListeners.orderedStream().forEach(builder::lossListener);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		String[] exceptSentry = names.stream().filter((name) -> !name.equals(SENTRY)).toArray(String[]::new);
		builder.route(Route.of(Message.TYPE_EXCEPTION, names.toArray(String[]::new)))
			.route(Route.of("*", exceptSentry));
		Cairn cairn = builder.build().install();
		ApplicationStart.closeInTurn(beans, CAIRN, cairn);
		return cairn;
	}

	/** All others that set a field take precedence. */
	private static void addMissing(Event message, Map<String, Object> fields) {
		fields.forEach((name, value) -> {
			if (message.field(name) == null) {
				message.field(name, value);
			}
		});
	}

	/** Declared after the bean that it stands for. */
	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	Cairn cairnSwitchedOff() {
		return Cairn.noop();
	}

	@Bean
	@ConditionalOnCairn
	CairnLifecycle cairnLifecycle(CairnProperties properties, Extensions extensions,
			ConfigurableApplicationContext context) {
		return new CairnLifecycle(context, extensions, properties.checkedShutdownTimeout());
	}

	@Bean
	@ConditionalOnCairn
	StartReport cairnStartReport(Origin origin, ObjectProvider<Sink> sinks, ConfigurableApplicationContext context) {
		return new StartReport(context, origin.service(), sinks);
	}

	/**
	 * Without AspectJ, Boot provides proxies of classes, but no proxies of interfaces,
	 * and the advisors of Cairn would have no effect.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn
	@ConditionalOnMissingClass("org.aspectj.weaver.Advice")
	@ConditionalOnBooleanProperty(name = "spring.aop.auto", matchIfMissing = true)
	@ConditionalOnBooleanProperty(name = "spring.aop.proxy-target-class", havingValue = false)
	@Import(InterfaceProxies.class)
	static class InterfaceProxiesConfiguration {

	}

	static class InterfaceProxies implements ImportBeanDefinitionRegistrar {

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
		}

	}

}
