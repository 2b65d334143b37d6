package dev.cairn.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compiles sources that a test has generated.
 */
public final class JavaSources {

	private JavaSources() {
	}

	/**
	 * Compiles all sources of a directory.
	 * @param sources the directory of the sources
	 * @param classes the directory for the classes, which is on the class path
	 * @param classPath the other classes and libraries
	 */
	public static void compile(Path sources, Path classes, String classPath) throws IOException {
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
	}

}
