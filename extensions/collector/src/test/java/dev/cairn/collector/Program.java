package dev.cairn.collector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program in another language, which is started as its users start it.
 *
 * @param directory the directory that it works in
 * @param environment what is added to its environment
 */
record Program(Path directory, Map<String, String> environment) {

	private static final long LIMIT_SECONDS = 60;

	/** Returns a file of {@code src/clients}. */
	static Path client(String file) {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.isDirectory(directory.resolve("src/clients"))) {
			directory = directory.getParent();
		}
		return directory.resolve("src/clients").resolve(file);
	}

	Program with(String name, String value) {
		Map<String, String> more = new HashMap<>(this.environment);
		more.put(name, value);
		return new Program(this.directory, more);
	}

	Path write(String file, String text) {
		try {
			return Files.writeString(this.directory.resolve(file), text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Starts it, with files for its input and output, so that it never waits for them.
	 */
	Running start(byte[] input, String... command) {
		try {
			Path in = Files.createTempFile(this.directory, "in", "");
			Path out = Files.createTempFile(this.directory, "out", "");
			Path err = Files.createTempFile(this.directory, "err", "");
			Files.write(in, input);
			ProcessBuilder builder = new ProcessBuilder(command).directory(this.directory.toFile())
				.redirectInput(in.toFile())
				.redirectOutput(out.toFile())
				.redirectError(err.toFile());
			builder.environment().keySet().removeIf((name) -> name.startsWith("CAIRN_") || name.equals("TRACEPARENT"));
			builder.environment().putAll(this.environment);
			return new Running(builder.start(), List.of(command), out, err);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Running start(String... command) {
		return start(new byte[0], command);
	}

	Result run(String... command) {
		return start(command).await();
	}

	/**
	 * A program that has been started.
	 *
	 * @param process the process
	 * @param command its command
	 * @param out the file of its output
	 * @param err the file of its errors
	 */
	record Running(Process process, List<String> command, Path out, Path err) {

		Result await() {
			try {
				if (!this.process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
					this.process.descendants().forEach(ProcessHandle::destroyForcibly);
					this.process.destroyForcibly();
					throw new AssertionError("%s did not end: %s".formatted(this.command, output()));
				}
				return new Result(this.process.exitValue(), output(), Files.readString(this.err));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		String output() {
			try {
				return new String(Files.readAllBytes(this.out), StandardCharsets.UTF_8);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	/**
	 * The result of a program.
	 *
	 * @param code its exit code
	 * @param out its output
	 * @param err its errors
	 */
	record Result(int code, String out, String err) {

	}

}
