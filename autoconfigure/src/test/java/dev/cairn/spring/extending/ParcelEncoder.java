package dev.cairn.spring.extending;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import dev.cairn.Message;
import dev.cairn.encoding.MessageEncoder;

import org.springframework.stereotype.Component;

/**
 * The encoder of the page about extensions.
 */
@Component("parcel")
class ParcelEncoder implements MessageEncoder {

	@Override
	public Encoded encode(Message message, int maxBytes) throws TooLargeException {
		Map<String, ?> fields = message.fields();
		String line = fields.get("order_id") + ";" + ((Number) fields.get("grams")).longValue();
		byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
		if (bytes.length > maxBytes) {
			throw new TooLargeException(message.type(), bytes.length, maxBytes);
		}
		return new Encoded(bytes, false);
	}

	@Override
	public String contentType(Message message) {
		return "text/csv";
	}

}
