package dev.cairn.spring.core;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A feature that is switched off loads no vendor class. An application with the same
 * libraries and without Cairn is the measure, since Boot and Sentry load some by
 * themselves.
 */
class VendorClassesTests {

	private static final Pattern LOADED = Pattern.compile("\\S+ ([\\w.]+)[ $].*");

	private static final Pattern SENDERS = Pattern
		.compile("(?:io\\.sentry|org\\.apache\\.kafka|org\\.springframework\\.kafka|io\\.micrometer\\.statsd"
				+ "|jakarta\\.mail|org\\.springframework\\.mail|java\\.net\\.http|jdk\\.internal\\.net\\.http"
				+ "|dev\\.cairn\\.(?:kafka|sentry|statsd))\\..*");

	private static final Pattern TRACERS = Pattern
		.compile("(?:brave|io\\.opentelemetry|io\\.micrometer\\.tracing\\.exporter)\\..*");

	private static final String REACTIVE = "--spring.main.web-application-type=reactive";

	/** The default with Cairn. Reactor then calls Sentry's own accessor of its scopes. */
	private static final String PROPAGATION = "--spring.reactor.context-propagation=auto";

	private static Set<String> without;

	private static Set<String> reactiveWithout;

	@BeforeAll
	static void runWithoutCairn() throws Exception {
		without = loaded(withoutCairn());
		reactiveWithout = loaded(withoutCairn(), REACTIVE, PROPAGATION);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "cairn.enabled=false", "cairn.errors.enabled=false", "cairn.errors.kafka-listeners=false" })
	void whatIsOffLoadsNoVendorClass(String property) throws Exception {
		Set<String> more = loaded(JavaProcess.CLASS_PATH, "--" + property);
		more.removeAll(without);
		assertThat(more).noneMatch(SENDERS.asMatchPredicate());
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.enabled=false", "cairn.tracing.enabled=false" })
	void tracingThatIsOffLoadsNoClassOfATracer(String property) throws Exception {
		Set<String> more = loaded(JavaProcess.CLASS_PATH, "--" + property);
		more.removeAll(without);
		assertThat(more).noneMatch(TRACERS.asMatchPredicate());
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.enabled=false", "cairn.errors.kafka-listeners=false" })
	void whatIsOffLoadsNoVendorClassInAReactiveApplication(String property) throws Exception {
		Set<String> more = loaded(JavaProcess.CLASS_PATH, REACTIVE, "--" + property);
		more.removeAll(reactiveWithout);
		assertThat(more).noneMatch(SENDERS.asMatchPredicate());
	}

	@Test
	void theirClassesAreLoadedWhereTheyAreOn() throws Exception {
		Set<String> more = loaded(JavaProcess.CLASS_PATH, "--spring.kafka.bootstrap-servers=127.0.0.1:1",
				"--cairn.kafka.spool.enabled=false", "--sentry.dsn=http://key@127.0.0.1:1/1",
				"--cairn.shutdown-timeout=50ms");
		assertThat(more).contains("io.sentry.Sentry").anyMatch((name) -> name.startsWith("dev.cairn.kafka."));
		more.removeAll(without);
		assertThat(more).anyMatch(SENDERS.asMatchPredicate()).anyMatch(TRACERS.asMatchPredicate());
	}

	private static Set<String> loaded(String classPath, String... properties) throws Exception {
		return JavaProcess
			.run(List.of("-Xlog:class+load"), classPath, PlainApplication.class,
					Stream
						.concat(Stream.of("--server.port=0", "--cairn.file.directory=target/cairn-events"),
								Arrays.stream(properties))
						.toArray(String[]::new))
			.stream()
			.map(LOADED::matcher)
			.filter(Matcher::matches)
			.map((line) -> line.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/** Its classes, and the resources that announce it. */
	private static String withoutCairn() throws IOException {
		Set<Path> cairn = Stream
			.of(Cairn.class.getProtectionDomain().getCodeSource().getLocation(),
					CairnAutoConfiguration.class.getProtectionDomain().getCodeSource().getLocation())
			.map((url) -> Path.of(URI.create(url.toString())))
			.collect(Collectors.toSet());
		return Arrays.stream(JavaProcess.CLASS_PATH.split(File.pathSeparator))
			.filter((entry) -> !cairn.contains(Path.of(entry).toAbsolutePath())
					&& !entry.matches(".*/(?:core|autoconfigure)/src/main/resources"))
			.collect(Collectors.joining(File.pathSeparator));
	}

}
