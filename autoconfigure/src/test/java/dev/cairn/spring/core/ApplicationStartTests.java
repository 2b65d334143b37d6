package dev.cairn.spring.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Exchanger;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.SentryServer;
import io.sentry.Sentry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.ExitCodeEvent;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.NestedExceptionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link ApplicationStart} with applications that do not start, and the files
 * and the Sentry server that receives it.
 */
@ExtendWith(OutputCaptureExtension.class)
@ExtendWith(AwaitThreads.class)
class ApplicationStartTests {

	private final Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();

	@TempDir
	Path events;

	@ParameterizedTest
	@ValueSource(classes = { FailingRunner.class, FailingCommandLineRunner.class, FailingBean.class,
			FailingLifecycle.class, FailingListener.class, FailingWhenReady.class })
	void whatFailsIsDeliveredOnceBeforeTheStartEnds(Class<?> application) {
		assertThatException().isThrownBy(() -> run(application))
			.satisfies(
					(thrown) -> assertThat(NestedExceptionUtils.getMostSpecificCause(thrown)).hasMessage("no start"));
		assertThat(incidents()).singleElement().satisfies((incident) -> {
			assertThat(incident.path("severity").asInt()).isEqualTo(2);
			assertThat(incident.at("/fields/phase").asString()).isEqualTo("start");
			assertThat(incident.at("/fields/error_id").asString()).hasSize(32);
		});
		assertNothingIsLeft();
	}

	@ParameterizedTest
	@ValueSource(classes = { FailingRunner.class, FailingBean.class })
	void whatFailsIsOneFatalEventInSentry(Class<?> application) {
		try (SentryServer sentry = SentryServer.started()) {
			assertThatException().isThrownBy(() -> run(application, "sentry.dsn=" + sentry.dsn()));
			assertThat(sentry.events()).singleElement().satisfies((event) -> {
				assertThat(event.path("level").asString()).isEqualTo("fatal");
				assertThat(event.path("event_id").asString())
					.isEqualTo(incidents().get(0).at("/fields/error_id").asString());
			});
			assertThat(Sentry.isEnabled()).isFalse();
		}
		assertNothingIsLeft();
	}

