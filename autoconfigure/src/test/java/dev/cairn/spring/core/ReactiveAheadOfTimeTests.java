package dev.cairn.spring.core;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A WebFlux application that was processed ahead of time, and runs on a JVM, obeys the
 * properties of its start and not those of its build.
 */
class ReactiveAheadOfTimeTests {

	@TempDir
	static Path directory;

	private static AheadOfTimeBuild build;

	@BeforeAll
	static void processAheadOfTime() throws Exception {
		build = AheadOfTimeBuild.of(directory, "reactive");
	}

	@Test
	void startsAsItWasBuilt() throws Exception {
		List<String> output = build.start();
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.GENERATED)).isEqualTo("true");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.CHANNELS)).contains("file")
			.doesNotContain("kafka", "sentry", "statsd");
		assertThat(output).noneMatch((line) -> line.contains(" WARN ") || line.contains(" ERROR "));
	}

	@Test
	void obeysPropertiesThatChangedAfterTheBuild() throws Exception {
		List<String> output = build.start("--spring.kafka.bootstrap-servers=127.0.0.1:1",
				"--sentry.dsn=http://key@127.0.0.1:1/1", "--management.statsd.metrics.export.host=127.0.0.1",
				"--management.statsd.metrics.export.port=1", "--cairn.kafka.spool.enabled=false",
				"--cairn.shutdown-timeout=50ms");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.PUBLISHED)).isEqualTo("true");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.CHANNELS)).contains("kafka", "sentry", "statsd")
			.doesNotContain("file");
	}

	@Test
	void leavesOnlyBeansWithoutEffectWhereItIsSwitchedOffAfterTheBuild() throws Exception {
		List<String> output = build.start("--cairn.enabled=false");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.PUBLISHED)).isEqualTo("false");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.BEANS)).doesNotContain("Filter", "Sink",
				"Handler");
	}

}
