package dev.cairn.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.cairn.CairnLogger;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lines of entries that were processed.
 */
class ProcessedLinesTests {

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf" })
	void areThoseOfTheProcessedEntryInEachFormat(String format, @TempDir Path folder) throws IOException {
		Path file = folder.resolve("app.log");
		try (RunningApplication application = RunningApplication.startWithoutWeb(
				LogProcessorTests.ProcessorsApplication.class, "logging.file.name=" + file,
				"logging.structured.format.file=" + format)) {
			CairnLogger log = CairnLogger.of("logs.Shop");
			log.info("rendered", "total", 19.5);
			log.info("dropped");
			assertThat(application.context().isActive()).isTrue();
		}
		List<String> lines = Files.readAllLines(file);
		assertThat(lines).noneMatch((line) -> line.contains("dropped"));
		assertThat(lines).filteredOn((line) -> line.contains("rendered"))
			.singleElement()
			.satisfies((line) -> assertThat(RunningApplication.json(line).toString()).contains("first, second",
					"call_site\":{\"class\"", "total\":19.5"));
	}

}