	@Test
	void whatBootLogsOfTheFailureStays(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(FailingBean.class)).isInstanceOf(BeanCreationException.class);
		assertThat(output).contains("Application run failed").doesNotContain("Error calling ApplicationEventListener");
	}

	@Test
	void whatBootExplainsIsOneIncidentToo(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(MissingBean.class));
		assertThat(output).contains("APPLICATION FAILED TO START");
		assertThat(incidents()).hasSize(1);
	}

	/** A failed context has no exit code at times; Boot reports none then. */
	@Test
	void aFailureWithAnExitCodeIsDelivered() {
		assertThatException().isThrownBy(() -> run(FailingWithCode.class)).havingCause();
		assertThat(incidents()).hasSize(1);
		assertNothingIsLeft();
	}

	@Test
	void theExitCodeOfARunnerStays() {
		List<Integer> codes = new ArrayList<>();
		assertThatException().isThrownBy(() -> builder(FailingRunnerWithCode.class)
			.listeners((ApplicationListener<ExitCodeEvent>) (event) -> codes.add(event.getExitCode()))
			.run(arguments()));
		assertThat(codes).containsExactly(42);
		assertThat(incidents()).hasSize(1);
	}

	@Test
	void aFailureBeforeThereIsAContextIsExplainedByBoot(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(FailingBean.class, "spring.config.import=file:nosuch.properties"));
		assertThat(output).contains("APPLICATION FAILED TO START").contains("nosuch.properties");
		assertThat(incidents()).isEmpty();
		assertNothingIsLeft();
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.errors.enabled=false", "cairn.enabled=false" })
	void nothingIsReportedWhereErrorsAreSwitchedOff(String property) {
		assertThatException().isThrownBy(() -> run(FailingBean.class, property, "cairn.errors.logged=none"));
		assertThatException().isThrownBy(() -> run(FailingRunner.class, property, "cairn.errors.logged=none"));
		assertThat(incidents()).isEmpty();
		assertNothingIsLeft();
	}

	@Test
	void aContextThatBootDoesNotRunClosesCairnAtOnce() {
		new ApplicationContextRunner().withUserConfiguration(FailingBean.class)
			.withPropertyValues(properties().toArray(String[]::new))
			.run((context) -> {
				assertThat(context).hasFailed();
				assertNothingIsLeft();
			});
		assertThat(incidents()).isEmpty();
	}

	@Test
	void aContextThatIsClosedWhileItStartsClosesCairn() {
		builder(ClosedWhileStarting.class).run(arguments());
		assertNothingIsLeft();
	}

	/** Neither the installed Cairn, nor the threads that the test has started. */
	private void assertNothingIsLeft() {
		assertThat(Cairn.get().event("order.placed", Map.of())).isNull();
		RunningApplication.await(() -> Thread.getAllStackTraces()
			.keySet()
			.stream()
			.noneMatch((thread) -> thread.getName().startsWith("cairn-") && !this.threadsBefore.contains(thread)));
	}

	private void run(Class<?> application, String... properties) {
		builder(application).run(arguments(properties));
	}

	private static SpringApplicationBuilder builder(Class<?> application) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE);
	}

	private String[] arguments(String... properties) {
		return Stream.concat(properties().stream(), Stream.of(properties))
			.map((property) -> "--" + property)
			.toArray(String[]::new);
	}

	private List<String> properties() {
		return List.of("spring.application.name=shop", "spring.main.banner-mode=off",
				"cairn.file.directory=" + this.events);
	}

	private List<JsonNode> incidents() {
		try (Stream<Path> files = Files.walk(this.events)) {
			return files.filter((file) -> file.toString().endsWith(".jsonl"))
				.flatMap(ApplicationStartTests::lines)
				.map(RunningApplication::json)
				.filter((message) -> message.path("type").asString().equals("exception"))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<String> lines(Path file) {
		try {
			return Files.readAllLines(file).stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingRunner {

		@Bean
		ApplicationRunner runner() {
			return (arguments) -> {
				throw new IOException("no start");
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingCommandLineRunner {

		@Bean
		CommandLineRunner runner() {
			return (arguments) -> {
				throw new IllegalStateException("no start");
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingBean {

		@Bean
		Object failing(Cairn cairn) {
			throw new IllegalStateException("no start");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingLifecycle {

		@Bean
		SmartLifecycle failing() {
			return new SmartLifecycle() {

				@Override
				public void start() {
					throw new IllegalStateException("no start");
				}

				@Override
				public void stop() {
				}

				@Override
				public boolean isRunning() {
					return false;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingListener {

		@Bean
		ApplicationListener<ContextRefreshedEvent> failing() {
			return (event) -> {
				throw new IllegalStateException("no start");
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingWhenReady {

		@Bean
		ApplicationListener<ApplicationReadyEvent> failing() {
			return (event) -> {
				throw new IllegalStateException("no start");
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingRunnerWithCode {

		@Bean
		ApplicationRunner runner() {
			return (arguments) -> {
				throw new FailureWithCode();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingWithCode {

		@Bean
		Object failing(Cairn cairn) {
			throw new FailureWithCode();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class MissingBean {

		@Bean
		Object failing(Cairn cairn, Exchanger<String> missing) {
			return missing;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ClosedWhileStarting {

		@Bean
		ApplicationListener<ContextRefreshedEvent> closing() {
			return (event) -> ((ConfigurableApplicationContext) event.getApplicationContext()).close();
		}

	}

	static final class FailureWithCode extends RuntimeException implements ExitCodeGenerator {

		@Override
		public int getExitCode() {
			return 42;
		}

	}

}
