package dev.cairn.soak;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.system.JavaVersion;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Pools whose threads are inspected before and after each task.
 */
final class Inspected {

	static final int THREADS = 8;

	static final String BEFORE = "before a task";

	static final String AFTER = "after a task";

	private Inspected() {
	}

	/** The threads end when there are no tasks. */
	static ThreadPoolExecutor pool(int threads, Witness witness) {
		ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, 1, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>()) {

			@Override
			protected void beforeExecute(Thread thread, Runnable task) {
				witness.expectNothing(BEFORE);
			}

			@Override
			protected void afterExecute(Runnable task, @Nullable Throwable ex) {
				witness.expectNothing(AFTER);
			}

		};
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	static ScheduledExecutorService scheduledPool(Witness witness) {
		return new ScheduledThreadPoolExecutor(THREADS) {

			@Override
			protected void beforeExecute(Thread thread, Runnable task) {
				witness.expectNothing(BEFORE);
			}

			@Override
			protected void afterExecute(Runnable task, @Nullable Throwable ex) {
				witness.expectNothing(AFTER);
			}

		};
	}

	/** A pool whose threads cannot be inspected by itself: its tasks inspect them. */
	static ExecutorService around(ExecutorService pool, String name, Witness witness) {
		return new AbstractExecutorService() {

			@Override
			public void execute(Runnable task) {
				pool.execute(inspecting(task, name, witness));
			}

			@Override
			public void shutdown() {
				pool.shutdown();
			}

			@Override
			public List<Runnable> shutdownNow() {
				return pool.shutdownNow();
			}

			@Override
			public boolean isShutdown() {
				return pool.isShutdown();
			}

			@Override
			public boolean isTerminated() {
				return pool.isTerminated();
			}

			@Override
			public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
				return pool.awaitTermination(timeout, unit);
			}

		};
	}

	/** An executor with a virtual thread for each task, on JDK 21 and later. */
	static SimpleAsyncTaskExecutor virtual(String name, Witness witness) {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor(name + "-") {

			@Override
			protected void doExecute(Runnable task) {
				super.doExecute(inspecting(task, name, witness));
			}

		};
		executor.setVirtualThreads(JavaVersion.getJavaVersion().isEqualOrNewerThan(JavaVersion.TWENTY_ONE));
		return executor;
	}

	private static Runnable inspecting(Runnable task, String name, Witness witness) {
		return () -> {
			witness.expectNothing(BEFORE + " of " + name);
			try {
				task.run();
			}
			finally {
				witness.expectNothing(AFTER + " of " + name);
			}
		};
	}

	static ThreadPoolTaskExecutor taskExecutor(Witness witness) {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor() {

			@Override
			protected void beforeExecute(Thread thread, Runnable task) {
				witness.expectNothing(BEFORE);
			}

			@Override
			protected void afterExecute(Runnable task, @Nullable Throwable ex) {
				witness.expectNothing(AFTER);
			}

		};
		executor.setCorePoolSize(THREADS);
		return executor;
	}

	static ThreadPoolTaskScheduler taskScheduler(Witness witness) {
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler() {

			@Override
			protected void beforeExecute(Thread thread, Runnable task) {
				witness.expectNothing(BEFORE);
			}

			@Override
			protected void afterExecute(Runnable task, @Nullable Throwable ex) {
				witness.expectNothing(AFTER);
			}

		};
		scheduler.setPoolSize(THREADS);
		return scheduler;
	}

}
