package dev.cairn.matrix.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

/**
 * Takes orders from Kafka.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ Orders.class, ListenerApplication.OrderListener.class })
public class ListenerApplication {

	public static void main(String[] arguments) {
		SpringApplication.run(ListenerApplication.class, arguments);
	}

	@Bean
	DefaultErrorHandler errorHandler() {
		return new DefaultErrorHandler(new FixedBackOff(0, 0));
	}

	static class OrderListener {

		private final Orders orders;

		OrderListener(Orders orders) {
			this.orders = orders;
		}

		@KafkaListener(topics = "${orders.topic}", groupId = "orders", properties = "auto.offset.reset=earliest")
		void place(String number) {
			this.orders.place(Integer.parseInt(number));
		}

	}

}
