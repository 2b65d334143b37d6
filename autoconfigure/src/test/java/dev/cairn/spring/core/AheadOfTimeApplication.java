package dev.cairn.spring.core;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.TreeSet;

import dev.cairn.Cairn;
import dev.cairn.annotation.PublishEvent;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.spring.points.Points;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application that runs in a process of its own, prints what is on and ends.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class AheadOfTimeApplication {

	static final String BEANS = "beans: ";

	static final String CHANNELS = "channels: ";

	static final String PUBLISHED = "published: ";

	static final String GENERATED = "generated: ";

	static final String POINTS = "points: ";

	static final String METER = "meter: ";

	static final String HANDLES = "handles: ";

	static final String EAGER = "eager: ";

	/**
	 * Starts the application.
	 * @param arguments the properties
	 */
	public static void main(String[] arguments) {
		try (ConfigurableApplicationContext context = SpringApplication.run(AheadOfTimeApplication.class, arguments)) {
			System.out.println(GENERATED + AotDetector.useGeneratedArtifacts());
			System.out.println(EAGER + context.getBeanFactory().containsSingleton("cairnUncaughtExceptions"));
			TreeSet<String> beans = new TreeSet<>(Arrays.asList(context.getBeanDefinitionNames()));
			beans.removeIf((name) -> !name.startsWith("cairn") || name.contains("-"));
			System.out.println(BEANS + beans);
			Cairn cairn = context.getBeanProvider(Cairn.class).getIfAvailable();
			context.getBeanProvider(MeterSampling.class)
				.ifAvailable((sampling) -> System.out.println(METER
						+ sampling.accept(new Meter.Id("shop.orders", Tags.empty(), null, null, Meter.Type.COUNTER))));
			context.getBeanProvider(MeterHandles.class).ifAvailable((handles) -> {
				Counter.builder("shop.visits").register(handles.registry()).increment();
				MeterRegistry registry = context.getBeanProvider(MeterRegistry.class).getIfAvailable();
				System.out.println(HANDLES + (registry != null && registry.find("shop.visits").counter() != null));
			});
			Shop shop = context.getBean(Shop.class);
			shop.pay();
			shop.ship();
			System.out.println(POINTS + context.getBean(Points.class)
				.report()
				.stream()
				.map((point) -> point.definition().type() + "=" + point.published())
				.sorted()
				.toList());
			if (cairn != null) {
				System.out.println(PUBLISHED + (cairn.event("order.placed").publish() != null));
				System.out.println(CHANNELS + new TreeSet<>(cairn.ledger().balances().keySet()));
			}
		}
		System.out.println("started in " + ManagementFactory.getRuntimeMXBean().getUptime() + " ms");
	}

	@Bean
	static Shop shop() {
		return new Shop();
	}

	/**
	 * Publishes an event by an annotation, and another one by a point.
	 */
	public static class Shop {

		/** Publishes an event. */
		@PublishEvent("order.paid")
		public void pay() {
		}

		/** A configured point may publish an event. */
		public void ship() {
		}

	}

}
