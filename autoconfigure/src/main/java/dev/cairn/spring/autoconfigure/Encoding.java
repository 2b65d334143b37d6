package dev.cairn.spring.autoconfigure;

import java.util.function.Function;

import dev.cairn.Redactor;
import dev.cairn.sink.JsonEncoder;
import dev.cairn.sink.MessageEncoder;

/**
 * The format in which a sink writes messages.
 */
enum Encoding {

	/** Cairn's own envelope. */
	CAIRN(JsonEncoder::cairn),
	/** Metlog's envelope, version 0.8. */
	METLOG(JsonEncoder::metlog);

	private final Function<Redactor, MessageEncoder> encoder;

	Encoding(Function<Redactor, MessageEncoder> encoder) {
		this.encoder = encoder;
	}

	MessageEncoder encoder(Redactor redactor) {
		return this.encoder.apply(redactor);
	}

}
