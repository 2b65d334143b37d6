package dev.cairn.spring.core;

import java.util.function.BiFunction;

import dev.cairn.ApplicationFrames;
import dev.cairn.Redactor;
import dev.cairn.encoding.MessageEncoder;

/**
 * The format in which a sink writes messages.
 */
public enum Encoding {

	/** Cairn's own envelope. */
	CAIRN(MessageEncoder::cairn),
	/** Metlog's envelope, version 0.8. */
	METLOG(MessageEncoder::metlog);

	private final BiFunction<Redactor, ApplicationFrames, MessageEncoder> encoder;

	Encoding(BiFunction<Redactor, ApplicationFrames, MessageEncoder> encoder) {
		this.encoder = encoder;
	}

	public MessageEncoder encoder(Redactor redactor, ApplicationFrames application) {
		return this.encoder.apply(redactor, application);
	}

}
