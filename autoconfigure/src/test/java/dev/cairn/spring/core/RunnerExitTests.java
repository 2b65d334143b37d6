package dev.cairn.spring.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The exit codes of processes that run a job, and what they have delivered by then.
 */
class RunnerExitTests {

	@TempDir
	private Path directory;

	private SentryServer sentry;

	@BeforeEach
	void start() {
		this.sentry = SentryServer.started();
	}

	@AfterEach
	void stop() {
		this.sentry.close();
	}

	@ParameterizedTest
	@CsvSource({ "returns, 0", "returns.code, 7", "exits, 3" })
	void aJobThatEndsHasItsExitCodeAndEverythingIsDelivered(String end, int code) throws Exception {
		assertThat(run(end)).isEqualTo(code);
		assertThat(messages("job.item")).hasSize(JobApplication.EVENTS);
		assertThat(messages("exception")).isEmpty();
		assertThat(this.sentry.events()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "throws, 1", "throws.code, 42" })
	void aJobThatFailsHasItsExitCodeAndIsOneIncident(String end, int code) throws Exception {
		assertThat(run(end)).isEqualTo(code);
		assertThat(messages("job.item")).hasSize(JobApplication.EVENTS);
		assertThat(messages("exception")).singleElement().satisfies((incident) -> {
			assertThat(incident.at("/fields/phase").asString()).isEqualTo("start");
			assertThat(incident.path("trace_id").asString()).isNotEmpty()
				.isEqualTo(messages("job.item").get(0).path("trace_id").asString());
			assertThat(this.sentry.events()).singleElement()
				.extracting((event) -> event.path("event_id").asString())
				.isEqualTo(incident.at("/fields/error_id").asString());
		});
	}

	/** An error that a job has logged is one failure of its own. */
	@Test
	void aJobThatReportsItsFailureItselfKeepsItsExitCode() throws Exception {
		assertThat(run("logs.code")).isEqualTo(7);
		assertThat(messages("exception")).hasSize(1);
		assertThat(this.sentry.events()).hasSize(1);
	}

	private int run(String end) throws Exception {
		JavaProcess.Ended ended = JavaProcess.end(List.of("-XX:+UseSerialGC"), JavaProcess.CLASS_PATH,
				JobApplication.class, "--end=" + end, "--spring.main.banner-mode=off", "--spring.application.name=job",
				"--cairn.file.directory=" + this.directory, "--sentry.dsn=" + this.sentry.dsn());
		assertThat(ended.lines()).as(ended::output).noneMatch((line) -> line.contains("could not be delivered"));
		return ended.code();
	}

	private List<JsonNode> messages(String type) throws IOException {
		try (Stream<Path> files = Files.walk(this.directory)) {
			return files.filter((file) -> file.toString().endsWith(".jsonl"))
				.flatMap(RunnerExitTests::lines)
				.map(RunningApplication::json)
				.filter((message) -> message.path("type").asString().equals(type))
				.toList();
		}
	}

	private static Stream<String> lines(Path file) {
		try {
			return Files.readAllLines(file).stream();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
