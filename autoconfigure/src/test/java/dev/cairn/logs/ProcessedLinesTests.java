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
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void areThoseOfTheProcessedEntryInEachFormat(String format, @TempDir Path folder) throws IOException {
		assertThat(RunningApplication.json(line(format, folder)).toString()).contains("first, second",
				"call_site\":{\"class\"", "total\":19.5");
	}

	@ParameterizedTest
	@ValueSource(strings = { "logfmt", "keyvalue", "pretty" })
	void areThoseOfTheProcessedEntryInEachTextFormat(String format, @TempDir Path folder) throws IOException {
		assertThat(line(format, folder).replaceAll("\u001b\\[[0-9;]*m", "")).containsPattern("order=.first, second.")
			.contains(" total=19.5", " call_site");
	}

	/** Returns the line of the only entry that is not dropped. */
	private static String line(String format, Path folder) throws IOException {
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
		List<String> rendered = lines.stream().filter((line) -> line.contains("rendered")).toList();
		assertThat(rendered).hasSize(1);
		return rendered.get(0);
	}

}
