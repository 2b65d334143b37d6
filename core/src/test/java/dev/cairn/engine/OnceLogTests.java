package dev.cairn.engine;

import java.io.PrintWriter;

import dev.cairn.testing.LogCapture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests for {@link OnceLog}.
 */
class OnceLogTests {

	private final LogCapture log = new LogCapture();

	private final OnceLog once = new OnceLog(LoggerFactory.getLogger(OnceLogTests.class));

	@AfterEach
	void stop() {
		this.log.close();
	}

	@Test
	void isLoudOnceAndQuietFromThenOn() {
		for (int i = 0; i < 3; i++) {
			this.once.warn("filter x", new IllegalStateException("no " + i));
		}
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("filter x", "no 0", "IllegalStateException", "OnceLogTests");
		assertThat(this.log.all()).hasSize(3);
	}

	@Test
	void isLoudAboutEachKind() {
		this.once.warn("filter x", new IllegalStateException());
		this.once.warn("filter y", new IllegalStateException());
		assertThat(this.log.warnings()).hasSize(2);
	}

	@Test
	void isNotLoudAboutThousandsOfKinds() {
		for (int i = 0; i < 5000; i++) {
			this.once.warn("filter " + i, new IllegalStateException());
		}
		assertThat(this.log.warnings()).hasSize(100);
	}

	@Test
	void keepsTheSecretsOfExceptions() {
		this.once.warn("filter x", new IllegalStateException("cannot log in with password=hunter2"));
		assertThat(this.log.all()).isNotEmpty().noneMatch((line) -> line.contains("hunter2"));
	}

	@Test
	void doesNotThrowWhateverTheExceptionDoes() {
		RuntimeException hostile = new RuntimeException() {

			@Override
			public String getMessage() {
				throw new IllegalStateException("no");
			}

			@Override
			public void printStackTrace(PrintWriter writer) {
				throw new AssertionError("no");
			}

		};
		assertThatCode(() -> this.once.warn("filter x", hostile)).doesNotThrowAnyException();
	}

}
