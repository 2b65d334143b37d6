package dev.cairn.integration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import brave.handler.MutableSpan;
import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.LogEntry;
import dev.cairn.Message;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.context.UnitOfWork.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.listener.JobExecutionListener;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemProcessor;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jobs of Spring Batch with a database.
 */
@ParameterizedClass
@ValueSource(strings = { BatchTests.WITH_TRACER, Service.WITHOUT_TRACER })
class BatchTests {

	static final String WITH_TRACER = "management.tracing.sampling.probability=1";

	private static Service service;

	@Parameter
	private String tracing;

	@BeforeParameterizedClassInvocation
	static void start(String tracing) {
		service = start(new String[] { tracing });
	}

	private static Service start(String[] properties) {
		return Service.startWithoutWeb(Application.class, ListenerContract.with(properties,
				"spring.batch.jdbc.initialize-schema=always", "cairn.incidents.interval=0"));
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		service.close();
	}

	@BeforeEach
	void forget() {
		service.forget();
		recorder().forget();
		service.bean(JdbcTemplate.class).update("delete from orders");
	}

	@Test
	void aJobAndItsStepsAreUnitsOfWork() throws Exception {
		JobExecution execution = run("greeting");
		assertThat(execution.getExitStatus()).isEqualTo(ExitStatus.COMPLETED);
		UnitOfWork job = unit("greeting");
		UnitOfWork step = unit("greeting.greet");
		assertThat(List.of(job.kind(), step.kind())).containsOnly(UnitOfWork.Kind.TASK);
		assertThat(List.of(job.outcome(), step.outcome())).containsOnly(Outcome.SUCCESS);
		assertThat(job.parent()).isNull();
		assertThat(step.parent()).isSameAs(job);
		assertThat(step.id()).isEqualTo(job.id());
		assertThat(service.messages("greeted")).singleElement().satisfies((event) -> {
			assertThat(event.trace()).isEqualTo(step.trace());
			assertThat(event.fields().get("context")).isEqualTo(Map.of("greeting", "hello"));
		});
		assertThat(recorder().lines)
			.containsExactly(Map.of("traceId", step.id(), "spanId", step.trace().spanId(), "greeting", "hello"));
		assertThat(UnitOfWork.current()).isNull();
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
	}

	@Test
	void aJobAndItsStepsAreSpansWithATracer() throws Exception {
		run("greeting");
		if (this.tracing.equals(WITH_TRACER)) {
			MutableSpan job = service.spans().only("spring.batch.job");
			MutableSpan step = service.spans().only("spring.batch.step");
			assertThat(step.parentId()).isEqualTo(job.id());
			assertThat(unit("greeting.greet").trace().spanId()).isEqualTo(step.id());
		}
		else {
			assertThat(service.spans().all()).isEmpty();
		}
	}

	@Test
	void theListenersOfAStepBelongToIt() throws Exception {
		run("greeting");
		assertThat(service.messages("step.done")).singleElement().satisfies((event) -> {
			assertThat(event.trace().traceId()).isEqualTo(unit("greeting.greet").id());
			assertThat(event.fields().get("context")).isEqualTo(Map.of("greeting", "hello"));
		});
	}

	@Test
	void afterJobBelongsToTheWorkThatHasStartedTheJob() throws Exception {
		run("greeting");
		assertThat(recorder().afterJob).containsExactly(Optional.empty());
	}

	@Test
	void aStepThatIsNoBeanBelongsToItsJob() throws Exception {
		run("inline");
		assertThat(recorder().units).singleElement().satisfies((job) -> {
			assertThat(job.name()).isEqualTo("inline");
			assertThat(service.messages("greeted")).singleElement()
				.satisfies((event) -> assertThat(event.trace()).isEqualTo(job.trace()));
		});
	}

	@Test
	void aJobThatContinuesAfterAFailedStepIsASuccess() throws Exception {
		assertThat(run("recovering").getExitStatus()).isEqualTo(ExitStatus.COMPLETED);
		assertThat(unit("recovering.import").outcome()).isEqualTo(Outcome.FAILURE);
		assertThat(unit("recovering").outcome()).isEqualTo(Outcome.SUCCESS);
		assertThat(incidents()).hasSize(1);
	}

