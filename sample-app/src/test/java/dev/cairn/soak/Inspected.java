package dev.cairn.soak;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

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
