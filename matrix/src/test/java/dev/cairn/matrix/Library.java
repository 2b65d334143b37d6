package dev.cairn.matrix;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Libraries that not every application has.
 */
enum Library {

	MVC("spring-(boot-(starter-)?)?webmvc"), TOMCAT("tomcat"), JETTY("jetty"), SERVLET("servlet|jakarta.websocket"),

	WEBFLUX("webflux|netty"), REACTOR("reactor-(core|extra)|boot-reactor-|reactive-streams"),
	SECURITY("spring-(boot-(starter-)?)?security"), KOTLIN("kotlin"), BATCH("batch|spring-jdbc"),

	LOGBACK("logback|log4j-to-slf4j|jul-to-slf4j|starter-logging"),
	LOG4J("log4j-(core|jul|slf4j2-impl)|starter-log4j2"),

	/** The libraries that the starter adds, besides Kafka's and those of transactions. */
	CAIRN("^cairn-|^(core|autoconfigure|starter)/target/classes|sentry|micrometer-(core|jakarta9|registry)"
			+ "|boot-(starter-)?(micrometer|actuator|health)|context-propagation|HdrHistogram|LatencyUtils|hash4j|caffeine"
			+ "|re2j"),

	KAFKA("kafka|spring-(retry|messaging)|lz4|snappy|zstd"),
	TRANSACTIONS("boot-(starter-)?(persistence|transaction)|spring-tx"),

	/** Those of the tests are on no class path of an application. */
	TESTS("junit|jupiter|assertj|mockito|byte-buddy|objenesis|hamcrest|json-path|json-smart|jsonassert|xmlunit"
			+ "|awaitility|opentest4j|apiguardian|-test-|-test\\.jar|-test/|spring-test|boot-test|kafka_2|kafka-(server|raft"
			+ "|metadata|storage|streams|coordinator|group|share|tools|transaction)|scala|rocksdb|core/target/test-classes");

	private final Pattern names;

	Library(String names) {
		this.names = Pattern.compile(names);
	}

	/**
	 * Return the class path of an application with the starter.
	 * @param libraries the ones that it has besides those of each application
	 * @return the class path
	 */
	static String classPathWithCairn(Set<Library> libraries) throws IOException {
		Set<Library> all = EnumSet.of(CAIRN, KAFKA, TRANSACTIONS);
		all.addAll(libraries);
		return classPath(all);
	}

	/**
	 * Return the class path of an application without the starter.
	 * @param libraries the ones that it has besides those of each application
	 * @return the class path
	 */
	static String classPath(Set<Library> libraries) throws IOException {
		Set<Library> missing = Stream.of(values())
			.filter((library) -> !libraries.contains(library))
			.collect(Collectors.toSet());
		String own = Path.of("target", "test-classes").toAbsolutePath().toString();
		String all = Files.readString(Path.of("target", "class-path.txt")).strip();
		return Stream.concat(Stream.of(own), Stream.of(all.split(File.pathSeparator)))
			.filter((entry) -> missing.stream().noneMatch((library) -> library.contains(entry)))
			.collect(Collectors.joining(File.pathSeparator));
	}

	private boolean contains(String entry) {
		Path path = Path.of(entry);
		int parts = entry.endsWith(".jar") ? 1 : 3;
		String name = path.subpath(path.getNameCount() - parts, path.getNameCount()).toString();
		return this.names.matcher(name).find();
	}

}