	@Test
	void theFailureOfAStepIsOneIncident() throws Exception {
		JobExecution execution = run("failing");
		assertThat(execution.getExitStatus().getExitCode()).isEqualTo(ExitStatus.FAILED.getExitCode());
		UnitOfWork step = unit("failing.import");
		assertThat(step.outcome()).isEqualTo(Outcome.FAILURE);
		assertThat(unit("failing").outcome()).isEqualTo(Outcome.FAILURE);
		assertThat(incidents()).singleElement().satisfies((incident) -> {
			assertThat(incident.trace().traceId()).isEqualTo(step.id());
			assertThat(incident.fields()).containsEntry("batch_job", "failing")
				.containsEntry("batch_step", "import")
				.containsEntry("batch_execution", execution.getId())
				.containsEntry("handled", false);
			assertThat(incident.thrown()).isExactlyInstanceOf(IllegalStateException.class);
			assertThat(step.incidents()).containsExactly((String) incident.fields().get("error_id"));
			assertThat(recorder().errorId("Encountered an error executing step import in job failing"))
				.isEqualTo(incident.fields().get("error_id"));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "failing", "failing.before6" })
	void theEventsOfAChunkThatIsRolledBackAreDropped(String job) throws Exception {
		long before = rolledBack();
		run(job);
		assertThat(imported()).containsExactly("a", "b");
		assertThat(rows()).containsExactly("a", "b");
		assertThat(rolledBack() - before).isEqualTo(1);
		assertThat(incidents()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "skipping", "skipping.before6" })
	void theEventsOfASkippedItemAreDroppedAndItIsNoFailure(String job) throws Exception {
		long before = rolledBack();
		JobExecution execution = run(job);
		assertThat(execution.getExitStatus()).isEqualTo(ExitStatus.COMPLETED);
		assertThat(imported()).containsExactly("a", "b", "d");
		assertThat(rows()).containsExactly("a", "b", "d");
		assertThat(rolledBack() - before).isEqualTo(2);
		assertThat(incidents()).isEmpty();
		assertThat(unit(job).outcome()).isEqualTo(Outcome.SUCCESS);
		assertThat(unit(job + ".import").outcome()).isEqualTo(Outcome.SUCCESS);
	}

	@Test
	void aRetriedItemIsNoFailureAndItsTransactionDecides() throws Exception {
		run("retrying");
		assertThat(rows()).containsExactly("a", "b", "bad", "bad", "d");
		assertThat(imported()).containsExactly("a", "b", "bad", "bad", "d");
		assertThat(incidents()).isEmpty();
		assertThat(unit("retrying").outcome()).isEqualTo(Outcome.SUCCESS);
	}

	@Test
	void theFailureOfAPartitionIsTheOneIncidentOfAllSteps() throws Exception {
		JobExecution execution = run("partitioned");
		assertThat(execution.getExitStatus().getExitCode()).isEqualTo(ExitStatus.FAILED.getExitCode());
		UnitOfWork manager = unit("partitioned.manager");
		assertThat(manager.outcome()).isEqualTo(Outcome.FAILURE);
		assertThat(Stream.of("good", "bad").map((part) -> unit("partitioned.worker:" + part))).allSatisfy((worker) -> {
			assertThat(worker.parent()).isSameAs(manager);
			assertThat(worker.id()).isEqualTo(manager.id());
		}).extracting(UnitOfWork::outcome).containsExactly(Outcome.SUCCESS, Outcome.FAILURE);
		assertThat(incidents()).singleElement().satisfies((incident) -> {
			assertThat(incident.fields()).containsEntry("batch_step", "worker:bad");
			assertThat(incident.trace().traceId()).isEqualTo(manager.id());
		});
	}

	@Test
	void theFailureOfAJobWithinAJobIsOneIncident() throws Exception {
		run("outer");
		assertThat(unit("outer").outcome()).isEqualTo(Outcome.FAILURE);
		assertThat(unit("failing").parent()).isSameAs(unit("outer.inner"));
		assertThat(incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.fields()).containsEntry("batch_job", "failing"));
	}

	@Test
	void theItemsOfAStepWithThreadsBelongToIt() throws Exception {
		run("concurrent");
		UnitOfWork step = unit("concurrent.import");
		assertThat(step.outcome()).isEqualTo(Outcome.SUCCESS);
		assertThat(service.messages("order.read")).hasSize(4)
			.allSatisfy((event) -> assertThat(event.trace().traceId()).isEqualTo(step.id()));
	}

