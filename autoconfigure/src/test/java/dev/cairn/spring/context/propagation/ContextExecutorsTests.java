package dev.cairn.spring.context.propagation;

import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.test.RunningApplication;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.support.PeriodicTrigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ContextExecutors} in a running application.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContextExecutorsTests {

	private static final boolean VIRTUAL = Runtime.version().feature() >= 21;

	private RunningApplication application;

	@BeforeAll
	void start() {
		this.application = startWith("cairn.context.propagation.exclude-executors=excluded*");
	}

	@AfterAll
	void stop() {
		this.application.close();
	}

	private static RunningApplication startWith(String... properties) {
		return RunningApplication.startWithoutWeb(Pools.class,
				Stream
					.concat(Stream.of(properties),
							Stream.of("spring.task.execution.mode=force", RunningApplication.WITHOUT_TRACER))
					.toArray(String[]::new));
	}

	static Stream<String> pools() {
		return Stream.concat(Stream.of("applicationTaskExecutor", "springPool", "springThreads", "springAdapter",
				"springConcurrent", "springScheduler", "springThreadsScheduler", "springJdkScheduler", "jdkPool",
				"jdkScheduler", "jdkThreads"),
				VIRTUAL ? Stream.of("virtualThreads", "jdkVirtualThreads") : Stream.empty());
	}

	@ParameterizedTest
	@MethodSource("pools")
	void aTaskHasTheUnitOfWorkOfItsCallerAndLeavesNothing(String pool) {
		Executor executor = executor(this.application, pool);
		UnitOfWork caller = unit(this.application);
		CompletableFuture<@Nullable UnitOfWork> seen = new CompletableFuture<>();
		CompletableFuture<@Nullable String> traceId = new CompletableFuture<>();
		in(caller, () -> {
			executor.execute(() -> {
				seen.complete(UnitOfWork.current());
				traceId.complete(MDC.get("traceId"));
			});
			return null;
		});
		assertThat(seen.join()).isSameAs(caller);
		assertThat(traceId.join()).isEqualTo(caller.id());
		assertThat(CompletableFuture.supplyAsync(UnitOfWork::current, executor).join()).isNull();
		assertThat(CompletableFuture.supplyAsync(MDC::getCopyOfContextMap, executor).join()).isNullOrEmpty();
	}

	@Test
	void theStepsOfAFutureHaveTheUnitOfWorkThatBeganIt() {
		UnitOfWork caller = unit(this.application);
		List<@Nullable UnitOfWork> seen = in(caller,
				() -> CompletableFuture.supplyAsync(UnitOfWork::current, executor(this.application, "springPool"))
					.thenApplyAsync((first) -> Stream.of(first, UnitOfWork.current()).toList(),
							executor(this.application, "jdkPool")))
			.join();
		assertThat(seen).containsExactly(caller, caller);
	}

	@ParameterizedTest
	@ValueSource(strings = { "springPool", "jdkPool" })
	void failedAndCancelledTasksLeaveNothing(String pool) {
		Executor executor = executor(this.application, pool);
		CountDownLatch started = new CountDownLatch(1);
		in(unit(this.application), () -> {
			CompletableFuture<Object> failed = CompletableFuture.supplyAsync(() -> {
				throw new IllegalStateException("fails");
			}, executor);
			assertThatExceptionOfType(CompletionException.class).isThrownBy(failed::join);
			Future<?> cancelled = submit(executor, () -> {
				started.countDown();
				new CountDownLatch(1).await();
				return null;
			});
			await(started);
			cancelled.cancel(true);
			assertThatExceptionOfType(CancellationException.class).isThrownBy(cancelled::get);
			return null;
		});
		assertThat(CompletableFuture.supplyAsync(UnitOfWork::current, executor).join()).isNull();
	}

	@Test
	void aDecoratorOfTheApplicationIsKeptAndRunsWithinTheContext() {
		UnitOfWork caller = unit(this.application);
		Queue<@Nullable UnitOfWork> decorated = this.application.bean(Pools.class).decorated;
		decorated.clear();
		in(caller, () -> CompletableFuture.runAsync(() -> {
		}, executor(this.application, "springPool"))).join();
		assertThat(decorated).contains(caller);
	}

	@Test
	void executorsThatAreDeclaredAsAClassAreLeftAloneAndListed() {
		Executor executor = this.application.bean(ThreadPoolExecutor.class);
		assertThat(in(unit(this.application), () -> CompletableFuture.supplyAsync(UnitOfWork::current, executor))
			.thenApply(String::valueOf)
			.join()).isEqualTo("null");
		assertThat(RunningApplication.logEvents()).extracting(ILoggingEvent::getFormattedMessage)
			.filteredOn((line) -> line.contains("do not have the context of their callers"))
			.singleElement()
			.asString()
			.contains("'jdkClass'", "java.util.concurrent.ThreadPoolExecutor", "Declare it as an interface");
	}

	@Test
	void executorsWithFurtherInterfacesOrAnnotatedMethodsKeepTheirContracts() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(ParticularPools.class)) {
			OwnThreads own = (OwnThreads) executor(other, "ownThreads");
			assertThat(own.calls).containsExactlyInAnyOrder("singletons", "refreshed");
			assertThat(listed("ownThreads")).contains("interfaces")
				.contains(ApplicationListener.class.getName(), SmartInitializingSingleton.class.getName());
			assertThat(executor(other, "plainThreads")).isNotInstanceOf(PlainThreads.class);
			assertThat(((ListeningThreads) executor(other, "listeningThreads")).refreshed).isTrue();
			assertThat(listed("listeningThreads")).contains("annotated method onRefresh");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "byRank", "typed", "springByRank", "adapted", "unconfigurable" })
	void aQueueHasTheTasksAsTheyAre(String pool) throws Exception {
		try (RunningApplication other = RunningApplication.startWithoutWeb(ParticularPools.class)) {
			CountDownLatch gate = new CountDownLatch(1);
			CountDownLatch done = new CountDownLatch(4);
			Queue<Integer> ran = new ConcurrentLinkedQueue<>();
			Executor executor = executor(other, pool);
			executor.execute(new Ranked(0, () -> {
				await(gate);
				done.countDown();
			}));
			for (int rank = 3; rank > 0; rank--) {
				int own = rank;
				executor.execute(new Ranked(own, () -> {
					ran.add(own);
					done.countDown();
				}));
			}
			gate.countDown();
			assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(ran).hasSize(3);
			if (!pool.equals("typed")) {
				assertThat(ran).containsExactly(1, 2, 3);
			}
			assertThat(listed(pool)).contains("queue");
		}
	}

	private static String listed(String pool) {
		return RunningApplication.logEvents()
			.stream()
			.map(ILoggingEvent::getFormattedMessage)
			.filter((line) -> line.startsWith("Cairn: tasks of the executor '" + pool + "' do not have the context"))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void excludedExecutorsAreLeftAlone() {
		assertThat(executor(this.application, "excludedPool").getClass().getName()).startsWith("java.util.concurrent.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "springScheduler", "springThreadsScheduler", "springJdkScheduler" })
	void aTaskForLaterHasTheUnitOfWorkOfItsCallerButARepeatedOneHasNot(String name) {
		TaskScheduler scheduler = (TaskScheduler) executor(this.application, name);
		later((once) -> scheduler.schedule(once, Instant.now().plusMillis(1)),
				(repeated) -> List.of(scheduler.scheduleAtFixedRate(repeated, Duration.ofMillis(1)),
						scheduler.scheduleWithFixedDelay(repeated, Duration.ofMillis(1)),
						scheduler.schedule(repeated, new PeriodicTrigger(Duration.ofMillis(1)))));
	}

	@Test
	void aTaskForLaterOfAJdkSchedulerHasTheUnitOfWorkOfItsCaller() {
		ScheduledExecutorService scheduler = (ScheduledExecutorService) executor(this.application, "jdkScheduler");
		later((once) -> scheduler.schedule(Executors.callable(once), 0, TimeUnit.SECONDS),
				(repeated) -> List.of(scheduler.scheduleAtFixedRate(repeated, 0, 1, TimeUnit.MILLISECONDS),
						scheduler.scheduleWithFixedDelay(repeated, 0, 1, TimeUnit.MILLISECONDS)));
		later((once) -> scheduler.schedule(once, 0, TimeUnit.SECONDS), (repeated) -> List.of());
	}

	private void later(Consumer<Runnable> schedule, Function<Runnable, List<? extends Future<?>>> repeat) {
		UnitOfWork caller = unit(this.application);
		CompletableFuture<String> later = new CompletableFuture<>();
		Queue<String> seen = new ConcurrentLinkedQueue<>();
		List<? extends Future<?>> repeated = in(caller, () -> {
			schedule.accept(() -> later.complete(String.valueOf(UnitOfWork.current())));
			return repeat.apply(() -> seen.add(String.valueOf(UnitOfWork.current())));
		});
		assertThat(later.join()).isEqualTo(caller.toString());
		RunningApplication.await(() -> repeated.isEmpty() || seen.size() > 50);
		repeated.forEach((task) -> task.cancel(false));
		assertThat(seen).allMatch("null"::equals);
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.context.propagation.enabled", "spring.task.execution.propagate-context" })
	void propagationCanBeSwitchedOff(String property) {
		try (RunningApplication other = startWith(property + "=false")) {
			assertThat(executor(other, "jdkPool").getClass().getName()).startsWith("java.util.concurrent.");
			assertThat(in(unit(other), () -> CompletableFuture.supplyAsync(UnitOfWork::current,
					executor(other, "applicationTaskExecutor")))
				.join()).isNull();
		}
	}

	@Test
	void theSwitchOfBootDoesNotPropagateTwice() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(BootApplication.class,
				RunningApplication.WITHOUT_TRACER, "spring.task.execution.propagate-context=true")) {
			ThreadPoolTaskExecutor executor = other.bean(ThreadPoolTaskExecutor.class);
			assertThat(executor).extracting("taskDecorator").isInstanceOf(ContextPropagatingTaskDecorator.class);
			UnitOfWork caller = unit(other);
			assertThat(in(caller, () -> CompletableFuture.supplyAsync(UnitOfWork::current,
					executor(other, "applicationTaskExecutor")))
				.join()).isSameAs(caller);
		}
	}

	private static Executor executor(RunningApplication application, String name) {
		return application.context().getBean(name, Executor.class);
	}

	private static Future<?> submit(Executor executor, java.util.concurrent.Callable<?> task) {
		return (executor instanceof AsyncTaskExecutor spring) ? spring.submit(task)
				: ((ExecutorService) executor).submit(task);
	}

	private static UnitOfWork unit(RunningApplication application) {
		return application.bean(Signals.class).start(UnitOfWork.Kind.TASK, "caller");
	}

	private static <T> T in(UnitOfWork unit, Supplier<T> work) {
		try (UnitOfWork.Scope scope = unit.open()) {
			return work.get();
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class BootApplication {

	}

	/** Executors that a decorated task or a wrapper would break. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ParticularPools {

		@Bean
		Executor ownThreads() {
			return new OwnThreads();
		}

		@Bean
		Executor plainThreads() {
			return new PlainThreads();
		}

		@Bean
		Executor listeningThreads() {
			return new ListeningThreads();
		}

		@Bean
		ExecutorService byRank() {
			return pool(new PriorityBlockingQueue<>());
		}

		@Bean
		ExecutorService typed() {
			return pool(new RankedQueue());
		}

		@Bean
		ThreadPoolTaskExecutor springByRank() {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor() {

				@Override
				protected BlockingQueue<Runnable> createQueue(int capacity) {
					return new PriorityBlockingQueue<>(8, Comparator.comparing((task) -> ((Ranked) task).rank()));
				}

			};
			executor.setCorePoolSize(1);
			return executor;
		}

		@Bean(destroyMethod = "")
		ConcurrentTaskExecutor adapted() {
			return new ConcurrentTaskExecutor(pool(new PriorityBlockingQueue<>()));
		}

		@Bean
		ExecutorService unconfigurable() {
			return Executors.unconfigurableExecutorService(pool(new PriorityBlockingQueue<>()));
		}

		private static ThreadPoolExecutor pool(BlockingQueue<Runnable> queue) {
			return new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, queue, (task) -> {
				Thread thread = new Thread(task);
				thread.setDaemon(true);
				return thread;
			});
		}

	}

	static final class OwnThreads
			implements Executor, SmartInitializingSingleton, ApplicationListener<ContextRefreshedEvent> {

		private final Queue<String> calls = new ConcurrentLinkedQueue<>();

		@Override
		public void execute(Runnable task) {
			new Thread(task).start();
		}

		@Override
		public void afterSingletonsInstantiated() {
			this.calls.add("singletons");
		}

		@Override
		public void onApplicationEvent(ContextRefreshedEvent event) {
			this.calls.add("refreshed");
		}

	}

	static final class ListeningThreads implements Executor {

		private volatile boolean refreshed;

		@Override
		public void execute(Runnable task) {
			new Thread(task).start();
		}

		@EventListener(ContextRefreshedEvent.class)
		void onRefresh() {
			this.refreshed = true;
		}

	}

	static final class PlainThreads implements Executor, Closeable {

		@Override
		public void execute(Runnable task) {
			new Thread(task).start();
		}

		@Override
		public void close() {
		}

	}

	/** Asks its tasks for their rank. */
	static final class RankedQueue extends LinkedBlockingQueue<Runnable> {

		@Override
		public boolean offer(Runnable task) {
			return ((Ranked) task).rank() >= 0 && super.offer(task);
		}

	}

	record Ranked(int rank, Runnable task) implements Runnable, Comparable<Ranked> {

		@Override
		public void run() {
			this.task.run();
		}

		@Override
		public int compareTo(Ranked other) {
			return Integer.compare(this.rank, other.rank);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Pools {

		private final Queue<@Nullable UnitOfWork> decorated = new ConcurrentLinkedQueue<>();

		/** The only bean of its type, which is injected below. */
		@Bean
		TaskDecorator ownDecorator() {
			return (task) -> () -> {
				UnitOfWork unit = UnitOfWork.current();
				if (unit != null) {
					this.decorated.add(unit);
				}
				task.run();
			};
		}

		@Bean
		ThreadPoolTaskExecutor springPool(TaskDecorator decorator) {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setTaskDecorator(decorator);
			return executor;
		}

		@Bean
		SimpleAsyncTaskExecutor springThreads() {
			return new SimpleAsyncTaskExecutor();
		}

		@Bean
		SimpleAsyncTaskExecutor virtualThreads() {
			SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
			executor.setVirtualThreads(VIRTUAL);
			return executor;
		}

		@Bean
		TaskExecutorAdapter springAdapter(ThreadPoolExecutor jdkClass) {
			return new TaskExecutorAdapter(jdkClass);
		}

		@Bean
		ConcurrentTaskExecutor springConcurrent(ThreadPoolExecutor jdkClass) {
			return new ConcurrentTaskExecutor(jdkClass);
		}

		@Bean
		ThreadPoolTaskScheduler springScheduler() {
			return new ThreadPoolTaskScheduler();
		}

		@Bean
		SimpleAsyncTaskScheduler springThreadsScheduler() {
			SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
			scheduler.setVirtualThreads(VIRTUAL);
			return scheduler;
		}

		/** With a pool that is not a bean. */
		@Bean
		ConcurrentTaskScheduler springJdkScheduler() {
			return new ConcurrentTaskScheduler(Executors.newScheduledThreadPool(1, (task) -> {
				Thread thread = new Thread(task);
				thread.setDaemon(true);
				return thread;
			}));
		}

		@Bean
		ExecutorService jdkPool() {
			return Executors.newSingleThreadExecutor();
		}

		@Bean
		ScheduledExecutorService jdkScheduler() {
			return Executors.newSingleThreadScheduledExecutor();
		}

		@Bean
		Executor jdkThreads() {
			return (task) -> new Thread(task).start();
		}

		@Bean
		AsyncTaskExecutor jdkVirtualThreads() {
			return VIRTUAL ? new VirtualThreadTaskExecutor() : new SimpleAsyncTaskExecutor();
		}

		@Bean
		ThreadPoolExecutor jdkClass() {
			return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
		}

		@Bean
		ExecutorService excludedPool() {
			return Executors.newSingleThreadExecutor();
		}

	}

}
