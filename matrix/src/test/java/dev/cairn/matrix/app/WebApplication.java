package dev.cairn.matrix.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Takes orders by HTTP, with the web framework and the server on its class path.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ Orders.class, OrderController.class })
public class WebApplication {

	public static void main(String[] arguments) {
		SpringApplication.run(WebApplication.class, arguments);
	}

}
