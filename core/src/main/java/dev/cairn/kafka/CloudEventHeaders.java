package dev.cairn.kafka;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.encoding.MessageEncoder;
import org.apache.kafka.common.header.Headers;

/**
 * Writes the attributes of a message as headers: CloudEvents 1.0 in the binary mode of
 * its Kafka binding, and the {@code traceparent} of W3C Trace Context.
 */
final class CloudEventHeaders {

	private CloudEventHeaders() {
	}

	static void write(Message message, Headers headers) {
		add(headers, "ce_specversion", "1.0");
		add(headers, "ce_id", message.id());
		add(headers, "ce_type", message.type());
		add(headers, "ce_source", source(message.origin().service()));
		add(headers, "ce_time", MessageEncoder.timestamp(message.timestamp()));
		add(headers, "content-type", "application/json");
		Trace trace = message.trace();
		if (trace != null) {
			add(headers, "traceparent", trace.traceparent());
		}
	}

	/** The source is a URI reference; a service may have any name. */
	private static String source(String service) {
		return "/" + URLEncoder.encode(service, StandardCharsets.UTF_8).replace("+", "%20");
	}

	private static void add(Headers headers, String name, String value) {
		headers.add(name, value.getBytes(StandardCharsets.UTF_8));
	}

}
