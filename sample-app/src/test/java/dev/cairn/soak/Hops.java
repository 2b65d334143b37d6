package dev.cairn.soak;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;

/**
 * Runs work on other threads.
 *
 * @param spring Spring's executor
 * @param pool a pool of the application
 * @param otherPool another one
 * @param virtual an executor with a thread for each task
 * @param scheduler Spring's scheduler
 * @param scheduledPool a scheduler of the JDK
 * @param listener the methods that Spring calls
 * @param publisher publishes events
 */
record Hops(AsyncTaskExecutor spring, ExecutorService pool, ExecutorService otherPool, SimpleAsyncTaskExecutor virtual,
		TaskScheduler scheduler, ScheduledExecutorService scheduledPool, Listener listener,
		ApplicationEventPublisher publisher) {

	CompletableFuture<String> run(Hop hop, Supplier<String> work) {
		return switch (hop) {
			case NONE -> CompletableFuture.completedFuture(work.get());
			case ASYNC -> this.listener.async(work);
			case DETACHED -> {
				this.listener.async(work);
				yield CompletableFuture.completedFuture("");
			}
			case SPRING -> CompletableFuture.supplyAsync(work, this.spring);
			case POOLS ->
				CompletableFuture.supplyAsync(work, this.pool).thenApplyAsync((result) -> work.get(), this.otherPool);
			case VIRTUAL -> CompletableFuture.supplyAsync(work, this.virtual);
			case SCHEDULER -> new Task(work).start((task) -> this.scheduler.schedule(task, Instant.now()));
			case SCHEDULED_POOL ->
				new Task(work).start((task) -> this.scheduledPool.schedule(task, 1, TimeUnit.MILLISECONDS));
			case EVENT -> new Task(work).start((task) -> {
				this.publisher.publishEvent(task);
				return task;
			});
			case REACTOR -> Mono.fromSupplier(work)
				.subscribeOn(Schedulers.boundedElastic())
				.publishOn(Schedulers.parallel())
				.map((result) -> work.get())
				.toFuture();
		};
	}

	/**
	 * Methods that are called on other threads.
	 */
	static class Listener {

		@Async
		CompletableFuture<String> async(Supplier<String> work) {
			return CompletableFuture.completedFuture(work.get());
		}

		@Async
		@EventListener
		void on(Task task) {
			task.run();
		}

	}

	/**
	 * Work whose result is a future.
	 *
	 * @param work the work
	 * @param result the result
	 */
	record Task(Supplier<String> work, CompletableFuture<String> result) implements Runnable {

		Task(Supplier<String> work) {
			this(work, new CompletableFuture<>());
		}

		CompletableFuture<String> start(Function<Task, ?> starter) {
			starter.apply(this);
			return this.result;
		}

		@Override
		public void run() {
			try {
				this.result.complete(this.work.get());
			}
			catch (RuntimeException ex) {
				this.result.completeExceptionally(ex);
			}
		}

	}

}
