package dev.cairn.spring.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.Failure;
import dev.cairn.LossListener;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFilter;
import dev.cairn.Sampler;
import dev.cairn.context.SignalListener;
import dev.cairn.delivery.Sink;
import dev.cairn.redaction.Redactor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Logs where events, errors and metrics are sent by default and why, which destinations
 * are off and why, and the folder that is written to.
 */
record StartReport(ConfigurableApplicationContext context, String service,
		ObjectProvider<Sink> sinks) implements ApplicationListener<ContextRefreshedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(Cairn.class);

	private static final String REGISTRY = "io.micrometer.core.instrument.MeterRegistry";

	private static final String STATSD_HOST = "management.statsd.metrics.export.host";

	private static final String FILE = "file";

	private static final String KAFKA = "kafka";

	/** The sinks that need no configuration. */
	private static final Set<String> LOCAL = Set.of(FILE, "memory");

	private static final List<Target> TARGETS = List.of(
			new Target(KAFKA, List.of("spring.kafka.bootstrap-servers", "spring.kafka.producer.bootstrap-servers")),
			new Target("sentry", List.of("sentry.dsn")), new Target("statsd", List.of(STATSD_HOST)),
			new Target("udp", List.of("cairn.udp.host")), new Target(FILE, List.of()), new Target("stdout", List.of()));

	/** Beans that only the context that owns Cairn can provide. */
	private static final List<Class<?>> TAKEN_BY_CAIRN = List.of(Sink.class, MessageFilter.class, MessageEnricher.class,
			Failure.Translator.class, LossListener.class, SignalListener.class, CairnBuilderCustomizer.class,
			Sampler.class, Redactor.class);

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() != this.context || !this.context.isActive()) {
			return;
		}
		if (this.context.getBeanNamesForType(Cairn.class, true, false).length == 0) {
			warnOfIgnoredBeans();
		}
		else {
			UnknownProperties.warn(this.context.getEnvironment(), this.context.getClassLoader());
			if (logger.isInfoEnabled()) {
				logger.info(report());
			}
			warnOfBuild();
		}
	}

	/** The parent was complete before these beans existed, and outlives them. */
	private void warnOfIgnoredBeans() {
		List<String> ignored = TAKEN_BY_CAIRN.stream()
			.flatMap((type) -> Stream.of(this.context.getBeanNamesForType(type, true, false)))
			.filter((name) -> !isOfCairn(name))
			.distinct()
			.toList();
		if (!ignored.isEmpty()) {
			logger.warn("Cairn: the beans {} have no effect, because a parent context owns Cairn. Declare them in the "
					+ "parent, or exclude Cairn's auto-configurations from it", String.join(", ", ignored));
		}
	}

	private boolean isOfCairn(String name) {
		ConfigurableListableBeanFactory beans = this.context.getBeanFactory();
		return beans.containsBeanDefinition(name) && SwitchedOffBeans.isOfCairn(beans.getBeanDefinition(name));
	}

	private String report() {
		List<String> errors = this.sinks.orderedStream().map((sink) -> sink.channel().name()).toList();
		List<String> events = errors.stream().filter((name) -> !name.equals("sentry")).toList();
		List<String> metrics = registries();
		List<String> on = new ArrayList<>();
		List<String> off = new ArrayList<>();
		for (Target target : TARGETS) {
			boolean used = errors.contains(target.name()) || metrics.contains(target.name());
			(used ? on : off).add(target.name() + " (" + (used ? reasonToBeOn(target) : reasonToBeOff(target)) + ")");
		}
		StringBuilder report = new StringBuilder("Cairn sends events of %s to %s, errors to %s, and metrics to %s"
			.formatted(this.service, join(events), join(errors), join(metrics)));
		add(report, "On: ", on);
		add(report, "Off: ", off);
		add(report, "Writes to ", folders(errors));
		boolean configured = TARGETS.stream().anyMatch(this::isConfigured);
		if (!configured && LOCAL.containsAll(errors)) {
			report
				.append(". No destination is configured: set spring.kafka.bootstrap-servers for events, sentry.dsn for "
						+ "errors, or management.statsd.metrics.export.host for metrics");
		}
		return report.toString();
	}

	/**
	 * Boot decides on registries of meters when an application is processed ahead of
	 * time. All else that has a target is built in.
	 */
	private void warnOfBuild() {
		if (AotDetector.useGeneratedArtifacts() && isSet(STATSD_HOST)
				&& !"false".equalsIgnoreCase(environment().getProperty("management.statsd.metrics.export.enabled"))
				&& !registries().contains("statsd")) {
			logger.warn(
					"Cairn: no meters are sent to StatsD, because the application was built without it: {} or {} "
							+ "differed when it was processed ahead of time. Build it with the values of its start",
					"management.statsd.metrics.export.protocol", "cairn.statsd.enabled");
		}
	}

	private static void add(StringBuilder report, String label, List<String> parts) {
		if (!parts.isEmpty()) {
			report.append(". ").append(label).append(String.join(", ", parts));
		}
	}

	private String reasonToBeOn(Target target) {
		return Stream.concat(target.properties().stream(), Stream.of(target.enabled()))
			.filter(this::isSet)
			.findFirst()
			.map((property) -> property + " is set")
			.orElse(target.name().equals(FILE) ? "no broker is configured" : "configured by the application");
	}

	private String reasonToBeOff(Target target) {
		if ("false".equalsIgnoreCase(environment().getProperty(target.enabled()))) {
			return target.enabled() + " is false";
		}
		if (target.name().equals(FILE)) {
			return "another sink replaces it";
		}
		if (isConfigured(target)) {
			return "its library is missing, or Boot's configuration of it is off";
		}
		return (target.properties().isEmpty() ? target.enabled() : target.properties().get(0)) + " is not set";
	}

	private boolean isConfigured(Target target) {
		return target.properties().stream().anyMatch(this::isSet);
	}

	private boolean isSet(String property) {
		return OnCairnCondition.hasValue(environment(), property);
	}

	private Environment environment() {
		return this.context.getEnvironment();
	}

	private List<String> folders(List<String> sinks) {
		List<String> folders = new ArrayList<>();
		if (sinks.contains(FILE)) {
			folders.add(folder("cairn.file.directory", "cairn-events"));
		}
		if (sinks.contains(KAFKA) && environment().getProperty("cairn.kafka.spool.enabled", Boolean.class, true)) {
			folders.add(folder("cairn.kafka.spool.directory", "cairn-spool"));
		}
		return folders;
	}

	private String folder(String property, String byDefault) {
		Path folder = Path.of(environment().getProperty(property, byDefault)).toAbsolutePath().normalize();
		String medium = EphemeralStorage.of(folder);
		return (medium != null)
				? folder + ", which is lost with the " + medium + " (set " + property + " to a directory on a volume)"
				: folder.toString();
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

	/** A destination, and the properties that turn it on. */
	private record Target(String name, List<String> properties) {

		String enabled() {
			return "cairn." + this.name + ".enabled";
		}

	}

}
