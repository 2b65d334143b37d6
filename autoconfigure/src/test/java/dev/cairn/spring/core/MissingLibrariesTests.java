package dev.cairn.spring.core;

import java.time.Duration;

import dev.cairn.Binding;
import dev.cairn.Cairn;
import dev.cairn.annotation.Traced;
import dev.cairn.spring.test.ClassPath;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Starts applications whose class path really lacks a library: what a filtered class
 * loader hides from the conditions alone is not to be found by the classes either.
 */
class MissingLibrariesTests {

	@ParameterizedTest
	@ValueSource(strings = { "kafka", "sentry", "sentry-logback|statsd|aspectj|tracing|otel|opentelemetry",
			"actuator|spring-boot-health|spring-boot-micrometer",
			"webmvc|spring-web|servlet|tomcat|sentry-spring|spring-security", "logback|log4j",
			"spring-tx|spring-jdbc|kafka", "reactor", "context-propagation",
			"context-propagation|reactor|micrometer-tracing",
			"uap-java|datasketches|spring-boot-tomcat|spring-security" })
	void anApplicationStartsWithout(String libraries) throws Exception {
		assertThat(ClassPath.without(libraries).run(Probe.class)).isEqualTo("accepted");
	}

	@Test
	void anApplicationStartsWithoutAnythingOptional() throws Exception {
		String optional = "kafka|sentry|micrometer|otel|opentelemetry|aspectj|actuator|health|webmvc|spring-web|"
				+ "servlet|tomcat|validation|spring-tx|spring-jdbc|spring-security";
		assertThat(ClassPath.without(optional).run(Probe.class)).isEqualTo("accepted");
	}

	@Test
	void reactorHasTheContextWithoutTheModuleOfBoot() throws Exception {
		assertThat(ClassPath.without("spring-boot-reactor").run(ReactorProbe.class)).isEqualTo("{order=7}");
	}

	@Test
	void anInvalidTracedIsRefusedWithoutATracer() {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> ClassPath.without("tracing|otel|opentelemetry|sentry").run(TracedProbe.class))
			.withMessageContaining("has the tag 'id = #nope'")
			.withMessageContaining("the variable #nope is not available");
	}

	@Test
	void theLibraryIsReallyMissing() {
		assertThatExceptionOfType(ClassNotFoundException.class)
			.isThrownBy(() -> ClassPath.without("kafka").run(Producer.class));
	}

	/**
	 * Runs in the other class loader.
	 */
	public static final class TracedProbe {

		private TracedProbe() {
		}

		/**
		 * Starts an application with an invalid annotation.
		 * @param arguments none
		 */
		public static void run(String... arguments) {
			new SpringApplicationBuilder(Application.class, InvalidShop.class).web(WebApplicationType.NONE)
				.run("--spring.main.banner-mode=off", "--logging.level.root=off", "--spring.application.name=shop",
						"--cairn.file.directory=target/cairn-events", "--spring.kafka.bootstrap-servers=127.0.0.1:1",
						"--cairn.shutdown-timeout=50ms")
				.close();
		}

	}

	static class InvalidShop {

		@Traced(tags = "id = #nope")
		void pay() {
		}

	}

	/**
	 * Runs in the other class loader.
	 */
	public static final class Probe {

		private Probe() {
		}

		/**
		 * Start an application, publish an event and stop.
		 * @param arguments none
		 * @return what became of the event
		 */
		public static String run(String... arguments) {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.NONE)
				.run("--spring.main.banner-mode=off", "--logging.level.root=error", "--spring.application.name=shop",
						"--cairn.file.directory=target/cairn-events", "--spring.kafka.bootstrap-servers=127.0.0.1:1",
						"--sentry.dsn=http://key@127.0.0.1:1/1", "--cairn.udp.host=127.0.0.1", "--cairn.udp.port=9",
						"--cairn.shutdown-timeout=50ms", "--management.statsd.metrics.export.host=127.0.0.1",
						"--management.statsd.metrics.export.port=9")) {
				return (context.getBean(Cairn.class).event("order.placed").publish() != null) ? "accepted" : "refused";
			}
		}

	}

	/**
	 * Runs in the other class loader.
	 */
	public static final class ReactorProbe {

		private ReactorProbe() {
		}

		/**
		 * Bind a value and let a thread of Reactor's read it.
		 * @param arguments none
		 * @return what is bound there
		 */
		public static String run(String... arguments) {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.NONE)
				.run("--spring.main.banner-mode=off", "--logging.level.root=error", "--cairn.file.enabled=false")) {
				Cairn cairn = context.getBean(Cairn.class);
				try (Binding order = cairn.bind("order", 7)) {
					return Mono.just("")
						.publishOn(Schedulers.boundedElastic())
						.map((nothing) -> cairn.bindings().toString())
						.block(Duration.ofSeconds(30));
				}
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
