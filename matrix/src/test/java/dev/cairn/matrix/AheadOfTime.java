package dev.cairn.matrix;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

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
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
				Stream<Path> generated = Files.walk(sources)) {
			List<Path> units = generated.filter((path) -> path.toString().endsWith(".java")).toList();
			List<String> options = List.of("-nowarn", "-proc:none", "-d", classes.toString(), "-cp",
					classes + File.pathSeparator + classPath);
			assertThat(
					compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(units)).call())
				.isTrue();
		}
		return classes + File.pathSeparator + classPath;
	}

}
