package dev.cairn.spring.core;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.TreeSet;

import dev.cairn.Cairn;

import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
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

	/**
	 * Starts the application.
	 * @param arguments the properties
	 */
	public static void main(String[] arguments) {
		try (ConfigurableApplicationContext context = SpringApplication.run(AheadOfTimeApplication.class, arguments)) {
			System.out.println(GENERATED + AotDetector.useGeneratedArtifacts());
			TreeSet<String> beans = new TreeSet<>(Arrays.asList(context.getBeanDefinitionNames()));
			beans.removeIf((name) -> !name.startsWith("cairn") || name.contains("-"));
			System.out.println(BEANS + beans);
			Cairn cairn = context.getBeanProvider(Cairn.class).getIfAvailable();
			if (cairn != null) {
				System.out.println(PUBLISHED + (cairn.event("order.placed").publish() != null));
				System.out.println(CHANNELS + new TreeSet<>(cairn.ledger().balances().keySet()));
			}
		}
		System.out.println("started in " + ManagementFactory.getRuntimeMXBean().getUptime() + " ms");
	}

}
