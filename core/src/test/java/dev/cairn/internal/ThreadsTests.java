package dev.cairn.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

	@Test
	void aTimeoutWithoutEndIsNotOver() {
		long deadline = Threads.deadline(Duration.ofSeconds(Long.MAX_VALUE));
		assertThat(deadline - System.nanoTime()).isGreaterThan(TimeUnit.DAYS.toNanos(36500));
	}

	@Test
	void returnsTheTasksThatAnExecutorHasNotBegun() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		CountDownLatch running = new CountDownLatch(1);
		AtomicBoolean interrupted = new AtomicBoolean();
		executor.execute(() -> {
			running.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.set(true);
			}
		});
		Runnable next = () -> {
		};
		executor.execute(next);
		running.await();
		assertThat(Threads.shutDown(executor, Duration.ofMillis(10))).containsExactly(next);
		assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		assertThat(interrupted).isTrue();
	}

}
