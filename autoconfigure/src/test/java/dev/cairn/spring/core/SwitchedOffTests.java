package dev.cairn.spring.core;

import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.BindingExtractor;
import dev.cairn.Cairn;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.Lifecycle;
import dev.cairn.MessageEnricher;
import dev.cairn.Trace;
import dev.cairn.TransactionScope;
import dev.cairn.context.SignalListener;
import dev.cairn.delivery.Sink;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.metrics.StatisticsRegistry;
import dev.cairn.sentry.SentryDestination;
import dev.cairn.spring.aop.InterceptedMethods;
import dev.cairn.spring.doctor.DoctorCheck;
import dev.cairn.spring.live.VisitorCounter;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.web.request.RequestMessageCustomizer;
import dev.cairn.spring.web.request.UserAgentParser;
import dev.cairn.statsd.StatsdRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application that injects beans of Cairn starts with
 * {@code cairn.enabled=false}. The types are those of all beans that Cairn has with all
 * of its features.
 */
class SwitchedOffTests {

	/**
	 * Types that an application implements. Sinks and the beans of Sentry only exist for
	 * a destination.
	 */
	private static final Set<Class<?>> NOT_INJECTED = Set.of(CairnBuilderCustomizer.class, Failure.Exclusion.class,
			BindingExtractor.class, DoctorCheck.class, IncidentEnricher.class, InterceptedMethods.class,
			Lifecycle.class, MessageEnricher.class, RequestMessageCustomizer.class, SignalListener.class,
			StatsdRegistry.class, UserAgentParser.class, VisitorCounter.Factory.class);

	private static final String[] PROPERTIES = { "cairn.stdout.enabled=true",
			"management.statsd.metrics.export.host=127.0.0.1", "management.endpoints.web.exposure.include=*",
			"spring.kafka.bootstrap-servers=127.0.0.1:1", "sentry.dsn=http://key@127.0.0.1:1/1",
			"cairn.shutdown-timeout=100ms" };

	@Test
	void eachTypeOfABeanCanBeInjected() {
		Set<Class<?>> types;
		try (RunningApplication on = RunningApplication.start(PlainApplication.class, PROPERTIES)) {
			types = injectable(on.context().getBeanFactory());
		}
		assertThat(types).contains(Cairn.class, MeterHandles.class, MeterSampling.class, StatisticsRegistry.class,
				Trace.Source.class, TransactionScope.class);
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		try (RunningApplication off = off()) {
			assertThat(types.stream().filter((type) -> off.context().getBeanProvider(type).getIfAvailable() == null))
				.isEmpty();
			assertThat(Thread.getAllStackTraces().keySet()).filteredOn((thread) -> !before.contains(thread))
				.noneMatch((thread) -> thread.getName().startsWith("cairn"));
		}
	}

	@Test
	void metersHaveNoEffectAndTheRegistryOfTheApplicationStays() {
		try (RunningApplication off = off()) {
			Counter counter = off.bean(MeterHandles.class)
				.handle(Meter.Type.COUNTER, "orders", Tags.empty(),
						(registry) -> Counter.builder("orders").register(registry))
				.meter();
			counter.increment();
			assertThat(counter.count()).isZero();
			assertThat(off.bean(MeterRegistry.class)).isNotInstanceOf(StatisticsRegistry.class);
			assertThat(off.bean(MeterRegistry.class).find("orders").meter()).isNull();
		}
	}

	private static RunningApplication off() {
		return RunningApplication.start(PlainApplication.class,
				Stream.concat(Stream.of(PROPERTIES), Stream.of("cairn.enabled=false")).toArray(String[]::new));
	}

	private static Set<Class<?>> injectable(ConfigurableListableBeanFactory beans) {
		return Stream.of(beans.getBeanDefinitionNames())
			.filter((name) -> isOfCairn(beans.getMergedBeanDefinition(name)))
			.map((name) -> beans.getType(name, false))
			.flatMap(SwitchedOffTests::publicTypes)
			.filter((type) -> !NOT_INJECTED.contains(type) && !Sink.class.isAssignableFrom(type)
					&& !type.getPackage().equals(SentryDestination.class.getPackage()))
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	private static boolean isOfCairn(BeanDefinition definition) {
		return definition.isAutowireCandidate() && definition.getFactoryMethodName() != null
				&& String.valueOf(definition.getResourceDescription()).contains("dev/cairn/spring");
	}

	/** The class, or else those of its supertypes that an application can refer to. */
	private static Stream<Class<?>> publicTypes(Class<?> type) {
		if (type == null || type == Object.class) {
			return Stream.empty();
		}
		if (type.getName().startsWith("dev.cairn.") && isPublic(type)) {
			return Stream.of(type);
		}
		return Stream.concat(Stream.of(type.getInterfaces()), Stream.ofNullable(type.getSuperclass()))
			.flatMap(SwitchedOffTests::publicTypes);
	}

	private static boolean isPublic(Class<?> type) {
		return Modifier.isPublic(type.getModifiers())
				&& (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
	}

}
