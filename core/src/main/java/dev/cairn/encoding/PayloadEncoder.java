package dev.cairn.encoding;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import dev.cairn.Message;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the bare payload of a message, or its fields as a JSON object if it has none. It
 * is not truncated: what is left would not be the application's own format. Thread-safe.
 */
final class PayloadEncoder implements MessageEncoder {

	private final JsonFactory json = JsonFactory.builder().build();

	@Override
	public Encoded encode(Message message, int maxBytes) throws TooLargeException {
		byte[] bytes = message.payload().isEmpty() ? fields(message)
				: message.payload().replace('\n', ' ').replace('\r', ' ').getBytes(StandardCharsets.UTF_8);
		if (bytes.length > maxBytes) {
			throw new TooLargeException(message.type(), bytes.length, maxBytes);
		}
		return new Encoded(bytes, message.truncated());
	}

	private byte[] fields(Message message) {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		try (JsonGenerator generator = this.json.createGenerator(ObjectWriteContext.empty(), line)) {
			JsonValues.write(generator, message.fields());
		}
		return line.toByteArray();
	}

	@Override
	public String contentType(Message message) {
		String payload = message.payload().stripLeading();
		return (payload.isEmpty() || payload.startsWith("{") || payload.startsWith("[")) ? JSON
				: "text/plain;charset=utf-8";
	}

}
