package dev.cairn.spring.devtools;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.cairn.spring.core.JavaProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that DevTools restarts in the same process. The build copies the jar,
 * because DevTools would restart the applications of other tests as well.
 */
class DevToolsTests {

	@Test
	void aRestartLeavesNothingOfTheFirstApplication(@TempDir Path directory) throws Exception {
		List<String> lines = JavaProcess.run(List.of(),
				JavaProcess.CLASS_PATH + File.pathSeparator + "target/devtools/spring-boot-devtools.jar",
				RestartingApplication.class, directory.toString());
		assertThat(lines).containsSubsequence("Loader RestartClassLoader",
				"Filters [LogbackCapture, MetricsTurboFilter]", "Threads of the first: []",
				"Handler of the second: true");
		List<String> messages = Files.readAllLines(directory.resolve("events.jsonl"));
		assertThat(messages).filteredOn((line) -> line.contains("\"type\":\"started\"")).hasSize(2);
		assertThat(messages).filteredOn((line) -> line.contains("\"type\":\"exception\"")).hasSize(2);
	}

}
