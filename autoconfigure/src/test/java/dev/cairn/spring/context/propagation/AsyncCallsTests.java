package dev.cairn.spring.context.propagation;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.annotation.Bind;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AsyncCalls} in a running application.
 */
class AsyncCallsTests {

	private static final String WITH_TRACER = "management.tracing.sampling.probability=1";

	private static RunningApplication start(Class<?> application, String... properties) {
		return RunningApplication.startWithoutWeb(application, properties);
	}

	@ParameterizedTest
	@ValueSource(strings = { RunningApplication.WITHOUT_TRACER, WITH_TRACER })
	void aCallIsAUnitOfWorkWithinThatOfItsCaller(String tracing) {
		try (RunningApplication application = start(AsyncApplication.class, tracing)) {
			UnitOfWork caller = application.bean(Signals.class).start(UnitOfWork.Kind.TASK, "caller");
			Work work = application.bean(Work.class);
			UnitOfWork call = in(caller, work::unit).join();
			assertThat(call).isNotSameAs(caller);
			assertThat(call.parent()).isSameAs(caller);
			assertThat(call.name()).isEqualTo(Work.class.getName() + "#unit");
			RunningApplication.await(() -> call.outcome() == UnitOfWork.Outcome.SUCCESS);
			assertThat(application.bean(MeterRegistry.class).get(AsyncCalls.OBSERVATION).tag("task", call.name()))
				.isNotNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { RunningApplication.WITHOUT_TRACER, WITH_TRACER })
	void aCallWithoutACallerBeginsATraceAndLeavesNothing(String tracing) {
		try (RunningApplication application = start(AsyncApplication.class, tracing)) {
			Work work = application.bean(Work.class);
			UnitOfWork first = work.unit().join();
			UnitOfWork second = work.unit().join();
			assertThat(first.parent()).isNull();
			assertThat(first.trace()).isNotNull();
			assertThat(second.trace().traceId()).isNotEqualTo(first.trace().traceId());
			work.log("from a call");
			RunningApplication.await(() -> line("from a call") != null);
			assertThat(line("from a call").getMDCPropertyMap()).containsKeys("traceId", "spanId");
			Executor executor = application.context().getBean("applicationTaskExecutor", Executor.class);
			for (int i = 0; i < 8; i++) {
				assertThat(CompletableFuture.supplyAsync(UnitOfWork::current, executor).join()).isNull();
				assertThat(CompletableFuture.supplyAsync(MDC::getCopyOfContextMap, executor).join()).isNullOrEmpty();
			}
		}
	}

	@Test
	void theCallsOfAnExecutorThatIsNoBeanHaveTheirCaller() {
		try (RunningApplication application = start(OwnExecutorApplication.class, RunningApplication.WITHOUT_TRACER)) {
			UnitOfWork caller = application.bean(Signals.class).start(UnitOfWork.Kind.TASK, "caller");
			UnitOfWork call = in(caller, application.bean(Work.class)::unit).join();
			assertThat(call.parent()).isSameAs(caller);
			assertThat(call.id()).isEqualTo(caller.id());
			ThreadPoolExecutor pool = OwnExecutorApplication.executor.getThreadPoolExecutor();
			assertThat(CompletableFuture.supplyAsync(UnitOfWork::current, pool).join()).isNull();
		}
	}

	@Test
	void aCallThatBeginsAfterTheEndOfItsCallerHasItsTraceAndValues() {
		try (RunningApplication application = start(AsyncApplication.class, RunningApplication.WITHOUT_TRACER)) {
			UnitOfWork caller = application.bean(Signals.class).start(UnitOfWork.Kind.REQUEST, "caller");
			UnitOfWork call = in(caller, () -> {
				application.bean(Cairn.class).bind("order", 7);
				caller.end(UnitOfWork.Outcome.SUCCESS);
				return application.bean(Work.class).unit();
			}).join();
			assertThat(call.parent()).isSameAs(caller);
			assertThat(call.id()).isEqualTo(caller.id());
			assertThat(call.bindings()).containsEntry("order", 7);
		}
	}

	@Test
	void aFutureEndsTheUnitOfWorkWhenItCompletes() {
		try (RunningApplication application = start(AsyncApplication.class, RunningApplication.WITHOUT_TRACER)) {
			Work work = application.bean(Work.class);
			CompletableFuture<String> result = work.later();
			RunningApplication.await(() -> work.returned() != null);
			assertThat(work.returned().outcome()).isNull();
			work.pending().completeExceptionally(new IllegalStateException("fails"));
			assertThatExceptionOfType(CompletionException.class).isThrownBy(result::join);
			RunningApplication.await(() -> work.returned().outcome() == UnitOfWork.Outcome.FAILURE);
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { AsyncApplication.class, OwnExecutorApplication.class })
	void theFailureOfACallHasItsTrace(Class<?> type) {
		try (RunningApplication application = start(type, RunningApplication.WITHOUT_TRACER)) {
			application.bean(Work.class).fail();
			Message incident = application.onlyIncident();
			Message event = application.messages("work.begun").get(0);
			assertThat(incident.trace()).isNotNull().isEqualTo(event.trace());
			RunningApplication.await(() -> line("Unexpected exception occurred") != null);
			assertThat(line("Unexpected exception occurred invoking async method").getMDCPropertyMap())
				.containsEntry("errorId", (String) incident.fields().get("error_id"));
		}
	}

	@Test
	void theHandlerOfTheApplicationDecidesWhatAFailureIs() {
		try (RunningApplication application = start(OwnHandlerApplication.class, RunningApplication.WITHOUT_TRACER)) {
			application.bean(Work.class).fail();
			RunningApplication.await(() -> !OwnHandlerApplication.handled.isEmpty());
			assertThat(application.incidents()).isEmpty();
		}
	}

	/** None has begun when the context is closed. */
	@Test
	void callsThatAreQueuedRunAfterTheContextIsClosed() {
		try (RunningApplication application = start(QueueApplication.class, RunningApplication.WITHOUT_TRACER)) {
			BoundWork work = application.bean(BoundWork.class);
			Queue<Runnable> queued = QueueApplication.queued;
			queued.clear();
			work.run("one");
			CompletableFuture<String> failed = work.fail("two");
			work.run("three");
			application.context().close();
			assertThat(queued).hasSize(3);
			queued.forEach(Runnable::run);
			assertThat(QueueApplication.ran).containsExactly("one", "two", "three");
			assertThatExceptionOfType(CompletionException.class).isThrownBy(failed::join)
				.withCauseInstanceOf(IllegalArgumentException.class)
				.withMessageContaining("two");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "start", "open", "close", "stop" })
	void aHandlerThatFailsDoesNotFailCalls(String moment) {
		for (String tracing : new String[] { RunningApplication.WITHOUT_TRACER, WITH_TRACER }) {
			try (RunningApplication application = start(HostileApplication.class, tracing)) {
				Work work = application.bean(Work.class);
				HostileApplication.moment = moment;
				UnitOfWork first = work.unit().join();
				UnitOfWork second = work.unit().join();
				work.fail();
				Message incident = application.onlyIncident();
				HostileApplication.moment = "none";
				assertThat(incident.toString()).contains("IllegalStateException");
				assertThat(second).isNotNull().isNotSameAs(first);
				RunningApplication.await(() -> first.outcome() == UnitOfWork.Outcome.SUCCESS
						&& second.outcome() == UnitOfWork.Outcome.SUCCESS);
				Executor executor = application.bean(ThreadPoolTaskExecutor.class);
				ObservationRegistry registry = application.bean(ObservationRegistry.class);
				assertThat(CompletableFuture.supplyAsync(UnitOfWork::current, executor).join()).isNull();
				assertThat(CompletableFuture.supplyAsync(registry::getCurrentObservation, executor).join()).isNull();
			}
			finally {
				HostileApplication.moment = "none";
			}
		}
	}

	@Test
	void callsCanBeLeftAlone() {
		try (RunningApplication application = start(AsyncApplication.class, RunningApplication.WITHOUT_TRACER,
				"cairn.context.propagation.enabled=false")) {
			UnitOfWork caller = application.bean(Signals.class).start(UnitOfWork.Kind.TASK, "caller");
			assertThat(in(caller, application.bean(Work.class)::unit).join()).isNull();
		}
	}

	private static <T> T in(UnitOfWork unit, Supplier<T> work) {
		try (UnitOfWork.Scope scope = unit.open()) {
			return work.get();
		}
	}

	private static @Nullable ILoggingEvent line(String text) {
		return RunningApplication.logEvents()
			.stream()
			.filter((line) -> line.getFormattedMessage().startsWith(text))
			.findFirst()
			.orElse(null);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class AsyncApplication {

		@Bean
		Work work(Cairn cairn) {
			return new Work(cairn);
		}

	}

	/** The usual way to configure an executor that is not a bean. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class OwnExecutorApplication implements AsyncConfigurer {

		private static final ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();

		@Override
		public Executor getAsyncExecutor() {
			executor.setDaemon(true);
			executor.initialize();
			return executor;
		}

		@Bean
		static Work work(Cairn cairn) {
			return new Work(cairn);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class OwnHandlerApplication implements AsyncConfigurer {

		private static final Queue<Throwable> handled = new ConcurrentLinkedQueue<>();

		@Override
		public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
			return (thrown, method, arguments) -> handled.add(thrown);
		}

		@Bean
		static Work work(Cairn cairn) {
			return new Work(cairn);
		}

	}

	/** An executor that only keeps the tasks. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class QueueApplication implements AsyncConfigurer {

		private static final Queue<Runnable> queued = new ConcurrentLinkedQueue<>();

		private static final Queue<String> ran = new ConcurrentLinkedQueue<>();

		@Override
		public Executor getAsyncExecutor() {
			return queued::add;
		}

		@Bean
		static BoundWork work() {
			return new BoundWork();
		}

	}

	static class BoundWork {

		@Async
		void run(@Bind("name") String name) {
			QueueApplication.ran.add(name);
		}

		@Async
		CompletableFuture<String> fail(@Bind("name") String name) {
			QueueApplication.ran.add(name);
			throw new IllegalArgumentException(name);
		}

	}

	/** The observations of calls are unexpected for its handler. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class HostileApplication {

		private static volatile String moment = "none";

		@Bean
		ThreadPoolTaskExecutor onlyThread() {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setCorePoolSize(1);
			return executor;
		}

		@Bean
		ObservationHandler<Observation.Context> hostile() {
			return new ObservationHandler<>() {

				@Override
				public void onStart(Observation.Context context) {
					failAt("start");
				}

				@Override
				public void onError(Observation.Context context) {
					failAt("stop");
				}

				@Override
				public void onScopeOpened(Observation.Context context) {
					failAt("open");
				}

				@Override
				public void onScopeClosed(Observation.Context context) {
					failAt("close");
				}

				@Override
				public void onStop(Observation.Context context) {
					failAt("stop");
				}

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

				private void failAt(String at) {
					if (moment.equals(at)) {
						throw new UnsupportedOperationException(at);
					}
				}

			};
		}

		@Bean
		Work work(Cairn cairn) {
			return new Work(cairn);
		}

	}

	static class Work {

		private static final Logger logger = LoggerFactory.getLogger(Work.class);

		private final CompletableFuture<String> pending = new CompletableFuture<>();

		private volatile @Nullable UnitOfWork returned;

		private final Cairn cairn;

		Work(Cairn cairn) {
			this.cairn = cairn;
		}

		@Async
		CompletableFuture<@Nullable UnitOfWork> unit() {
			return CompletableFuture.completedFuture(UnitOfWork.current());
		}

		@Async
		CompletableFuture<String> later() {
			this.returned = UnitOfWork.current();
			return this.pending;
		}

		CompletableFuture<String> pending() {
			return this.pending;
		}

		@Nullable UnitOfWork returned() {
			return this.returned;
		}

		@Async
		void log(String text) {
			logger.info(text);
		}

		@Async
		void fail() {
			this.cairn.event("work.begun").publish();
			throw new IllegalStateException("fails");
		}

	}

}
