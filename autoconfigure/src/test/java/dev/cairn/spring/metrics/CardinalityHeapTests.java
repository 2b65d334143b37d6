package dev.cairn.spring.metrics;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.testing.UdpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names and values without end in a process with a small heap.
 */
class CardinalityHeapTests {

	@TempDir
	private Path directory;

	@Test
	void valuesWithoutEndDoNotFillTheHeap() throws Exception {
		String log = run("all", 150, "-Xmx160m");
		assertThat(log).contains("Recorded removed", "Recorded calls", "Recorded registry", "Recorded global",
				"Recorded names", "Recorded keys", "Recorded events", "Done");
		for (String meter : List.of("keys.counter", "keys.timer", "calls.counter", "calls.timer", "registry.timer")) {
			assertThat(log.lines().filter((line) -> line.contains("'" + meter + "' has too many combinations")))
				.singleElement()
				.asString()
				.contains("increase cairn.metrics.max-series");
		}
		assertThat(log.lines().filter((line) -> line.contains("there are more than 20000 meters"))).hasSize(1);
	}

	private String run(String kind, int values, String heap) throws Exception {
		Path output = this.directory.resolve("app.log");
		try (UdpServer statsd = UdpServer.started()) {
			Process process = new ProcessBuilder(
					List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), heap, "-XX:+UseSerialGC",
							"-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-cp",
							absolute(System.getProperty("java.class.path")), CardinalityApplication.class.getName(),
							kind, String.valueOf(values), "--management.statsd.metrics.export.host=127.0.0.1",
							"--management.statsd.metrics.export.port=" + statsd.port()))
				.directory(this.directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			try {
				assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
			}
			finally {
				process.destroyForcibly();
			}
			assertThat(process.exitValue()).as(Files.readString(output)).isZero();
			return Files.readString(output);
		}
	}

	private static String absolute(String classPath) {
		return Stream.of(classPath.split(File.pathSeparator))
			.map((entry) -> new File(entry).getAbsolutePath())
			.collect(Collectors.joining(File.pathSeparator));
	}

}
