package dev.cairn.collector;

import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.Origin;
import dev.cairn.delivery.Accounts;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;

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

	private static final String CHANNEL = "collector";

	private static final String EVENTS = "/events";

	@Bean
	JsonReader cairnCollectorJson(CollectorProperties properties) {
		return properties.toReader();
	}

	@Bean
	Receiver cairnCollectorReceiver(CollectorProperties properties, Cairn cairn, Origin origin, Accounts ledger,
			Extensions extensions, ResourceLoader resources) {
		ClassLoader loader = resources.getClassLoader();
		KnownSchemas schemas = new KnownSchemas(
				(loader != null) ? loader : CollectorAutoConfiguration.class.getClassLoader(),
				properties.unknownSchemas());
		MessageReader messages = new MessageReader(origin, properties.checkedMaxSkew(), schemas);
		return new Receiver(cairn, messages, new RateLimits(System::nanoTime), properties.toStoredIds(),
				properties.toDurable(), ledger.channel(CHANNEL), extensions);
	}

	@Bean
	Collector cairnCollector(CollectorProperties properties, JsonReader json, Receiver receiver, Extensions extensions,
			Cairn cairn, ObjectProvider<CollectorKeys> keys) {
		List<CollectorKeys> all = new ArrayList<>();
		CollectorKeys configured = properties.toKeys();
		if (configured != null) {
			all.add(configured);
		}
		keys.orderedStream().forEach(all::add);
		Access access = new Access(Extensions.named("collector keys", all), properties::allowsOrigin,
				properties.anonymous(), extensions);
		return new Collector(access, properties.toBody(), json, receiver, cairn, properties.checkedMaxRequests(),
				InstantSource.system());
	}

	private static Lines lines(CollectorKey key, JsonReader json, Receiver receiver, Cairn cairn, Accounts ledger,
			Extensions extensions) {
		return new Lines(json, receiver, new StatsdLines(cairn.metrics()), ledger.channel(CHANNEL), key,
				InstantSource.system(), extensions);
	}

	@Bean
	@ConditionalOnProperty("cairn.collector.udp.port")
	UdpListener cairnCollectorUdp(CollectorProperties properties, JsonReader json, Receiver receiver, Cairn cairn,
			Accounts ledger, Extensions extensions) {
		InetSocketAddress address = properties.udp().toAddress("udp");
		CollectorKey key = properties.toKey("udp", properties.udp(), address);
		return new UdpListener(address, lines(key, json, receiver, cairn, ledger, extensions));
	}

	@Bean
	@ConditionalOnProperty("cairn.collector.tcp.port")
	TcpListener cairnCollectorTcp(CollectorProperties properties, JsonReader json, Receiver receiver, Cairn cairn,
			Accounts ledger, Extensions extensions) {
		InetSocketAddress address = properties.tcp().toAddress("tcp");
		CollectorKey key = properties.toKey("tcp", properties.tcp(), address);
		return new TcpListener(address, lines(key, json, receiver, cairn, ledger, extensions), properties.toBody());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ DispatcherServlet.class, HttpServletRequest.class })
	static class ServletConfiguration {

		@Bean
		ServletCollectorMapping cairnCollectorHandlerMapping(CollectorProperties properties, Collector collector) {
			return new ServletCollectorMapping(
					Map.of(properties.checkedPath() + EVENTS, new ServletCollector(collector)), ORDER);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	static class ReactiveConfiguration {

		@Bean
		ReactiveCollectorMapping cairnCollectorHandlerMapping(CollectorProperties properties, Collector collector) {
			return new ReactiveCollectorMapping(properties.checkedPath() + EVENTS, new ReactiveCollector(collector),
					ORDER);
		}

	}

}
