package dev.cairn.spring.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.stream.Stream;

import dev.cairn.spring.core.CairnAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.core.io.Resource;
import org.springframework.core.io.UrlResource;
import org.springframework.util.ClassUtils;

/**
 * Contexts with all of Cairn's auto-configurations.
 */
public final class Contexts {

	private static final String IMPORTS = "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

	private Contexts() {
	}

	static Class<?>[] autoConfigurations() {
		return names().map((name) -> ClassUtils.resolveClassName(name, null)).toArray(Class<?>[]::new);
	}

	public static Stream<String> names() {
		try {
			ClassLoader own = CairnAutoConfiguration.class.getClassLoader();
			return Collections.list(own.getResources(IMPORTS))
				.stream()
				.flatMap((url) -> content(new UrlResource(url)).lines())
				.filter((line) -> line.startsWith("dev.cairn."));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String content(Resource resource) {
		try {
			return resource.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static ApplicationContextRunner plain() {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(autoConfigurations()))
			.withPropertyValues("cairn.file.directory=target/cairn-events", "cairn.kafka.spool.enabled=false",
					"spring.application.name=shop");
	}

	public static ApplicationContextRunner withMetrics() {
		return plain()
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class))
			.withPropertyValues("management.statsd.metrics.export.enabled=false");
	}

	public static ReactiveWebApplicationContextRunner reactive() {
		return new ReactiveWebApplicationContextRunner().withConfiguration(AutoConfigurations.of(autoConfigurations()))
			.withConfiguration(AutoConfigurations.of(HttpHandlerAutoConfiguration.class, WebFluxAutoConfiguration.class,
					ErrorWebFluxAutoConfiguration.class))
			.withPropertyValues("cairn.file.directory=target/cairn-events", "cairn.kafka.spool.enabled=false",
					"spring.application.name=shop");
	}

	public static WebApplicationContextRunner web() {
		return new WebApplicationContextRunner().withConfiguration(AutoConfigurations.of(autoConfigurations()))
			.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
					WebMvcAutoConfiguration.class, ErrorMvcAutoConfiguration.class))
			.withPropertyValues("cairn.file.directory=target/cairn-events", "cairn.kafka.spool.enabled=false",
					"spring.application.name=shop");
	}

}
