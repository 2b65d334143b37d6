package dev.cairn.spring.core;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import dev.cairn.testing.JavaSources;

import org.springframework.boot.SpringApplicationAotProcessor;

/**
 * An application that is processed ahead of time, compiled and started, each in a process
 * of its own.
 */
final class AheadOfTimeBuild {

	private final Path directory;

	private final String type;

	private AheadOfTimeBuild(Path directory, String type) {
		this.directory = directory;
		this.type = type;
	}

	/**
	 * Processes and compiles the application.
	 * @param directory a directory for the sources, the classes and the events
	 * @param type the type of the web application
	 * @param properties the properties of the build only
	 */
	static AheadOfTimeBuild of(Path directory, String type, String... properties) throws Exception {
		AheadOfTimeBuild build = new AheadOfTimeBuild(directory, type);
		Path sources = directory.resolve("sources");
		JavaProcess.run(List.of(), build.classPath(), SpringApplicationAotProcessor.class,
				Stream
					.concat(Stream.of(AheadOfTimeApplication.class.getName(), sources.toString(),
							build.classes().toString(), build.classes().toString(), "dev.cairn", "test"),
							Stream.concat(build.properties(), Arrays.stream(properties)))
					.toArray(String[]::new));
		JavaSources.compile(sources, build.classes(), JavaProcess.CLASS_PATH);
		return build;
	}

	private Stream<String> properties() {
		return Stream.of("--spring.main.web-application-type=" + this.type,
				"--cairn.file.directory=" + this.directory.resolve("events"));
	}

	/** Starts the application, which ends by itself, and returns what it prints. */
	List<String> start(String... properties) throws Exception {
		return start(List.of(), classPath(), properties);
	}

	List<String> start(List<String> options, String classPath, String... properties) throws Exception {
		return JavaProcess.run(Stream.concat(Stream.of("-Dspring.aot.enabled=true"), options.stream()).toList(),
				classPath, AheadOfTimeApplication.class,
				Stream
					.concat(Stream.concat(Stream.of("--server.port=0", "--spring.main.banner-mode=off"), properties()),
							Arrays.stream(properties))
					.toArray(String[]::new));
	}

	/** Returns the rest of the only line with a prefix. */
	static String line(List<String> output, String prefix) {
		return output.stream()
			.filter((line) -> line.startsWith(prefix))
			.map((line) -> line.substring(prefix.length()))
			.findFirst()
			.orElseThrow(() -> new AssertionError(prefix + "is missing in\n" + String.join("\n", output)));
	}

	Path classes() {
		return this.directory.resolve("classes");
	}

	String classPath() {
		return classes() + File.pathSeparator + JavaProcess.CLASS_PATH;
	}

	/**
	 * Returns the class path without directories, which the archive of a training run
	 * cannot refer to.
	 */
	String jars() throws IOException {
		List<String> jars = new ArrayList<>();
		for (String entry : classPath().split(File.pathSeparator)) {
			Path path = Path.of(entry);
			if (!Files.isDirectory(path)) {
				jars.add(entry);
				continue;
			}
			Path jar = this.directory.resolve("classes-" + jars.size() + ".jar");
			try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
					Stream<Path> files = Files.walk(path)) {
				for (Path file : files.filter(Files::isRegularFile).toList()) {
					out.putNextEntry(new JarEntry(path.relativize(file).toString().replace(File.separatorChar, '/')));
					Files.copy(file, out);
					out.closeEntry();
				}
			}
			jars.add(jar.toString());
		}
		return String.join(File.pathSeparator, jars);
	}

}
