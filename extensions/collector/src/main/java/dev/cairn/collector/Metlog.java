package dev.cairn.collector;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Translates Metlog's envelope, version 0.8, into that of Cairn. A time without a zone is
 * in UTC, as Metlog's clients write it.
 */
final class Metlog {

	private static final String VERSION = "0.8";

	private Metlog() {
	}

	static Map<String, @Nullable Object> translate(Map<String, @Nullable Object> values) {
		if (!VERSION.equals(values.get("env_version"))) {
			return values;
		}
		Map<String, @Nullable Object> message = new LinkedHashMap<>(values);
		message.remove("env_version");
		if (message.containsKey("metlog_hostname")) {
			message.put("hostname", message.remove("metlog_hostname"));
		}
		if (message.containsKey("metlog_pid")) {
			message.put("pid", message.remove("metlog_pid"));
		}
		if (message.get("timestamp") instanceof String time && time.matches(".*T[0-9:.]+")) {
			message.put("timestamp", time + "Z");
		}
		if (message.containsKey("logger") && !message.containsKey("service")) {
			// It has no other name of who speaks
			message.put("service", message.get("logger"));
		}
		return message;
	}

}
