package dev.cairn.spring.metrics;

import java.util.concurrent.Executor;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.threads.ResizableExecutor;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/**
 * The threads of Tomcat's connectors, with the names of Micrometer's
 * {@code TomcatMetrics}. That class reads them from MBeans, which Boot does not register
 * by default: Tomcat would parse their descriptions, which takes a noticeable part of the
 * startup.
 */
final class TomcatThreads implements ApplicationListener<WebServerInitializedEvent> {

	/** As in Tomcat's MBean. Virtual threads are not counted. */
	private static final int UNKNOWN = -1;

	private final ObjectProvider<MeterRegistry> registry;

	TomcatThreads(ObjectProvider<MeterRegistry> registry) {
		this.registry = registry;
	}

	/** The server for management has a context and connectors of its own. */
	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		if (event.getWebServer() instanceof TomcatWebServer server) {
			this.registry.ifUnique((unique) -> bind(server, unique));
		}
	}

	private static void bind(TomcatWebServer server, MeterRegistry registry) {
		for (Connector connector : server.getTomcat().getService().findConnectors()) {
			if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
				gauge(registry, "tomcat.threads.config.max", protocol, AbstractProtocol::getMaxThreads);
				gauge(registry, "tomcat.threads.busy", protocol, (each) -> busy(each.getExecutor()));
				gauge(registry, "tomcat.threads.current", protocol, (each) -> current(each.getExecutor()));
			}
		}
	}

	private static void gauge(MeterRegistry registry, String name, AbstractProtocol<?> protocol,
			ToDoubleFunction<AbstractProtocol<?>> value) {
		Gauge.builder(name, protocol, value)
			.tag("name", protocol.getName().replace("\"", ""))
			.baseUnit(BaseUnits.THREADS)
			.register(registry);
	}

	private static int busy(Executor executor) {
		if (executor instanceof ThreadPoolExecutor pool) {
			return pool.getActiveCount();
		}
		return (executor instanceof ResizableExecutor shared) ? shared.getActiveCount() : UNKNOWN;
	}

	private static int current(Executor executor) {
		if (executor instanceof ThreadPoolExecutor pool) {
			return pool.getPoolSize();
		}
		return (executor instanceof ResizableExecutor shared) ? shared.getPoolSize() : UNKNOWN;
	}

}
