package dev.cairn.spring.core;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

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
record StartReport(ConfigurableApplicationContext context, String service,
		ObjectProvider<Sink> sinks) implements ApplicationListener<ContextRefreshedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(Cairn.class);

	private static final String REGISTRY = "io.micrometer.core.instrument.MeterRegistry";

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() == this.context && this.context.isActive() && logger.isInfoEnabled()) {
			List<String> errors = this.sinks.orderedStream().map((sink) -> sink.channel().name()).toList();
			List<String> events = errors.stream().filter((name) -> !name.equals("sentry")).toList();
			logger.info("Cairn sends events of {} to {}, errors to {}, and metrics to {}", this.service, join(events),
					join(errors), join(registries()));
		}
	}

	/**
	 * Micrometer is optional. A composite passes on to others, statistics stay in the
	 * process. The report creates no registry that is initialized lazily.
	 */
	private List<String> registries() {
		ClassLoader loader = this.context.getClassLoader();
		if (!ClassUtils.isPresent(REGISTRY, loader)) {
			return List.of();
		}
		return Arrays.stream(this.context.getBeanNamesForType(ClassUtils.resolveClassName(REGISTRY, loader)))
			.map(this.context::getType)
			.filter(Objects::nonNull)
			.map((type) -> ClassUtils.getUserClass(type).getSimpleName())
			.filter((name) -> !name.contains("Composite") && !name.contains("Statistics"))
			.map((name) -> name.replaceAll("(Meter)?Registry$", "").toLowerCase(Locale.ROOT))
			.sorted()
			.toList();
	}

	private static String join(List<String> names) {
		return names.isEmpty() ? "nowhere" : String.join(" and ", names);
	}

}
