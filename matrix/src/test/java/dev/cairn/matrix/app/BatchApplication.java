package dev.cairn.matrix.app;

import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * A job whose first step takes an order, and whose second step fails.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(Orders.class)
public class BatchApplication {

	public static void main(String[] arguments) {
		System.exit(SpringApplication.exit(SpringApplication.run(BatchApplication.class, arguments)));
	}

	@Bean
	Job orderJob(JobRepository repository, Orders orders) {
		return new JobBuilder("orders", repository).start(step("first", repository, orders, 7))
			.next(step("second", repository, orders, -1))
			.build();
	}

	private static Step step(String name, JobRepository repository, Orders orders, int number) {
		return new StepBuilder(name, repository).tasklet((contribution, chunk) -> {
			orders.place(number);
			return RepeatStatus.FINISHED;
		}).build();
	}

}