	@Test
	void aJobThatIsStoppedHasNotFailed() throws Exception {
		assertThat(run("stopped").getExitStatus().getExitCode()).isEqualTo(ExitStatus.STOPPED.getExitCode());
		assertThat(unit("stopped").outcome()).isEqualTo(Outcome.ABORTED);
		assertThat(unit("stopped.stop").outcome()).isEqualTo(Outcome.ABORTED);
		assertThat(incidents()).isEmpty();
	}

	@Test
	void aFailureOutsideOfTheStepsIsOneIncidentOfTheJob() throws Exception {
		run("hostile");
		UnitOfWork job = unit("hostile");
		assertThat(job.outcome()).isEqualTo(Outcome.FAILURE);
		assertThat(incidents()).singleElement().satisfies((incident) -> {
			assertThat(incident.trace().traceId()).isEqualTo(job.id());
			assertThat(incident.fields()).containsEntry("batch_job", "hostile")
				.doesNotContainKey("batch_step")
				.containsEntry("handled", false);
		});
	}

	@Test
	void failuresAreCapturedIfLoggedOnesAreNot() throws Exception {
		try (Service other = start(new String[] { this.tracing, "cairn.errors.logged=none" })) {
			run(other, "failing");
			run(other, "hostile");
			assertThat(other.messages("exception")).extracting((incident) -> incident.fields().get("handled"))
				.containsExactly(false, false);
		}
	}

	private static List<Object> imported() {
		return service.messages("order.imported").stream().map((message) -> message.fields().get("item")).toList();
	}

	private static List<String> rows() {
		return service.bean(JdbcTemplate.class).queryForList("select item from orders order by position", String.class);
	}

	private static long rolledBack() {
		return service.bean(Ledger.class)
			.balances()
			.values()
			.stream()
			.mapToLong((channel) -> channel.dropped().getOrDefault(Ledger.DropReason.ROLLED_BACK, 0L))
			.sum();
	}

	private static JobExecution run(String job) throws Exception {
		return run(service, job);
	}

	private static JobExecution run(Service service, String job) throws Exception {
		return service.bean(JobOperator.class)
			.start(service.bean(Jobs.class).jobs.stream()
				.filter((each) -> each.getName().equals(job))
				.findFirst()
				.orElseThrow(), new JobParametersBuilder().addLong("run", System.nanoTime()).toJobParameters());
	}

	private static UnitOfWork unit(String name) {
		List<UnitOfWork> named = recorder().units.stream().filter((unit) -> unit.name().equals(name)).toList();
		assertThat(named).as(() -> name + " in " + recorder().units).hasSize(1);
		return named.get(0);
	}

	private static List<Message> incidents() {
		return service.messages("exception");
	}

	private static Recorder recorder() {
		return service.bean(Recorder.class);
	}

	/** The signals of Cairn, and the values that the job has read. */
	static final class Recorder implements SignalListener {

		final List<UnitOfWork> units = new CopyOnWriteArrayList<>();

		final List<LogEntry> entries = new CopyOnWriteArrayList<>();

		final List<Map<String, String>> lines = new CopyOnWriteArrayList<>();

		final List<Optional<UnitOfWork>> afterJob = new CopyOnWriteArrayList<>();

		@Override
		public void unitEnded(UnitOfWork unit) {
			this.units.add(unit);
		}

		@Override
		public void logged(LogEntry entry, @Nullable UnitOfWork unit) {
			this.entries.add(entry);
		}

		@Nullable Object errorId(String text) {
			return this.entries.stream()
				.filter((entry) -> entry.text().equals(text))
				.findFirst()
				.orElseThrow()
				.bindings()
				.get(LogEntry.ERROR_ID);
		}

		void forget() {
			this.units.clear();
			this.entries.clear();
			this.lines.clear();
			this.afterJob.clear();
		}

	}

	record Jobs(List<Job> jobs) {
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = R2dbcAutoConfiguration.class)
	static class Application {

		@Bean
		Recorder recorder() {
			return new Recorder();
		}

		@Bean
		Jobs jobs(ObjectProvider<Job> jobs) {
			return new Jobs(jobs.stream().toList());
		}

		@Bean
		Orders orders(JdbcTemplate jdbc, Cairn cairn) {
			return new Orders(jdbc, cairn);
		}

