package dev.cairn.kafka;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.encoding.MessageEncoder;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes records of messages, with their attributes as headers of CloudEvents 1.0, and the
 * {@code traceparent} of W3C Trace Context. For one thread.
 */
final class KafkaRecords {

	private static final Header SPEC_VERSION = header("ce_specversion", "1.0");

	private static final Header JSON = header("content-type", MessageEncoder.JSON);

	private final Function<Message, KafkaDestination.Address> addresses;

	private final MessageEncoder usual;

	private String service = "";

	private Header source = source("");

	KafkaRecords(Function<Message, KafkaDestination.Address> addresses, MessageEncoder usual) {
		this.addresses = addresses;
		this.usual = usual;
	}

	RecordTemplate template(Message message) {
		return this.addresses.apply(message).template();
	}

	ProducerRecord<byte[], byte[]> rec(Message message, RecordTemplate template, byte[] value) {
		ProducerRecord<byte[], byte[]> rec = new ProducerRecord<>(template.topic(message), null, timestamp(message),
				template.key(message), value);
		addHeaders(message, encoder(template).contentType(message), rec.headers());
		String schema = template.schema(message);
		if (schema != null) {
			rec.headers().add(header("ce_dataschema", schema));
		}
		return rec;
	}

	MessageEncoder encoder(RecordTemplate template) {
		MessageEncoder own = template.encoder();
		return (own != null) ? own : this.usual;
	}

	String topic(Message message) {
		return template(message).topic(message);
	}

	/** Returns the partition, as far as it is known, and the topic. */
	List<String> lanes(Message message, KafkaTopics topics) {
		RecordTemplate template = template(message);
		String topic = template.topic(message);
		Integer partitions = topics.partitions(topic);
		if (partitions == null) {
			return List.of(topic);
		}
		byte[] key = template.key(message);
		return List.of((key != null) ? topic + "-" + Utils.toPositive(Utils.murmur2(key)) % partitions
				: topic + " without a key", topic);
	}

	/**
	 * Brokers refuse records from the future, and with them the whole batch. The value
	 * and {@code ce_time} have the time that the caller has set.
	 */
	private static long timestamp(Message message) {
		return Math.max(0, Math.min(message.timestamp().toEpochMilli(), System.currentTimeMillis()));
	}

	private void addHeaders(Message message, String type, Headers headers) {
		headers.add(SPEC_VERSION);
		headers.add(header("ce_id", message.id()));
		headers.add(header("ce_type", message.type()));
		headers.add(sourceOf(message.origin().service()));
		headers.add("ce_time", MessageEncoder.timestamp(message.timestamp()));
		headers.add(type.equals(MessageEncoder.JSON) ? JSON : header("content-type", type));
		Trace trace = message.trace();
		if (trace != null) {
			headers.add(header(Trace.TRACEPARENT, trace.traceparent()));
		}
		if (message.address() != null) {
			message.address().headers().forEach((name, value) -> headers.add(header(name, value)));
		}
	}

	/** Encoded once: most messages are of one service. */
	private Header sourceOf(String service) {
		if (!this.service.equals(service)) {
			this.service = service;
			this.source = source(service);
		}
		return this.source;
	}

	/** The source is a URI reference; a service may have any name. */
	private static Header source(String service) {
		return header("ce_source", "/" + URLEncoder.encode(service, StandardCharsets.UTF_8).replace("+", "%20"));
	}

	private static Header header(String name, String value) {
		return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
	}

}
