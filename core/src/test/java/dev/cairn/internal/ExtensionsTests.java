package dev.cairn.internal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.redaction.Redactor;
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
	void logsTheFirstFramesOfTheFailureAndOfItsCause() {
		StackTraceElement[] frames = new StackTraceElement[40];
		Arrays.setAll(frames, (i) -> new StackTraceElement("com.example.Filter", "accept", "Filter.java", i + 1));
		Exception cause = new IllegalArgumentException("inner");
		Exception failure = new IllegalStateException("outer", cause);
		cause.setStackTrace(frames);
		failure.setStackTrace(frames);
		this.extensions.failed("filter x", failure);
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("IllegalStateException: outer", "Caused by: java.lang.IllegalArgumentException: inner",
					"Filter.java:10", "... 30 more")
			.doesNotContain("Filter.java:11")
			.endsWith("more");
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

	@Test
	void doesNotCallAnExtensionWithinItself() {
		List<String> calls = new ArrayList<>();
		List<Extensions.Named<String>> two = Extensions.named("listener", List.of("a", "b"));
		this.extensions.each(two, (outer) -> {
			calls.add(outer);
			this.extensions.each(two, (inner) -> {
				calls.add(outer + inner);
				assertThat(this.extensions.all(two, (innermost) -> false)).isTrue();
			});
			throw new IllegalStateException("fails");
		});
		assertThat(calls).containsExactly("a", "ab", "b", "ba");
		assertThat(this.extensions.all(two, (extension) -> false)).isFalse();
	}

	@Test
	void callsAnExtensionAgainAfterTheStackWasExhausted() {
		AtomicInteger calls = new AtomicInteger();
		List<Extensions.Named<String>> one = Extensions.named("listener", List.of("a"));
		exhaust(() -> this.extensions.each(one, (extension) -> calls.incrementAndGet()));
		int before = calls.get();
		this.extensions.each(one, (extension) -> calls.incrementAndGet());
		assertThat(calls).hasValue(before + 1);
	}

	/** Makes a call at every depth down to the end of the stack. */
	private static void exhaust(Runnable call) {
		try {
			call.run();
			exhaust(call);
		}
		catch (StackOverflowError ex) {
			// The end
		}
	}

}
