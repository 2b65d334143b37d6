package dev.cairn.collector;

import java.util.Map;

import dev.cairn.engine.Settings;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.points.Points;
import dev.cairn.spring.points.PointsAutoConfiguration;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the beacon, a script that sends
 * what happens in pages to the collector.
 */
@AutoConfiguration(
		after = { CairnAutoConfiguration.class, CollectorAutoConfiguration.class, PointsAutoConfiguration.class })
@ConditionalOnCairn({ "collector", "beacon" })
@ConditionalOnBooleanProperty({ "cairn.collector.enabled", "cairn.beacon.enabled" })
@ConditionalOnWebApplication
@EnableConfigurationProperties(BeaconProperties.class)
public final class BeaconAutoConfiguration {

	/** As that of the collector. */
	private static final int ORDER = -101;

	@Bean
	BeaconScript cairnBeaconScript() {
		return BeaconScript.load();
	}

	@Bean
	Beacon cairnBeacon(CollectorProperties properties, BeaconScript script, Environment environment) {
		String contextPath = environment.getProperty("server.servlet.context-path",
				environment.getProperty("spring.webflux.base-path", ""));
		return new Beacon(contextPath + properties.checkedPath() + BeaconFiles.SCRIPT, script);
	}

	@Bean
	BeaconFiles cairnBeaconFiles(BeaconProperties properties, BeaconScript script, Settings.Holder settings,
			ObjectProvider<Points> points) {
		BeaconSettings current = new BeaconSettings(properties, settings, points.getIfAvailable());
		return new BeaconFiles(script, current, properties.maxAge());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ DispatcherServlet.class, HttpServletRequest.class })
	static class ServletConfiguration {

		@Bean
		SimpleUrlHandlerMapping cairnBeaconHandlerMapping(CollectorProperties properties, BeaconFiles files) {
			String path = properties.checkedPath();
			return new SimpleUrlHandlerMapping(Map.of(path + BeaconFiles.SCRIPT, new ServletBeacon(files::script),
					path + BeaconFiles.SETTINGS, new ServletBeacon(files::settings)), ORDER);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	static class ReactiveConfiguration {

		@Bean
		org.springframework.web.reactive.handler.SimpleUrlHandlerMapping cairnBeaconHandlerMapping(
				CollectorProperties properties, BeaconFiles files) {
			String path = properties.checkedPath();
			return new org.springframework.web.reactive.handler.SimpleUrlHandlerMapping(
					Map.of(path + BeaconFiles.SCRIPT, new ReactiveBeacon(files::script), path + BeaconFiles.SETTINGS,
							new ReactiveBeacon(files::settings)),
					ORDER);
		}

	}

}
