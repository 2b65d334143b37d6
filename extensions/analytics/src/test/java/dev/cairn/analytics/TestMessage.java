package dev.cairn.analytics;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A message of the tests.
 *
 * @param id the id
 * @param type the type
 * @param time the time
 * @param release the release
 * @param fields the fields
 */
record TestMessage(String id, String type, Instant time, @Nullable String release, Map<String, Object> fields) {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
		.withZone(ZoneOffset.UTC);

	/**
	 * A message whose fields are pairs of names and values; those that are null are left
	 * out.
	 */
	static TestMessage of(String type, Instant time, @Nullable Object... fields) {
		Map<String, Object> all = new LinkedHashMap<>();
		for (int i = 0; i < fields.length; i += 2) {
			Object value = fields[i + 1];
			if (value != null) {
				all.put(String.valueOf(fields[i]), value);
			}
		}
		return new TestMessage(Message.newId(time), type, time, "1.0", all);
	}

	TestMessage release(@Nullable String name) {
		return new TestMessage(this.id, this.type, this.time, name, this.fields);
	}

	@Nullable String text(String field) {
		Object value = this.fields.get(field);
		return (value != null) ? value.toString() : null;
	}

	@Nullable String visitor() {
		return text("visitor");
	}

	@Nullable String user() {
		return text("user_id");
	}

	boolean isRobot() {
		return "robot".equals(text("device_class"));
	}

	LocalDate day() {
		return LocalDate.ofInstant(this.time, ZoneOffset.UTC);
	}

	/** The number of messages that this one stands for. */
	double weight() {
		double rate = (this.fields.get("rate") instanceof Double number) ? number : 1;
		int count = (this.type.equals("exception") && this.fields.get("count") instanceof Integer number) ? number : 1;
		return count / rate;
	}

	String json() {
		Map<String, Object> message = new LinkedHashMap<>();
		message.put("id", this.id);
		message.put("type", this.type);
		message.put("timestamp", TIME.format(this.time));
		message.put("logger", "shop");
		message.put("severity", 6);
		message.put("payload", "");
		message.put("fields", this.fields);
		message.put("env_version", "1.0");
		message.put("service", "shop");
		if (this.release != null) {
			message.put("release", this.release);
		}
		message.put("hostname", "vm");
		message.put("pid", 7);
		return JSON.writeValueAsString(message);
	}

}
