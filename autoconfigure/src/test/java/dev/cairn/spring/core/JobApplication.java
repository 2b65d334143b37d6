package dev.cairn.spring.core;

import java.io.IOException;

import dev.cairn.Cairn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * A job that publishes events, and then ends in the way of the property {@code end}.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(JobApplication.JobRunner.class)
public class JobApplication {

	static final int EVENTS = 2000;

	private static final Logger logger = LoggerFactory.getLogger("com.example.Job");

	public static void main(String[] arguments) {
		SpringApplication application = new SpringApplicationBuilder(JobApplication.class).web(WebApplicationType.NONE)
			.build();
		if (String.join("", arguments).contains(".code")) {
			System.exit(SpringApplication.exit(application.run(arguments)));
		}
		application.run(arguments);
	}

	static class JobRunner implements ApplicationRunner, ExitCodeGenerator {

		private final Cairn cairn;

		private final String end;

		JobRunner(Cairn cairn, @Value("${end}") String end) {
			this.cairn = cairn;
			this.end = end;
		}

		@Override
		public void run(ApplicationArguments arguments) throws IOException {
			for (int i = 0; i < EVENTS; i++) {
				this.cairn.event("job.item").field("item", i).publish();
			}
			switch (this.end) {
				case "exits" -> System.exit(3);
				case "throws" -> throw new IOException("no input");
				case "throws.code" -> throw new ApplicationStartTests.FailureWithCode();
				case "logs.code" -> logger.error("no input", new IOException("no input"));
				default -> logger.info("done");
			}
		}

		@Override
		public int getExitCode() {
			return 7;
		}

	}

}
