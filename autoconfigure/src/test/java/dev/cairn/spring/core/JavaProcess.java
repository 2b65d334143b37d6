package dev.cairn.spring.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs a main class in a Java process of its own.
 */
public final class JavaProcess {

	public static final String CLASS_PATH = System.getProperty("java.class.path");

	private JavaProcess() {
	}

	public static List<String> run(List<String> options, String classPath, Class<?> main, String... arguments)
			throws IOException, InterruptedException {
		Ended ended = end(options, classPath, main, arguments);
		assertThat(ended.code()).as(ended::output).isZero();
		return ended.lines();
	}

	/** Waits for the end of a process, with any exit code. */
	static Ended end(List<String> options, String classPath, Class<?> main, String... arguments)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(ProcessHandle.current().info().command().orElseThrow(), "-Xmx256m", "-XX:TieredStopAtLevel=1"));
		command.addAll(options);
		command.addAll(List.of("-cp", classPath, main.getName()));
		command.addAll(Arrays.asList(arguments));
		Path output = Files.createTempFile("cairn", ".log");
		try {
			int exit = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start()
				.waitFor();
			return new Ended(exit, Files.readAllLines(output));
		}
		finally {
			Files.delete(output);
		}
	}

	record Ended(int code, List<String> lines) {

		String output() {
			return String.join("\n", this.lines);
		}

	}

}
