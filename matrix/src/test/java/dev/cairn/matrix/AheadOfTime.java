package dev.cairn.matrix;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import dev.cairn.testing.JavaSources;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes an application as the build plugins of Boot do.
 */
final class AheadOfTime {

	private AheadOfTime() {
	}

	/**
	 * Process an application.
	 * @param directory where the generated sources and classes are written
	 * @param classPath the application and its libraries
	 * @param main the application
	 * @return the class path with the generated classes
	 */
	static String process(Path directory, String classPath, String main) throws IOException, InterruptedException {
		Path sources = directory.resolve("sources");
		Path classes = Files.createDirectories(directory.resolve("classes"));
		try (Application processor = Application.start(directory, classPath, Map.of(),
				SpringApplicationAotProcessor.class.getName(), main, sources.toString(), classes.toString(),
				classes.toString(), "dev.cairn", "matrix")) {
			assertThat(processor.awaitExit()).as(processor::log).isZero();
		}
		JavaSources.compile(sources, classes, classPath);
		return classes + File.pathSeparator + classPath;
	}

}
