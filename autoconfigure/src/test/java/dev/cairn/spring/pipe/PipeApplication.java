package dev.cairn.spring.pipe;

import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;

/**
 * Starts a pipe, and ends when it is off.
 */
public final class PipeApplication {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private PipeApplication() {
	}

	public static void main(String[] args) {
		StatsPipe pipe = new StatsPipe(Path.of(args[0]), "mkfifo", () -> new byte[0]);
		pipe.start();
		Awaitility.await().atMost(PATIENCE).until(() -> StatsPipeTests.threads().isEmpty());
		pipe.stop(PATIENCE);
		System.out.println("ended");
	}

}
