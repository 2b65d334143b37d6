package dev.cairn.sample.shop;

import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.scheduling.annotation.Async;
import org.springframework.web.client.RestClient;

/**
 * Requests a parcel for each order, and waits for it to leave the warehouse.
 */
class ShippingService {

	private static final Logger logger = LoggerFactory.getLogger(ShippingService.class);

	private final RestClient warehouse;

	private final OrderService orders;

	ShippingService(RestClient warehouse, OrderService orders) {
		this.warehouse = warehouse;
		this.orders = orders;
	}

	@Async
	@EventListener
	void request(OrderPlaced placed) {
		Order order = placed.order();
		logger.info("Requesting a parcel");
		this.warehouse.post()
			.uri("/parcels")
			.body(Map.of("orderId", order.id(), "quantity", order.quantity()))
			.retrieve()
			.toBodilessEntity();
	}

	@KafkaListener(topics = "parcels")
	void shipped(ConsumerRecord<String, String> parcel) {
		this.orders.ship(Long.parseLong(parcel.key()), parcel.value());
	}

}
