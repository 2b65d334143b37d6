package dev.cairn.sample;

import dev.cairn.Cairn;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableAsync;

/**
 * The shop.
 */
@EnableAsync
@SpringBootApplication
public class ShopApplication {

	/**
	 * Starts the shop.
	 * @param args properties, such as {@code --spring.profiles.active=demo}
	 */
	public static void main(String[] args) {
		SpringApplication.run(ShopApplication.class, args);
	}

	/**
	 * Replaces Cairn if it is disabled, so that the shop can still be started.
	 */
	@Bean
	@ConditionalOnBooleanProperty(name = "cairn.enabled", havingValue = false)
	Cairn noCairn() {
		return Cairn.noop();
	}

}