		@Bean
		SimpleAsyncTaskExecutor workers() {
			return new SimpleAsyncTaskExecutor("worker-");
		}

		@Bean
		Items items() {
			return new Items();
		}

		@Bean
		Job greeting(JobRepository repository, Step greet, Recorder recorder) {
			return new JobBuilder("greeting", repository).listener(new JobExecutionListener() {

				@Override
				public void afterJob(JobExecution execution) {
					recorder.afterJob.add(Optional.ofNullable(UnitOfWork.current()));
				}

			}).start(greet).build();
		}

		@Bean
		Job inline(JobRepository repository, PlatformTransactionManager transactions, Cairn cairn) {
			return new JobBuilder("inline", repository)
				.start(new StepBuilder("greet", repository).tasklet((contribution, context) -> {
					cairn.event("greeted").publish();
					return RepeatStatus.FINISHED;
				}, transactions).build())
				.build();
		}

		@Bean
		Job recovering(JobRepository repository, Step failingImport, Step greet) {
			return new JobBuilder("recovering", repository).start(failingImport).on("FAILED").to(greet).end().build();
		}

		@Bean
		Step greet(JobRepository repository, PlatformTransactionManager transactions, Cairn cairn, Recorder recorder) {
			return new StepBuilder("greet", repository).tasklet((contribution, context) -> {
				cairn.bind("greeting", "hello");
				cairn.event("greeted").publish();
				recorder.lines.add(MDC.getCopyOfContextMap());
				return RepeatStatus.FINISHED;
			}, transactions).listener(new StepExecutionListener() {

				@Override
				public @Nullable ExitStatus afterStep(StepExecution execution) {
					cairn.event("step.done").publish();
					return null;
				}

			}).build();
		}

		@Bean
		Job failing(JobRepository repository, Step failingImport) {
			return new JobBuilder("failing", repository).start(failingImport).build();
		}

		@Bean
		Step failingImport(JobRepository repository, PlatformTransactionManager transactions, Items items,
				Orders orders) {
			return new StepBuilder("import", repository).<String, String>chunk(2)
				.transactionManager(transactions)
				.reader(items)
				.writer(orders.failing())
				.build();
		}

		@Bean
		Job failingBefore6(JobRepository repository, Step failingImportBefore6) {
			return new JobBuilder("failing.before6", repository).start(failingImportBefore6).build();
		}

		@Bean
		@SuppressWarnings("removal")
		Step failingImportBefore6(JobRepository repository, PlatformTransactionManager transactions, Items items,
				Orders orders) {
			return new StepBuilder("import", repository).<String, String>chunk(2, transactions)
				.reader(items)
				.writer(orders.failing())
				.build();
		}

		@Bean
		Job skipping(JobRepository repository, Step skippingImport) {
			return new JobBuilder("skipping", repository).start(skippingImport).build();
		}

		@Bean
		Step skippingImport(JobRepository repository, PlatformTransactionManager transactions, Items items,
				Orders orders) {
			return new StepBuilder("import", repository).<String, String>chunk(2)
				.transactionManager(transactions)
				.reader(items)
				.writer(orders.failing())
				.faultTolerant()
				.skip(IllegalStateException.class)
				.skipLimit(5)
				.build();
		}

		@Bean
		Job skippingBefore6(JobRepository repository, Step skippingImportBefore6) {
			return new JobBuilder("skipping.before6", repository).start(skippingImportBefore6).build();
		}

		@Bean
		@SuppressWarnings("removal")
		Step skippingImportBefore6(JobRepository repository, PlatformTransactionManager transactions, Items items,
				Orders orders) {
			return new StepBuilder("import", repository).<String, String>chunk(2, transactions)
				.reader(items)
				.writer(orders.failing())
				.faultTolerant()
				.skip(IllegalStateException.class)
				.skipLimit(5)
				.build();
		}

		@Bean
		Job retrying(JobRepository repository, Step retryingImport) {
			return new JobBuilder("retrying", repository).start(retryingImport).build();
		}

		@Bean
		Step retryingImport(JobRepository repository, PlatformTransactionManager transactions, Items items,
				Orders orders) {
			return new StepBuilder("import", repository).<String, String>chunk(2)
				.transactionManager(transactions)
				.reader(items)
				.writer(orders.failingOnce())
				.faultTolerant()
				.retry(IllegalStateException.class)
				.retryLimit(2)
				.build();
		}

