package dev.cairn.sample.shop;

import org.apache.kafka.clients.admin.NewTopic;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;
import org.springframework.web.client.RestClient;

/**
 * Ships orders with the warehouse, which is another service.
 */
@Configuration(proxyBeanMethods = false)
@Profile("shipping")
class ShippingConfiguration {

	@Bean
	ShippingService shippingService(RestClient.Builder builder, @Value("${shop.warehouse}") String url,
			OrderService orders) {
		return new ShippingService(builder.baseUrl(url).build(), orders);
	}

	@Bean
	NewTopic parcels() {
		return new NewTopic("parcels", 1, (short) 1);
	}

	/**
	 * A parcel that fails twice is added to the topic {@code parcels-dlt}.
	 */
	@Bean
	CommonErrorHandler deadLetters(KafkaOperations<?, ?> kafka) {
		return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(kafka), new FixedBackOff(0, 1));
	}

}
