package dev.cairn.spring.context.propagation;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.Failure;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CommandLineRun} in a running application.
 */
class CommandLineRunTests {

	private static final Logger logger = LoggerFactory.getLogger("com.example.Import");

	private static final List<UnitOfWork> ended = new CopyOnWriteArrayList<>();

	private static final List<UnitOfWork> failed = new CopyOnWriteArrayList<>();

	@BeforeEach
	void forget() {
		ended.clear();
		failed.clear();
	}

	@ParameterizedTest
	@ValueSource(strings = { RunningApplication.WITHOUT_TRACER, "management.tracing.sampling.probability=1" })
	void theRunnersAreAUnitOfWorkWithATrace(String tracing) {
		try (RunningApplication application = RunningApplication.startWithoutWeb(ImportApplication.class, tracing)) {
			assertThat(ended).singleElement().satisfies((run) -> {
				assertThat(run.name()).isEqualTo("application.run");
				assertThat(run.outcome()).isEqualTo(UnitOfWork.Outcome.SUCCESS);
				assertThat(run.trace()).isNotNull();
			});
			String id = ended.get(0).id();
			assertThat(line("imports").getMDCPropertyMap()).containsEntry("traceId", id);
			assertThat(line("cleans up").getMDCPropertyMap()).containsEntry("traceId", id);
			assertThat(application.messages("import.done")).singleElement()
				.extracting((message) -> message.trace().traceId())
				.isEqualTo(id);
			assertThat(line("ready").getMDCPropertyMap()).doesNotContainKey("traceId");
		}
		nothingIsLeft();
	}

	@Test
	void theFailureOfARunnerHasItsTrace() {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(
				() -> RunningApplication.startWithoutWeb(FailingApplication.class, RunningApplication.WITHOUT_TRACER));
		assertThat(ended).singleElement().extracting(UnitOfWork::outcome).isEqualTo(UnitOfWork.Outcome.FAILURE);
		assertThat(failed).containsExactlyElementsOf(ended);
		nothingIsLeft();
	}

	@ParameterizedTest
	@ValueSource(strings = { "start", "stop" })
	void aHandlerThatFailsDoesNotFailTheStart(String moment) {
		HostileApplication.moment = moment;
		try (RunningApplication application = RunningApplication.startWithoutWeb(HostileApplication.class)) {
			assertThat(line("imports")).isNotNull();
			assertThat(application.messages("import.done")).hasSize(1);
			assertThat(ended).singleElement().extracting(UnitOfWork::outcome).isEqualTo(UnitOfWork.Outcome.SUCCESS);
		}
		nothingIsLeft();
	}

	@Test
	void aHandlerThatFailsDoesNotReplaceTheFailureOfARunner() {
		HostileApplication.moment = "error";
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> RunningApplication.startWithoutWeb(HostileFailingApplication.class))
			.withMessage("fails");
		assertThat(ended).singleElement().extracting(UnitOfWork::outcome).isEqualTo(UnitOfWork.Outcome.FAILURE);
		nothingIsLeft();
	}

	@Test
	void anApplicationWithoutRunnersHasNone() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(PlainApplication.class)) {
			assertThat(ended).isEmpty();
		}
	}

	@Test
	void runsCanBeLeftAlone() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(ImportApplication.class,
				RunningApplication.WITHOUT_TRACER, "cairn.context.propagation.enabled=false")) {
			assertThat(ended).isEmpty();
			assertThat(line("imports").getMDCPropertyMap()).isEmpty();
		}
	}

	private static void nothingIsLeft() {
		assertThat(UnitOfWork.current()).isNull();
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
	}

	private static ILoggingEvent line(String text) {
		return RunningApplication.logEvents()
			.stream()
			.filter((line) -> line.getFormattedMessage().equals(text))
			.findFirst()
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class PlainApplication {

		@Bean
		SignalListener units() {
			return new SignalListener() {

				@Override
				public void unitEnded(UnitOfWork unit) {
					ended.add(unit);
				}

				@Override
				public void incident(Failure failure, String errorId, @Nullable UnitOfWork unit) {
					failed.add(unit);
				}

			};
		}

		@EventListener(ApplicationReadyEvent.class)
		void ready() {
			logger.info("ready");
		}

	}

	static class ImportApplication extends PlainApplication {

		@Bean
		CommandLineRunner imports(Cairn cairn) {
			return (arguments) -> {
				logger.info("imports");
				cairn.event("import.done").publish();
			};
		}

		@Bean
		ApplicationRunner cleansUp() {
			return (arguments) -> logger.info("cleans up");
		}

	}

	static class HostileApplication extends ImportApplication {

		private static String moment = "none";

		@Bean
		ObservationHandler<Observation.Context> hostile() {
			return new Hostile();
		}

	}

	static class HostileFailingApplication extends FailingApplication {

		@Bean
		ObservationHandler<Observation.Context> hostile() {
			return new Hostile();
		}

	}

	private static final class Hostile implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onStart(Observation.Context context) {
			failAt("start");
		}

		@Override
		public void onError(Observation.Context context) {
			failAt("error");
		}

		@Override
		public void onStop(Observation.Context context) {
			failAt("stop");
		}

		private static void failAt(String at) {
			if (HostileApplication.moment.equals(at)) {
				throw new UnsupportedOperationException(at);
			}
		}

	}

	static class FailingApplication extends PlainApplication {

		@Bean
		CommandLineRunner imports() {
			return (arguments) -> {
				throw new IllegalStateException("fails");
			};
		}

	}

}
