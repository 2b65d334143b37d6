package dev.cairn.wholeprocess.byhand;

import dev.cairn.wholeprocess.OrderPlaced;
import dev.cairn.wholeprocess.Orders;
import dev.cairn.wholeprocess.Shop;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * The shop with the telemetry that a team wires by hand.
 */
@SpringBootApplication
@Import(Shop.class)
public class ByHandApplication {

	/**
	 * Start it.
	 * @param args properties
	 */
	public static void main(String[] args) {
		SpringApplication.run(ByHandApplication.class, args);
	}

	@Bean
	Orders orders(KafkaTemplate<String, OrderPlaced> kafka, @Value("${shop.events}") boolean events,
			@Value("${shop.topic}") String topic) {
		if (!events) {
			return (order) -> {
			};
		}
		return (order) -> kafka.send(topic, Long.toString(order.orderId()), order);
	}

}
