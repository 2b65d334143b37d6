package dev.cairn.soak;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import dev.cairn.Cairn;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.tomcat.TomcatProtocolHandlerCustomizer;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * An application with pools of all kinds.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@EnableAsync
@EnableScheduling
@Import(SoakController.class)
class SoakApplication {

	static final int CLIENTS = 200;

	@Bean
	Witness witness() {
		return new Witness();
	}

	/** The threads of the server, which are no bean. */
	@Bean
	TomcatProtocolHandlerCustomizer<?> serverThreads(Witness witness) {
		return (protocol) -> protocol.setExecutor(Inspected.pool(CLIENTS, witness));
	}

	@Bean
	SoakWork work(Cairn cairn, Witness witness, ExecutorService waiters, ExecutorService queue) {
		return new SoakWork(cairn, witness, waiters, queue);
	}

	/** For tasks that wait until they are cancelled. */
	@Bean
	ExecutorService waiters(Witness witness) {
		return Inspected.around(Executors.newCachedThreadPool(), "waiters", witness);
	}

	/** For tasks that are cancelled before they run. */
	@Bean
	ExecutorService queue(Witness witness) {
		return Inspected.pool(1, witness);
	}

	@Bean
	ExecutorService pool(Witness witness) {
		return Inspected.pool(Inspected.THREADS, witness);
	}

	@Bean
	ExecutorService otherPool(Witness witness) {
		return Inspected.around(Executors.newWorkStealingPool(Inspected.THREADS), "otherPool", witness);
	}

	@Bean
	ScheduledExecutorService scheduledPool(Witness witness) {
		return Inspected.scheduledPool(witness);
	}

	@Bean(name = { "applicationTaskExecutor", "taskExecutor" })
	ThreadPoolTaskExecutor applicationTaskExecutor(Witness witness) {
		return Inspected.taskExecutor(witness);
	}

	@Bean
	ThreadPoolTaskScheduler taskScheduler(Witness witness) {
		return Inspected.taskScheduler(witness);
	}

	@Bean
	SimpleAsyncTaskExecutor virtual(Witness witness) {
		return Inspected.virtual("virtual", witness);
	}

	@Bean
	Hops.Listener listener() {
		return new Hops.Listener();
	}

	@Bean
	Hops hops(ThreadPoolTaskExecutor applicationTaskExecutor, ExecutorService pool, ExecutorService otherPool,
			SimpleAsyncTaskExecutor virtual, ThreadPoolTaskScheduler taskScheduler,
			ScheduledExecutorService scheduledPool, Hops.Listener listener, ApplicationEventPublisher publisher) {
		return new Hops(applicationTaskExecutor, pool, otherPool, virtual, taskScheduler, scheduledPool, listener,
				publisher);
	}

}
