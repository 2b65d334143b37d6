package dev.cairn.spring.context;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.test.Contexts;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContextAutoConfiguration}.
 */
class ContextAutoConfigurationTests {

	@Test
	void propagatesTheUnitOfWorkToOtherThreads() {
		Contexts.plain().run((context) -> {
			SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
			executor.setTaskDecorator(new ContextPropagatingTaskDecorator());
			UnitOfWork unit = context.getBean(Signals.class).start(UnitOfWork.Kind.TASK, "test");
			try (UnitOfWork.Scope scope = unit.open()) {
				assertThat(executor.submit(UnitOfWork::current).get()).isSameAs(unit);
			}
			assertThat(executor.submit(UnitOfWork::current).get()).isNull();
		});
	}

	@Test
	void restoresTheUnitOfWorkOfTheThread() throws Exception {
		Contexts.plain().run((context) -> {
			ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
			Signals signals = context.getBean(Signals.class);
			UnitOfWork unit = signals.start(UnitOfWork.Kind.TASK, "test");
			Runnable task;
			try (UnitOfWork.Scope scope = unit.open()) {
				task = ContextSnapshotFactory.builder().build().captureAll().wrap(() -> {
				});
			}
			UnitOfWork other = signals.start(UnitOfWork.Kind.TASK, "other");
			@Nullable UnitOfWork after = thread.submit(() -> {
				try (UnitOfWork.Scope scope = other.open()) {
					task.run();
					return UnitOfWork.current();
				}
			}).get();
			thread.shutdown();
			assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
			assertThat(after).isSameAs(other);
		});
	}

	@Test
	void startsWithoutContextPropagation() {
		Contexts.plain()
			.withClassLoader(new FilteredClassLoader(ThreadLocalAccessor.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("cairnFailureContext")
				.doesNotHaveBean("cairnUnitOfWorkAccessor"));
	}

}
