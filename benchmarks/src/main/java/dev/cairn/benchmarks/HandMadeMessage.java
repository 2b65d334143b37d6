package dev.cairn.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The message that Cairn sends for an order, as one would write it without Cairn.
 *
 * @param envelope the JSON
 * @param headers the attributes of CloudEvents
 */
record HandMadeMessage(Map<String, Object> envelope, Map<String, byte[]> headers) {

	static HandMadeMessage of(OrderPlaced order) {
		String id = UUID.randomUUID().toString();
		Instant now = Instant.now();
		return new HandMadeMessage(envelope(id, now, order), headers(id, now));
	}

	private static Map<String, Object> envelope(String id, Instant now, OrderPlaced order) {
		Map<String, Object> envelope = new LinkedHashMap<>();
		envelope.put("id", id);
		envelope.put("type", "order.placed");
		envelope.put("timestamp", now);
		envelope.put("logger", "shop");
		envelope.put("severity", 6);
		envelope.put("payload", "");
		envelope.put("fields", fields(order));
		envelope.put("env_version", "1.0");
		envelope.put("service", "shop");
		envelope.put("environment", "benchmark");
		envelope.put("release", "1.0.0");
		envelope.put("hostname", "localhost");
		envelope.put("pid", 1L);
		return envelope;
	}

	private static Map<String, Object> fields(OrderPlaced order) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("order_id", order.orderId());
		fields.put("customer_id", order.customerId());
		fields.put("total", order.total());
		fields.put("currency", order.currency());
		fields.put("items", order.items());
		return fields;
	}

	private static Map<String, byte[]> headers(String id, Instant now) {
		Map<String, byte[]> headers = new LinkedHashMap<>();
		headers.put("ce_specversion", bytes("1.0"));
		headers.put("ce_id", bytes(id));
		headers.put("ce_type", bytes("order.placed"));
		headers.put("ce_source", bytes("/shop"));
		headers.put("ce_time", bytes(now.toString()));
		headers.put("content-type", bytes("application/json"));
		return headers;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
