package dev.cairn.spring.core;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.delivery.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.ClassUtils;

/**
 * Logs where events, errors and metrics are sent by default.
 */
final class StartReport implements ApplicationListener<ContextRefreshedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(Cairn.class);

	private static final String REGISTRY = "io.micrometer.core.instrument.MeterRegistry";

	private final ConfigurableApplicationContext context;

	private final String service;

	private final ObjectProvider<Sink> sinks;

	StartReport(ConfigurableApplicationContext context, String service, ObjectProvider<Sink> sinks) {
		this.context = context;
		this.service = service;
		this.sinks = sinks;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() == this.context && this.context.isActive() && logger.isInfoEnabled()) {
			List<String> sinks = this.sinks.orderedStream().map((sink) -> sink.channel().name()).toList();
			logger.info("Cairn of {}: events to {}, errors to {}, metrics to {}", this.service,
					join(sinks.stream().filter((name) -> !name.equals("sentry"))), join(sinks.stream()),
					join(registries()));
		}
	}

	/**
	 * Micrometer is optional. A composite passes on to the others, statistics stay in the
	 * process.
	 */
	private Stream<String> registries() {
		ClassLoader loader = this.context.getClassLoader();
		if (!ClassUtils.isPresent(REGISTRY, loader)) {
			return Stream.empty();
		}
		return Arrays.stream(this.context.getBeanNamesForType(ClassUtils.resolveClassName(REGISTRY, loader)))
			.map((name) -> ClassUtils.getShortName(ClassUtils.getUserClass(this.context.getBean(name))))
			.filter((name) -> !name.contains("Composite") && !name.contains("Statistics"))
			.map((name) -> name.replaceAll("(Meter)?Registry$", "").toLowerCase(Locale.ROOT))
			.sorted();
	}

	private static String join(Stream<String> names) {
		String joined = String.join(" and ", names.toList());
		return joined.isEmpty() ? "nowhere" : joined;
	}

}
