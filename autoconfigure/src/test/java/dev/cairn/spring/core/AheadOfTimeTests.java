package dev.cairn.spring.core;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that was processed ahead of time, and runs on a JVM, obeys the
 * properties of its start and not those of its build.
 */
class AheadOfTimeTests {

	@TempDir
	static Path build;

	@BeforeAll
	static void processAheadOfTime() throws Exception {
		Path sources = build.resolve("sources");
		JavaProcess.run(List.of(), classPath(), SpringApplicationAotProcessor.class,
				AheadOfTimeApplication.class.getName(), sources.toString(), build.resolve("classes").toString(),
				build.resolve("classes").toString(), "dev.cairn", "test",
				"--cairn.file.directory=" + build.resolve("events"));
		compile(sources, build.resolve("classes"));
	}

	@Test
	void startsAsItWasBuilt() throws Exception {
		List<String> output = start();
		assertThat(line(output, AheadOfTimeApplication.GENERATED)).isEqualTo("true");
		assertThat(line(output, AheadOfTimeApplication.PUBLISHED)).isEqualTo("true");
		assertThat(line(output, AheadOfTimeApplication.CHANNELS)).contains("file").doesNotContain("kafka", "sentry");
		assertThat(line(output, AheadOfTimeApplication.BEANS))
			.contains("cairnUncaughtExceptions", "cairnErrorFilter", "cairnFileSink")
			.doesNotContain("cairnStdoutSink", "cairnUdpSink", "cairnKafkaSink", "cairnSentrySink");
	}

	@Test
	void obeysPropertiesThatChangedAfterTheBuild() throws Exception {
		List<String> output = start("--spring.kafka.bootstrap-servers=127.0.0.1:1", "--cairn.errors.uncaught=false",
				"--sentry.dsn=http://key@127.0.0.1:1/1", "--cairn.kafka.spool.enabled=false",
				"--cairn.shutdown-timeout=50ms");
		assertThat(line(output, AheadOfTimeApplication.PUBLISHED)).isEqualTo("true");
		assertThat(line(output, AheadOfTimeApplication.CHANNELS)).contains("kafka", "sentry").doesNotContain("file");
		assertThat(line(output, AheadOfTimeApplication.BEANS))
			.contains("cairnErrorFilter", "cairnKafkaSink", "cairnSentrySink")
			.doesNotContain("cairnUncaughtExceptions", "cairnFileSink");
	}

	@Test
	void leavesOnlyBeansWithoutEffectWhereItIsSwitchedOffAfterTheBuild() throws Exception {
		List<String> output = start("--cairn.enabled=false");
		// Those of Micrometer and Boot under the names of the build, which left out
		// others
		assertThat(line(output, AheadOfTimeApplication.BEANS)).isEqualTo(
				"[cairn, cairnApplicationFrames, cairnBoundContext, cairnDeliveryOptions, cairnErrorAttributes, cairnExtensions, "
						+ "cairnIncidents, cairnLedger, cairnLimits, cairnOrigin, cairnPoints, cairnRedactor, cairnSampler, cairnSettings, "
						+ "cairnShutdownBudget, cairnSignals, cairnStatisticsRegistry, cairnSwitchedOffBeans, "
						+ "cairnTraceHeaders, cairnTraceSource, cairnTransactionScope]");
		assertThat(line(output, AheadOfTimeApplication.PUBLISHED)).isEqualTo("false");
	}

	private static List<String> start(String... properties) throws Exception {
		return JavaProcess.run(List.of("-Dspring.aot.enabled=true"), classPath(), AheadOfTimeApplication.class,
				Stream
					.concat(Stream.of("--server.port=0", "--spring.main.banner-mode=off",
							"--cairn.file.directory=" + build.resolve("events")), Arrays.stream(properties))
					.toArray(String[]::new));
	}

	private static String line(List<String> output, String prefix) {
		return output.stream()
			.filter((line) -> line.startsWith(prefix))
			.map((line) -> line.substring(prefix.length()))
			.findFirst()
			.orElseThrow(() -> new AssertionError(prefix + "is missing in\n" + String.join("\n", output)));
	}

	private static void compile(Path sources, Path classes) throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
				Stream<Path> generated = Files.walk(sources)) {
			List<Path> units = generated.filter((path) -> path.toString().endsWith(".java")).toList();
			assertThat(compiler
				.getTask(null, files, null,
						List.of("-nowarn", "-proc:none", "-d", classes.toString(), "-cp", classPath()), null,
						files.getJavaFileObjectsFromPaths(units))
				.call()).isTrue();
		}
	}

	private static String classPath() {
		return build.resolve("classes") + File.pathSeparator + JavaProcess.CLASS_PATH;
	}

}
