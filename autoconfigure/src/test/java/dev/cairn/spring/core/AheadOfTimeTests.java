package dev.cairn.spring.core;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that was processed ahead of time, and runs on a JVM, obeys the
 * properties of its start and not those of its build.
 */
class AheadOfTimeTests {

	static final String SHIPPED = "--cairn.points.[order.shipped].method=shop#ship";

	private static final boolean AOT_CACHE = Runtime.version().feature() >= 25;

	@TempDir
	static Path directory;

	private static AheadOfTimeBuild build;

	@BeforeAll
	static void processAheadOfTime() throws Exception {
		build = AheadOfTimeBuild.of(directory, "servlet");
	}

	@Test
	void startsAsItWasBuilt() throws Exception {
		List<String> output = start();
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.GENERATED)).isEqualTo("true");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.PUBLISHED)).isEqualTo("true");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.CHANNELS)).contains("file")
			.doesNotContain("kafka", "sentry");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.BEANS))
			.contains("cairnUncaughtExceptions", "cairnErrorFilter", "cairnFileSink")
			.doesNotContain("cairnStdoutSink", "cairnUdpSink", "cairnKafkaSink", "cairnSentrySink");
	}

	@Test
	void obeysPropertiesThatChangedAfterTheBuild() throws Exception {
		List<String> output = start("--spring.kafka.bootstrap-servers=127.0.0.1:1", "--cairn.errors.uncaught=false",
				"--sentry.dsn=http://key@127.0.0.1:1/1", "--cairn.kafka.spool.enabled=false",
				"--cairn.shutdown-timeout=50ms");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.PUBLISHED)).isEqualTo("true");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.CHANNELS)).contains("kafka", "sentry")
			.doesNotContain("file");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.BEANS))
			.contains("cairnErrorFilter", "cairnKafkaSink", "cairnSentrySink")
			.doesNotContain("cairnUncaughtExceptions", "cairnFileSink");
	}

	@Test
	void leavesOnlyBeansWithoutEffectWhereItIsSwitchedOffAfterTheBuild() throws Exception {
		List<String> output = start("--cairn.enabled=false");
		// Those of Micrometer and Boot under the names of the build, which left out
		// others
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.BEANS)).isEqualTo(
				"[cairnApplicationFrames, cairnBoundContext, cairnDeliveryOptions, cairnErrorAttributes, cairnExtensions, "
						+ "cairnIncidents, cairnInstance, cairnLedger, cairnLimits, cairnMeterHandles, cairnMeterSampling, cairnOrigin, cairnPoints, cairnRedactor, cairnSampler, "
						+ "cairnSettings, cairnShutdownBudget, cairnSignals, cairnStatisticsRegistry, cairnSwitchedOffBeans, "
						+ "cairnTraceHeaders, cairnTraceSource, cairnTransactionScope]");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.PUBLISHED)).isEqualTo("false");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.METER)).isEqualTo("NEUTRAL");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.HANDLES)).isEqualTo("false");
	}

	@Test
	void publishesTheEventsOfPointsThatWereConfiguredAfterTheBuild() throws Exception {
		assertThat(AheadOfTimeBuild.line(start(SHIPPED), AheadOfTimeApplication.POINTS))
			.isEqualTo("[order.paid=1, order.shipped=1]");
		assertThat(AheadOfTimeBuild.line(start(SHIPPED, "--cairn.events.enabled=false"), AheadOfTimeApplication.POINTS))
			.isEqualTo("[order.shipped=0]");
	}

	@Test
	void sendsMetersToAHostThatWasSetAfterTheBuild() throws Exception {
		List<String> output = start("--management.statsd.metrics.export.host=127.0.0.1",
				"--management.statsd.metrics.export.port=1", "--cairn.shutdown-timeout=50ms");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.CHANNELS)).contains("statsd", "file");
	}

	/** The types of their beans are loaded with the definitions that were generated. */
	@Test
	void whatIsOffLoadsNoClientOfAVendor() throws Exception {
		List<String> output = build.start(List.of("-Xlog:class+load"), build.classPath());
		assertThat(output).anyMatch((line) -> line.contains(" dev.cairn.engine.Pipeline "))
			.noneMatch((line) -> line.contains(" io.sentry.SentryClient ") || line.contains(" dev.cairn.kafka.")
					|| line.contains(" org.apache.kafka.clients.producer.KafkaProducer ")
					|| line.contains(" dev.cairn.sentry.SentryEvents ")
					|| line.contains(" dev.cairn.statsd.StatsdFlusher "));
	}

	@Test
	void saysThatItWasBuiltWithoutASocketOfStatsd() throws Exception {
		List<String> output = start("--management.statsd.metrics.export.host=/none.sock",
				"--management.statsd.metrics.export.protocol=uds_datagram");
		assertThat(output).filteredOn((line) -> line.contains(" WARN "))
			.singleElement()
			.asString()
			.contains("no meters are sent to StatsD, because the application was built without it");
	}

	/**
	 * A training run ends by itself, and leaves a dynamic CDS archive, or an AOT cache
	 * with JDK 25, with the classes of Cairn.
	 */
	@Test
	void startsFromTheArchiveOfATrainingRun() throws Exception {
		Path archive = directory.resolve("application.archive");
		String classPath = build.jars();
		build.start(List.of((AOT_CACHE ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive,
				"-Dspring.context.exit=onRefresh"), classPath);
		assertThat(archive).isNotEmptyFile();
		List<String> output = build.start(
				List.of((AOT_CACHE ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive, "-Xlog:class+load"),
				classPath, "--spring.kafka.bootstrap-servers=127.0.0.1:1", "--cairn.kafka.spool.enabled=false",
				"--sentry.dsn=http://key@127.0.0.1:1/1", "--management.statsd.metrics.export.host=127.0.0.1",
				"--management.statsd.metrics.export.port=1", "--cairn.shutdown-timeout=50ms");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.CHANNELS)).contains("kafka", "sentry", "statsd")
			.doesNotContain("file");
		assertThat(output)
			.anyMatch((line) -> line.contains(" dev.cairn.engine.Pipeline ") && line.contains("shared objects file"));
	}

	private static List<String> start(String... properties) throws Exception {
		return build.start(properties);
	}

}
