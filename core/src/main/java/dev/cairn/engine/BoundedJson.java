package dev.cairn.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonGeneratorDelegate;

/**
 * The JSON of an object, as the application writes it. Writing ends when an object
 * contains itself, or the JSON is too deep or too long, or takes too long. The part that
 * was written until then is kept.
 */
final class BoundedJson extends JsonGeneratorDelegate {

	static final String CIRCULAR = "[circular]";

	static final String TOO_DEEP = "[too deep]";

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

	private boolean complete = true;

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
			json.interrupted();
		}
		return json;
	}

	private void interrupted() {
		this.complete = false;
		try {
			flush();
		}
		catch (RuntimeException full) {
			// The part that fits was written
		}
	}

	boolean isComplete() {
		return this.complete;
	}

	int length() {
		return this.text.length();
	}

	/** Reads the value, or the beginning of one whose JSON is incomplete. */
	@Nullable Object read() {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), this.text.toString())) {
			return read(parser, parser.nextToken());
		}
	}

	private static @Nullable Object read(JsonParser json, @Nullable JsonToken token) {
		if (token == null) {
			return null;
		}
		return switch (token) {
			case START_OBJECT -> readObject(json);
			case START_ARRAY -> readList(json);
			case VALUE_STRING -> json.getString();
			case VALUE_NUMBER_INT -> json.getNumberValue();
			case VALUE_NUMBER_FLOAT -> json.getDecimalValue();
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			default -> null;
		};
	}

	private static Map<String, @Nullable Object> readObject(JsonParser json) {
		Map<String, @Nullable Object> object = new LinkedHashMap<>();
		try {
			while (json.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = json.currentName();
				object.put(name, read(json, json.nextToken()));
			}
		}
		catch (JacksonException ex) {
			// The values that were read are kept
		}
		return object;
	}

	private static List<@Nullable Object> readList(JsonParser json) {
		List<@Nullable Object> list = new ArrayList<>();
		try {
			for (JsonToken next = json.nextToken(); next != null
					&& next != JsonToken.END_ARRAY; next = json.nextToken()) {
				list.add(read(json, next));
			}
		}
		catch (JacksonException ex) {
			// The values that were read are kept
		}
		return list;
	}

	private void enter(@Nullable Object container) {
		this.start = (this.start != 0) ? this.start : System.nanoTime();
		checkTime();
		String end = (this.path.size() >= this.maxDepth) ? TOO_DEEP : null;
		for (Object ancestor : this.path) {
			end = (container != null && ancestor == container) ? CIRCULAR : end;
		}
		if (end != null) {
			writeString(end);
			throw new BoundedText.LimitExceededException();
		}
		this.path.add(container);
	}

	private void checkTime() {
		if (System.nanoTime() - this.start > MAX_NANOS) {
			throw new BoundedText.LimitExceededException();
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

}
