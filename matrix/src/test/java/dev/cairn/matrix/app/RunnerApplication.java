package dev.cairn.matrix.app;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Takes two orders, fails at the second, and ends.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(Orders.class)
public class RunnerApplication {

	public static void main(String[] arguments) {
		SpringApplication.run(RunnerApplication.class, arguments);
	}

	@Bean
	ApplicationRunner runner(Orders orders) {
		return (arguments) -> {
			orders.place(7);
			orders.place(-1);
		};
	}

}
