package dev.cairn.matrix.plain;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.kafka.annotation.KafkaListener;

/**
 * An application that listens to Kafka.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class PlainListenerApplication {

	public static void main(String[] arguments) {
		SpringApplication.run(PlainListenerApplication.class, arguments);
	}

	@KafkaListener(topics = "${orders.topic}", groupId = "orders")
	void place(String number) {
	}

}
