package dev.cairn.engine;

import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonGeneratorDelegate;

/**
 * The JSON of an object, as the application writes it. Writing ends when an object
 * contains itself, or the JSON is too deep or too long, or takes too long. What was
 * written until then is kept.
 */
final class BoundedJson extends JsonGeneratorDelegate {

	private static final JsonFactory JSON = JsonFactory.builder().build();

	private static final long MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

	private final BiConsumer<JsonGenerator, Object> mapper;

	private final BoundedText text;

	private final int maxDepth;

	/**
	 * When the first object was entered: the mapper may have to be initialized before.
	 */
	private long start;

	/** The objects and lists that are being written, the innermost last. */
	private final List<@Nullable Object> path = new ArrayList<>();

	private @Nullable Throwable failure;

	private BoundedJson(BiConsumer<JsonGenerator, Object> mapper, BoundedText text, int maxDepth) {
		super(JSON.createGenerator(ObjectWriteContext.empty(), text));
		this.mapper = mapper;
		this.text = text;
		this.maxDepth = maxDepth;
	}

	static BoundedJson of(Object value, BiConsumer<JsonGenerator, Object> mapper, int maxDepth, int maxLength) {
		BoundedJson json = new BoundedJson(mapper, new BoundedText(maxLength), maxDepth);
		try {
			mapper.accept(json, value);
			json.flush();
		}
		catch (Throwable ex) {
			json.failed(ex);
		}
		return json;
	}

	private void failed(Throwable ex) {
		this.failure = ex;
		try {
			flush();
		}
		catch (RuntimeException full) {
			// What fits was written
		}
	}

	/** Returns why the JSON is incomplete, {@code null} if it is complete. */
	@Nullable Throwable failure() {
		return this.failure;
	}

	int length() {
		return this.text.text.length();
	}

	/** Returns a parser of the JSON, which ends in the middle if it is incomplete. */
	JsonParser parser() {
		return JSON.createParser(ObjectReadContext.empty(), this.text.toString());
	}

	private void enter(@Nullable Object container) {
		this.start = (this.start != 0) ? this.start : System.nanoTime();
		checkTime();
		String end = (this.path.size() >= this.maxDepth) ? ValueCopier.TOO_DEEP : null;
		for (Object ancestor : this.path) {
			end = (container != null && ancestor == container) ? ValueCopier.CIRCULAR : end;
		}
		if (end != null) {
			writeString(end);
			throw new LimitExceededException();
		}
		this.path.add(container);
	}

	private void checkTime() {
		if (System.nanoTime() - this.start > MAX_NANOS) {
			throw new LimitExceededException();
		}
	}

	@Override
	public JsonGenerator writeStartObject() {
		return writeStartObject(null);
	}

	@Override
	public JsonGenerator writeStartObject(@Nullable Object current) {
		enter(current);
		this.delegate.writeStartObject(current);
		return this;
	}

	@Override
	public JsonGenerator writeStartObject(@Nullable Object current, int size) {
		return writeStartObject(current);
	}

	@Override
	public JsonGenerator writeEndObject() {
		this.path.remove(this.path.size() - 1);
		return super.writeEndObject();
	}

	@Override
	public JsonGenerator writeStartArray() {
		return writeStartArray(null);
	}

	@Override
	public JsonGenerator writeStartArray(@Nullable Object current) {
		enter(current);
		this.delegate.writeStartArray(current);
		return this;
	}

	@Override
	public JsonGenerator writeStartArray(@Nullable Object current, int size) {
		return writeStartArray(current);
	}

	@Override
	public JsonGenerator writeEndArray() {
		this.path.remove(this.path.size() - 1);
		return super.writeEndArray();
	}

	@Override
	public JsonGenerator writeName(String name) {
		checkTime();
		return super.writeName(name);
	}

	@Override
	public JsonGenerator writeName(SerializableString name) {
		checkTime();
		return super.writeName(name);
	}

	@Override
	public JsonGenerator writePOJO(@Nullable Object value) {
		if (value == null) {
			return writeNull();
		}
		this.mapper.accept(this, value);
		return this;
	}

	/** A text that takes as much as fits. */
	private static final class BoundedText extends Writer {

		private final int maxLength;

		private final StringBuilder text = new StringBuilder();

		BoundedText(int maxLength) {
			this.maxLength = maxLength;
		}

		@Override
		public void write(char[] chars, int offset, int length) {
			int room = this.maxLength - this.text.length();
			this.text.append(chars, offset, Math.min(length, room));
			if (length > room) {
				throw new LimitExceededException();
			}
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

		@Override
		public String toString() {
			return this.text.toString();
		}

	}

	/** Ends the writing. */
	private static final class LimitExceededException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		LimitExceededException() {
			super("the JSON is too large", null, false, false);
		}

	}

}
