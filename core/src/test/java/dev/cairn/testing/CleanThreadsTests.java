package dev.cairn.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.cairn.Cairn;
import dev.cairn.context.ThreadContext;
import dev.cairn.context.UnitOfWork;
import dev.cairn.engine.CairnBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CleanThreads}.
 */
class CleanThreadsTests {

	private final ExecutorService pool = Executors.newSingleThreadExecutor((task) -> new Thread(task, "pool-of-test"));

	@AfterEach
	void shutDown() {
		this.pool.shutdownNow();
	}

	@Test
	void findsAContextThatIsLeftOnAnotherThread() throws Exception {
		UnitOfWork.Scope scope = this.pool.submit(() -> ThreadContext.enter(ThreadContext.Snapshot.EMPTY)).get();
		assertThat(CleanThreads.left()).containsExactly("pool-of-test: a context");
		this.pool.submit(scope::close).get();
		assertThat(CleanThreads.left()).isEmpty();
	}

	@Test
	void findsAnIdThatIsLeftInTheDiagnosticContextOfAnotherThread() throws Exception {
		CountDownLatch checked = new CountDownLatch(1);
		CountDownLatch logged = new CountDownLatch(1);
		Future<?> task = this.pool.submit(() -> {
			MDC.put("traceId", "0af7651916cd43dd8448eb211c80319c");
			logged.countDown();
			Uninterruptibly.await(checked);
			MDC.remove("traceId");
		});
		Uninterruptibly.await(logged);
		assertThat(CleanThreads.left()).containsExactly("pool-of-test: an id in the diagnostic context");
		checked.countDown();
		task.get();
		assertThat(CleanThreads.left()).isEmpty();
	}

	@Test
	void findsABoundValueThatIsLeftInTheDiagnosticContextOfAnotherThread() throws Exception {
		Cairn cairn = new CairnBuilder(TestMessages.ORIGIN).build().install();
		try {
			cairn.bind("customer", "ann").close();
			CountDownLatch checked = new CountDownLatch(1);
			CountDownLatch logged = new CountDownLatch(1);
			Future<?> task = this.pool.submit(() -> {
				MDC.put("host", "of the application");
				MDC.put("customer", "ann");
				logged.countDown();
				Uninterruptibly.await(checked);
				MDC.remove("customer");
			});
			Uninterruptibly.await(logged);
			assertThat(CleanThreads.left()).containsExactly("pool-of-test: a bound value in the diagnostic context");
			checked.countDown();
			task.get();
			assertThat(CleanThreads.left()).isEmpty();
		}
		finally {
			cairn.close();
		}
	}

}
