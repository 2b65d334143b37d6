package dev.cairn.collector;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

import dev.cairn.collector.Verdict.Outcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An answer of the collector, independent of the web stack.
 *
 * @param status the status
 * @param headers the headers
 * @param body the body
 */
@SuppressWarnings("ArrayRecordComponent")
record Answer(int status, Map<String, String> headers, byte[] body) {

	private static final JsonFactory JSON = JsonFactory.builder().build();

	private static final Map<String, String> HEADERS = Map.of("Content-Type", "application/json", "Cache-Control",
			"no-store", "X-Content-Type-Options", "nosniff");

	private static final String RETRY_AFTER = "Retry-After";

	private static final String RETRY_SECONDS = "1";

	static Answer refused(RefusedException refusal) {
		Answer answer = new Answer(refusal.status(), HEADERS, json((json) -> {
			json.writeStringProperty("error", refusal.reason());
			writeText(json, "field", refusal.field());
		}));
		return (refusal.retryAfter() > 0) ? answer.with(RETRY_AFTER, String.valueOf(refusal.retryAfter())) : answer;
	}

	/** Answers the question of a browser whether a page may send. */
	static Answer preflight() {
		return new Answer(204, Map.of(), new byte[0]).with("Access-Control-Allow-Methods", "POST")
			.with("Access-Control-Allow-Headers",
					"authorization, content-type, content-encoding, traceparent, x-cairn-key, x-cairn-sent-at")
			.with("Access-Control-Max-Age", "3600");
	}

	/** One answer for each message, in the order of the request. */
	static Answer of(List<Verdict> verdicts) {
		long accepted = count(verdicts, Outcome.ACCEPTED);
		boolean unavailable = count(verdicts, Outcome.UNAVAILABLE) > 0;
		byte[] body = json((json) -> {
			json.writeNumberProperty("accepted", accepted);
			json.writeNumberProperty("refused", verdicts.size() - accepted);
			json.writeName("messages");
			json.writeStartArray();
			verdicts.forEach((verdict) -> write(json, verdict));
			json.writeEndArray();
		});
		Answer answer = new Answer(unavailable ? 503 : (accepted > 0) ? 202 : 400, HEADERS, body);
		return unavailable ? answer.with(RETRY_AFTER, RETRY_SECONDS) : answer;
	}

	private static long count(List<Verdict> verdicts, Outcome outcome) {
		return verdicts.stream().filter((verdict) -> verdict.outcome() == outcome).count();
	}

	private static void write(JsonGenerator json, Verdict verdict) {
		json.writeStartObject();
		writeText(json, "id", verdict.id());
		json.writeStringProperty("status", verdict.outcome().name().toLowerCase(Locale.ROOT));
		writeText(json, "field", verdict.field());
		writeText(json, "reason", verdict.reason());
		json.writeEndObject();
	}

	private static void writeText(JsonGenerator json, String name, @Nullable String text) {
		if (text != null) {
			json.writeStringProperty(name, text);
		}
	}

	private static byte[] json(Consumer<JsonGenerator> content) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
			json.writeStartObject();
			content.accept(json);
			json.writeEndObject();
		}
		return bytes.toByteArray();
	}

	/** Lets pages of an origin read the answer. */
	Answer forOrigin(@Nullable String origin) {
		return (origin != null) ? with("Access-Control-Allow-Origin", origin).with("Vary", "Origin") : this;
	}

	Answer with(String name, String value) {
		Map<String, String> more = new LinkedHashMap<>(this.headers);
		more.put(name, value);
		return new Answer(this.status, more, this.body);
	}

}
