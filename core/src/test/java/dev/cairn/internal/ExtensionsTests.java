package dev.cairn.internal;

import java.io.PrintWriter;

import dev.cairn.Redactor;
import dev.cairn.testing.LogCapture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests for {@link Extensions}.
 */
class ExtensionsTests {

	private final LogCapture log = new LogCapture();

	private final Extensions extensions = new Extensions((name) -> {
	}, Redactor.DEFAULT::redact);

	@AfterEach
	void stop() {
		this.log.close();
	}

	@Test
	void isLoudOnceAndQuietFromThenOn() {
		for (int i = 0; i < 3; i++) {
			this.extensions.failed("filter x", new IllegalStateException("no " + i));
		}
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("filter x", "no 0", "IllegalStateException", "ExtensionsTests");
		assertThat(this.log.all()).hasSize(3);
	}

	@Test
	void isLoudAboutEachKind() {
		this.extensions.failed("filter x", new IllegalStateException());
		this.extensions.failed("filter y", new IllegalStateException());
		assertThat(this.log.warnings()).hasSize(2);
	}

	@Test
	void isNotLoudAboutThousandsOfKinds() {
		for (int i = 0; i < 5000; i++) {
			this.extensions.failed("filter " + i, new IllegalStateException());
		}
		assertThat(this.log.warnings()).hasSize(100);
	}

	@Test
	void keepsTheSecretsOfExceptions() {
		this.extensions.failed("filter x", new IllegalStateException("cannot log in with password=hunter2"));
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
		assertThatCode(() -> this.extensions.failed("filter x", hostile)).doesNotThrowAnyException();
	}

}
