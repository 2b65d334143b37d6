package dev.cairn.spring.core;

import java.util.Set;

import dev.cairn.Cairn;
import dev.cairn.Origin;
import dev.cairn.engine.Settings;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The endpoints and the health that expose the accounts and the configuration.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnCairn
class ActuatorConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnAvailableEndpoint(CairnEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnEndpoint")
		CairnEndpoint cairnEndpoint(Origin origin, Cairn cairn) {
			return new CairnEndpoint(origin.service(), cairn);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnAvailableEndpoint(CairnConfigEndpoint.class)
	static class ConfigEndpointConfiguration {

		/** As for the endpoints of Boot that show values. */
		private static final String PREFIX = "management.endpoint.cairnconfig.";

		@Bean
		@ConditionalOnMissingBean(name = "cairnConfigEndpoint")
		CairnConfigEndpoint cairnConfigEndpoint(Origin origin, CairnProperties properties, Settings.Holder settings,
				Redactor redactor, Extensions extensions, ObjectProvider<SanitizingFunction> functions,
				ConfigurableApplicationContext context) {
			PropertyRedaction redaction = new PropertyRedaction(functions.orderedStream().toList(), redactor,
					extensions);
			Show show = Binder.get(context.getEnvironment())
				.bind(PREFIX + "show-values", Show.class)
				.orElse(Show.NEVER);
			return new CairnConfigEndpoint(origin.service(),
					new EffectiveProperties(context.getEnvironment(), redaction, loader(context)),
					new SwitchedSettings(settings, properties.sampling().toRules()), show);
		}

		@Bean
		@ConditionalOnMissingBean(name = "cairnConfigEndpointWebExtension")
		CairnConfigEndpointWebExtension cairnConfigEndpointWebExtension(CairnConfigEndpoint cairnConfigEndpoint,
				Environment environment) {
			return new CairnConfigEndpointWebExtension(cairnConfigEndpoint,
					Binder.get(environment).bind(PREFIX + "roles", Bindable.setOf(String.class)).orElseGet(Set::of));
		}

		private static ClassLoader loader(ConfigurableApplicationContext context) {
			ClassLoader loader = context.getClassLoader();
			return (loader != null) ? loader : CairnConfigEndpoint.class.getClassLoader();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("health")
	@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
	@ConditionalOnEnabledHealthIndicator("cairn")
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnHealthIndicator")
		CairnHealthIndicator cairnHealthIndicator(CairnProperties properties, Cairn cairn) {
			return new CairnHealthIndicator(cairn.ledger(), properties.health().downWhenChannelDown());
		}

	}

}
