package dev.cairn.encoding;

import java.io.ByteArrayOutputStream;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The buffer of a line of JSON with its generator. Both are used for many lines, but for
 * no further one if an exception was thrown before {@link #take}. Not thread-safe.
 */
final class JsonLine extends ByteArrayOutputStream {

	private static final JsonFactory JSON = JsonFactory.builder().rootValueSeparator("").build();

	private static final byte[] EMPTY = {};

	private final JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), this);

	JsonLine() {
		super(0);
	}

	JsonGenerator generator() {
		return this.generator;
	}

	/** Returns the line and begins the next one. */
	byte[] take() {
		this.generator.flush();
		// The generator writes most lines at once
		byte[] line = (this.count == this.buf.length) ? this.buf : toByteArray();
		this.buf = EMPTY;
		this.count = 0;
		return line;
	}

}