		@Bean
		Job concurrent(JobRepository repository, Step concurrentImport) {
			return new JobBuilder("concurrent", repository).start(concurrentImport).build();
		}

		@Bean
		Step concurrentImport(JobRepository repository, PlatformTransactionManager transactions, Items items,
				Orders orders, SimpleAsyncTaskExecutor workers) {
			return new StepBuilder("import", repository).<String, String>chunk(2)
				.transactionManager(transactions)
				.reader(items)
				.processor(orders.reading())
				.writer((chunk) -> {
				})
				.taskExecutor(workers)
				.build();
		}

		@Bean
		Job partitioned(JobRepository repository, Step manager) {
			return new JobBuilder("partitioned", repository).start(manager).build();
		}

		@Bean
		Step manager(JobRepository repository, Step worker, SimpleAsyncTaskExecutor workers) {
			return new StepBuilder("manager", repository)
				.partitioner("worker", (size) -> Map.of("good", new ExecutionContext(), "bad", new ExecutionContext()))
				.step(worker)
				.taskExecutor(workers)
				.build();
		}

		@Bean
		Step worker(JobRepository repository, PlatformTransactionManager transactions) {
			return new StepBuilder("worker", repository).tasklet((contribution, context) -> {
				if (context.getStepContext().getStepName().endsWith("bad")) {
					throw new IllegalStateException("no order bad");
				}
				return RepeatStatus.FINISHED;
			}, transactions).build();
		}

		@Bean
		Job outer(JobRepository repository, Step inner) {
			return new JobBuilder("outer", repository).start(inner).build();
		}

		@Bean
		Step inner(JobRepository repository, Job failing, JobOperator operator) {
			return new StepBuilder("inner", repository).job(failing)
				.operator(operator)
				.parametersExtractor((job, execution) -> execution.getJobParameters())
				.build();
		}

		@Bean
		Job stopped(JobRepository repository, Step stop) {
			return new JobBuilder("stopped", repository).start(stop).build();
		}

		@Bean
		Step stop(JobRepository repository, PlatformTransactionManager transactions) {
			return new StepBuilder("stop", repository).tasklet((contribution, context) -> {
				contribution.getStepExecution().setTerminateOnly();
				return RepeatStatus.CONTINUABLE;
			}, transactions).build();
		}

		@Bean
		Job hostile(JobRepository repository, Step greet) {
			return new JobBuilder("hostile", repository).listener(new JobExecutionListener() {

				@Override
				public void beforeJob(JobExecution execution) {
					throw new IllegalStateException("no job");
				}

			}).start(greet).build();
		}

	}

	/** Four orders, one of which cannot be written. */
	static final class Items implements ItemStreamReader<String> {

		private Iterator<String> items = Collections.emptyIterator();

		@Override
		public void open(ExecutionContext context) {
			this.items = List.of("a", "b", "bad", "d").iterator();
		}

		@Override
		public @Nullable String read() {
			return this.items.hasNext() ? this.items.next() : null;
		}

	}

	/** Writes orders into a table, with an event each. */
	static final class Orders {

		private final JdbcTemplate jdbc;

		private final Cairn cairn;

		private final AtomicInteger position = new AtomicInteger();

		Orders(JdbcTemplate jdbc, Cairn cairn) {
			this.jdbc = jdbc;
			this.cairn = cairn;
			jdbc.execute("create table orders (item varchar(10), position int)");
		}

		private void write(String item) {
			this.jdbc.update("insert into orders values (?, ?)", item, this.position.getAndIncrement());
			this.cairn.event("order.imported").field("item", item).publish();
		}

		ItemWriter<String> failing() {
			return (chunk) -> {
				for (String item : chunk) {
					write(item);
					if (item.equals("bad")) {
						throw new IllegalStateException("no order bad");
					}
				}
			};
		}

		ItemWriter<String> failingOnce() {
			List<String> failed = new ArrayList<>();
			return (chunk) -> {
				for (String item : chunk) {
					write(item);
					if (item.equals("bad") && failed.isEmpty()) {
						failed.add(item);
						throw new IllegalStateException("no order bad");
					}
				}
			};
		}

		ItemProcessor<String, String> reading() {
			return (item) -> {
				this.cairn.event("order.read").publish();
				return item;
			};
		}

	}

}
