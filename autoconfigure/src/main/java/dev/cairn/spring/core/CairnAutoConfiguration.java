package dev.cairn.spring.core;

import java.time.InstantSource;
import java.util.List;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.IncidentEnricher;
import dev.cairn.Message.Limits;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFilter;
import dev.cairn.Origin;
import dev.cairn.Redactor;
import dev.cairn.Sampler;
import dev.cairn.TraceSource;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Sink;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.engine.Settings;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link Cairn}.
 */
@AutoConfiguration
@ConditionalOnCairn
@EnableConfigurationProperties(CairnProperties.class)
public final class CairnAutoConfiguration {

	private static final String CAIRN = "cairn";

	private static final String APPLICATION_PACKAGES = "cairn.incidents.application-packages";

	@Bean
	static SwitchedOffBeans cairnSwitchedOffBeans(Environment environment) {
		return new SwitchedOffBeans(environment);
	}

	@Bean
	@ConditionalOnMissingBean
	Accounts cairnLedger(Incidents incidents) {
		Accounts accounts = new Accounts();
		accounts.incidents(incidents.account());
		return accounts;
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
	Signals cairnSignals(ObjectProvider<SignalListener> listeners, Extensions extensions) {
		return new Signals(listeners.orderedStream().toList(), InstantSource.system(), extensions);
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	Incidents cairnIncidents(CairnProperties properties, ApplicationFrames application) {
		return new Incidents(properties.incidents().toOptions(), application);
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

	/**
	 * Never lazy, since {@link Cairn#get()} does not use the context. Closed after a
	 * failed start was reported.
	 */
	@Bean(name = CAIRN, destroyMethod = "")
	@Lazy(false)
	@ConditionalOnMissingBean
	Cairn cairn(CairnProperties properties, Origin origin, Accounts ledger, Redactor redactor, Limits limits,
			Sampler sampler, Settings.Holder settings, Signals signals, Extensions extensions, Incidents incidents,
			ApplicationFrames application, ObjectProvider<TraceSource> trace, ObjectProvider<Sink> sinks,
			ObjectProvider<MessageFilter> filters, ObjectProvider<MessageEnricher> enrichers,
			ObjectProvider<IncidentEnricher> incidentEnrichers, ObjectProvider<CairnBuilderCustomizer> customizers,
			DefaultListableBeanFactory beans) {
		CairnBuilder builder = new CairnBuilder(origin).ledger(ledger)
			.redactor(redactor)
			.limits(limits)
			.sampler(sampler)
			.settings(settings)
			.signals(signals)
			.extensions(extensions)
			.incidents(incidents)
			.trace(trace.getIfAvailable(() -> TraceSource.NONE))
			.callSite(properties.events().callSite())
			.applicationFrames(application::contains)
			.recentSize(properties.checkedRecent())
			.closeTimeout(properties.checkedShutdownTimeout());
		List<Sink> all = sinks.orderedStream().toList();
		all.forEach(builder::sink);
		properties.toPresets().forEach(builder::preset);
		RoutePlan plan = new RoutePlan(properties.routes(), all);
		plan.configured().forEach(builder::route);
		filters.orderedStream().forEach(builder::filter);
		enrichers.orderedStream().forEach(builder::enricher);
		incidentEnrichers.orderedStream().forEach(builder::incidentEnricher);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		plan.byDefault().forEach(builder::route);
		Cairn cairn = builder.build().install();
		ApplicationStart.closeInTurn(beans, CAIRN, cairn, cairn::close);
		return cairn;
	}

}
