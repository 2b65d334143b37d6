package dev.cairn.collector;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.Origin;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
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
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the collector, which accepts the
 * messages of other programs and browsers.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn("collector")
@ConditionalOnBooleanProperty("cairn.collector.enabled")
@EnableConfigurationProperties(CollectorProperties.class)
public final class CollectorAutoConfiguration {

	/** Before the handlers of the application, which may match any path. */
	private static final int ORDER = -101;

	static final String EVENTS = "/events";

	@Bean
	Collector cairnCollector(CollectorProperties properties, Cairn cairn, Origin origin, Extensions extensions,
			ObjectProvider<CollectorKeys> keys) {
		List<CollectorKeys> all = new ArrayList<>();
		CollectorKeys configured = properties.toKeys();
		if (configured != null) {
			all.add(configured);
		}
		keys.orderedStream().forEach(all::add);
		Access access = new Access(Extensions.named("collector keys", all), properties.anonymous(), extensions);
		return new Collector(cairn, access, properties.toReader(), new MessageReader(origin, InstantSource.system()),
				properties.checkedMaxBody());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ DispatcherServlet.class, HttpServletRequest.class })
	static class ServletConfiguration {

		@Bean
		SimpleUrlHandlerMapping cairnCollectorHandlerMapping(CollectorProperties properties, Collector collector) {
			return new SimpleUrlHandlerMapping(
					Map.of(properties.checkedPath() + EVENTS, new ServletCollector(collector)), ORDER);
		}

	}

}
