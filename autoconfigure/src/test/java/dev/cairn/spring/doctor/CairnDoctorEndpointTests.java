package dev.cairn.spring.doctor;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.spring.doctor.separate.PlainDoctorApplication;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CairnDoctorEndpoint} and the summary after the start, in running
 * applications.
 */
class CairnDoctorEndpointTests {

	private static final String[] BROKEN = { "cairn.kafka.topik=events",
			"management.endpoints.web.exposure.include=cairndoctor" };

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void showsTheFindingsOfServletAndReactiveApplications(boolean reactive) {
		try (RunningApplication application = reactive
				? RunningApplication.startReactive(PlainDoctorApplication.class, BROKEN)
				: RunningApplication.start(PlainDoctorApplication.class, BROKEN)) {
			JsonNode doctor = RunningApplication.json(application.get("/actuator/cairndoctor").body());
			assertThat(doctor.path("service").asString()).isEqualTo("shop");
			assertThat(doctor.path("checks").path("unknown-properties").asString()).isEqualTo("found");
			assertThat(doctor.path("checks").path("storage").asString()).isEqualTo("ok");
			assertThat(doctor.path("findings").valueStream().map((finding) -> finding.path("check").asString()))
				.containsExactlyInAnyOrder("unknown-properties", "exposure");
			JsonNode unknown = doctor.path("findings")
				.valueStream()
				.filter((finding) -> finding.path("check").asString().equals("unknown-properties"))
				.findFirst()
				.orElseThrow();
			assertThat(unknown.path("what").asString()).contains("did you mean cairn.kafka.topic?");
			assertThat(unknown.path("where").asString()).isEqualTo("cairn.kafka.topik");
			assertThat(unknown.path("why").asString()).isNotEmpty();
			assertThat(unknown.path("remedy").asString()).isNotEmpty();
			RunningApplication.await(() -> !summaries().isEmpty());
			assertThat(summaries()).containsExactly(
					"Cairn found 2 problems of the setup (unknown-properties, exposure), see the endpoint cairndoctor");
		}
	}

	@Test
	void logsTheDetailsOfAWorkerAtDebug() {
		LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
		try (RunningApplication application = RunningApplication.startWithoutWeb(PlainDoctorApplication.class,
				"cairn.kafka.topik=events", "logging.level.dev.cairn.spring.doctor=debug")) {
			RunningApplication.await(() -> lines(Level.DEBUG).stream().anyMatch((line) -> line.contains("topik")));
			assertThat(summaries())
				.containsExactly("Cairn found 1 problem of the setup (unknown-properties), expose the endpoint "
						+ "cairndoctor, or set logging.level.dev.cairn.spring.doctor=debug");
			assertThat(application.context().isActive()).isTrue();
		}
		finally {
			logging.setLogLevel("dev.cairn.spring.doctor", LogLevel.INFO);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "SERVLET", "REACTIVE", "NONE" })
	void isSilentOnAHealthyApplication(String type) {
		try (RunningApplication application = switch (type) {
			case "SERVLET" -> RunningApplication.start(PlainDoctorApplication.class);
			case "REACTIVE" -> RunningApplication.startReactive(PlainDoctorApplication.class);
			default -> RunningApplication.startWithoutWeb(PlainDoctorApplication.class);
		}) {
			Doctor doctor = application.bean(Doctor.class);
			assertThat(doctor.examine().findings()).isEmpty();
			assertThat(doctor.examine().checks()).isNotEmpty()
				.allSatisfy((name, state) -> assertThat(state).as(name).isEqualTo("ok"));
			RunningApplication.await(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().equals(Doctor.THREAD)));
			assertThat(lines(Level.INFO)).isEmpty();
		}
	}

	@Test
	void callsTheChecksOfTheApplication() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(PlainDoctorApplication.class,
				"doctor.own=true")) {
			assertThat(application.bean(Doctor.class).examine().findings())
				.extracting((named) -> named.finding().what())
				.containsExactly("The licence has expired");
		}
	}

	@Test
	void leavesOutTheChecksThatAreExcluded() {
		try (RunningApplication application = RunningApplication.start(PlainDoctorApplication.class, BROKEN[0],
				BROKEN[1], "cairn.doctor.exclude=exposure, unknown-properties")) {
			JsonNode doctor = RunningApplication.json(application.get("/actuator/cairndoctor").body());
			assertThat(doctor.path("findings")).isEmpty();
			assertThat(doctor.path("checks").path("exposure").asString()).isEqualTo("excluded");
			assertThat(doctor.path("checks").path("storage").asString()).isEqualTo("ok");
		}
	}

	@Test
	void doesNothingIfItIsDisabled() {
		try (RunningApplication application = RunningApplication.start(PlainDoctorApplication.class,
				"cairn.doctor.enabled=false", BROKEN[0], BROKEN[1])) {
			assertThat(application.get("/actuator/cairndoctor").statusCode()).isEqualTo(404);
			assertThat(application.context().getBeansOfType(DoctorCheck.class)).isEmpty();
		}
	}

	private static List<String> summaries() {
		return lines(Level.INFO);
	}

	private static List<String> lines(Level level) {
		return RunningApplication.logEvents()
			.stream()
			.filter((event) -> event.getLoggerName().equals(Doctor.class.getName()) && event.getLevel() == level)
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

}
