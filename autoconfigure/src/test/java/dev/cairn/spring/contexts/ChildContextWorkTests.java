package dev.cairn.spring.contexts;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for executors, runners, asynchronous methods and their failures in a child
 * context whose parent owns Cairn.
 */
class ChildContextWorkTests {

	private ConfigurableApplicationContext child;

	private MemorySink sink;

	@BeforeEach
	void start() {
		this.child = new SpringApplicationBuilder(Parent.class).web(WebApplicationType.NONE)
			.child(Child.class)
			.web(WebApplicationType.NONE)
			.run("--spring.main.banner-mode=off", "--spring.jmx.enabled=false", "--cairn.points.paid.method=work#pay",
					"--cairn.points.paid.type=order.paid");
		this.sink = this.child.getBean(MemorySink.class);
	}

	@AfterEach
	void stop() {
		ConfigurableApplicationContext parent = (ConfigurableApplicationContext) this.child.getParent();
		this.child.close();
		parent.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "childPool", "childJdkPool", "childScheduler", "parentPool" })
	void tasksHaveTheUnitOfWorkOfTheirCaller(String name) throws Exception {
		Executor executor = this.child.getBean(name, Executor.class);
		UnitOfWork caller = caller();
		UnitOfWork task = in(caller, () -> CompletableFuture.supplyAsync(UnitOfWork::current, executor)).join();
		assertThat(task).isSameAs(caller);
		assertThat(CompletableFuture.supplyAsync(UnitOfWork::current, executor).join()).isNull();
	}

	@Test
	void asynchronousCallsAreUnitsOfWorkWithinThatOfTheirCaller() throws Exception {
		UnitOfWork caller = caller();
		UnitOfWork call = in(caller, this.child.getBean(Work.class)::unit).join();
		assertThat(call.parent()).isSameAs(caller);
		assertThat(call.name()).isEqualTo(Work.class.getName() + "#unit");
	}

	@Test
	void theFailureOfAnAsynchronousCallHasItsArguments() throws Exception {
		in(caller(), () -> {
			this.child.getBean(Work.class).fail(7);
			return null;
		});
		RunningApplication.await(() -> !failures().isEmpty());
		assertThat(failures()).hasSize(1);
		assertThat(failures().get(0).fields()).extracting("arguments").asString().contains("7");
	}

	@Test
	void theRunnersOfEachContextAreAUnitOfWorkOfTheirOwn() {
		UnitOfWork ofChild = this.child.getBean(Runner.class).unit;
		UnitOfWork ofParent = this.child.getParent().getBean(CommandLine.class).unit;
		assertThat(ofChild.name()).isEqualTo("application.run");
		assertThat(ofChild.outcome()).isEqualTo(UnitOfWork.Outcome.SUCCESS);
		assertThat(ofParent.name()).isEqualTo("application.run");
		assertThat(ofParent.outcome()).isEqualTo(UnitOfWork.Outcome.SUCCESS);
		assertThat(ofChild.id()).isNotEqualTo(ofParent.id());
	}

	@Test
	void aContextWithoutAutoConfigurationIsLeftAlone() throws Exception {
		try (AnnotationConfigApplicationContext plain = new AnnotationConfigApplicationContext()) {
			plain.setParent(this.child.getParent());
			plain.register(Plain.class);
			plain.refresh();
			Executor executor = plain.getBean("plainPool", Executor.class);
			UnitOfWork task = in(caller(), () -> CompletableFuture.supplyAsync(UnitOfWork::current, executor)).join();
			assertThat(task).isNull();
			assertThat(plain.getBean(Cairn.class)).isSameAs(this.child.getBean(Cairn.class));
		}
	}

	@Test
	void aPointOfTheParentAppliesToTheBeansOfTheChild() {
		this.child.getBean(Work.class).pay();
		assertThat(this.sink.messages()).extracting(Message::type).contains("order.paid");
	}

	private UnitOfWork caller() {
		return this.child.getBean(Signals.class).start(UnitOfWork.Kind.TASK, "caller");
	}

	private static <T> T in(UnitOfWork caller, Callable<T> work) throws Exception {
		try (UnitOfWork.Scope scope = caller.open()) {
			return work.call();
		}
	}

	private List<Message> failures() {
		return SeveralContextsTests.failures(this.sink);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Parent {

		@Bean
		MemorySink memorySink(Accounts ledger) {
			return new MemorySink(ledger.channel("memory"), 1000);
		}

		@Bean
		ThreadPoolTaskExecutor parentPool() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		CommandLine commandLine() {
			return new CommandLine();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class Child {

		@Bean
		ThreadPoolTaskExecutor childPool() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		ExecutorService childJdkPool() {
			return Executors.newSingleThreadExecutor();
		}

		@Bean
		ThreadPoolTaskScheduler childScheduler() {
			return new ThreadPoolTaskScheduler();
		}

		@Bean
		Runner runner() {
			return new Runner();
		}

		@Bean
		Work work() {
			return new Work();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Plain {

		@Bean
		ThreadPoolTaskExecutor plainPool() {
			return new ThreadPoolTaskExecutor();
		}

	}

	static class CommandLine implements CommandLineRunner {

		private UnitOfWork unit;

		@Override
		public void run(String... arguments) {
			this.unit = UnitOfWork.current();
		}

	}

	static class Runner implements ApplicationRunner {

		private UnitOfWork unit;

		@Override
		public void run(ApplicationArguments arguments) {
			this.unit = UnitOfWork.current();
		}

	}

	static class Work {

		void pay() {
		}

		@Async("childPool")
		CompletableFuture<UnitOfWork> unit() {
			return CompletableFuture.completedFuture(UnitOfWork.current());
		}

		@Async("childPool")
		void fail(int order) {
			throw new IllegalStateException("fails");
		}

	}

}
