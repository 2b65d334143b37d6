package dev.cairn.wholeprocess.bare;

import dev.cairn.wholeprocess.Orders;
import dev.cairn.wholeprocess.Shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The shop without any telemetry.
 */
@SpringBootApplication
@Import(Shop.class)
public class BareApplication {

	/**
	 * Start it.
	 * @param args properties
	 */
	public static void main(String[] args) {
		SpringApplication.run(BareApplication.class, args);
	}

	@Bean
	Orders orders() {
		return (order) -> {
		};
	}

}
