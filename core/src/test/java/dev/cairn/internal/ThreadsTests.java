package dev.cairn.internal;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Threads}.
 */
class ThreadsTests {

	private final InheritableThreadLocal<String> inheritable = new InheritableThreadLocal<>();

	private final AtomicReference<@Nullable String> inherited = new AtomicReference<>("not run");

	private final AtomicReference<@Nullable ClassLoader> loader = new AtomicReference<>();

	@Test
	void keepsNothingOfTheThreadThatCreatesIt() throws Exception {
		ClassLoader own = Thread.currentThread().getContextClassLoader();
		ClassLoader application = new ClassLoader(own) {
		};
		this.inheritable.set("of the caller");
		Thread.currentThread().setContextClassLoader(application);
		try {
			Thread thread = Threads.daemon(() -> {
				this.inherited.set(this.inheritable.get());
				this.loader.set(Thread.currentThread().getContextClassLoader());
			}, "cairn-test");
			thread.start();
			thread.join();
			assertThat(thread.isDaemon()).isTrue();
		}
		finally {
			Thread.currentThread().setContextClassLoader(own);
			this.inheritable.remove();
		}
		assertThat(this.inherited.get()).isNull();
		assertThat(this.loader.get()).isSameAs(Threads.class.getClassLoader());
	}

}
