package dev.cairn.console;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.LogEntry;
import dev.cairn.internal.Text;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * An entry of the log within a unit of work. It holds texts only, because the arguments
 * may be of any size, and may change.
 */
record LogLine(long nanos, Instant time, Level level, String logger, String thread, String text,
		Map<String, String> values, @Nullable String thrown) {

	static LogLine of(LogEntry entry) {
		Map<String, String> values = new LinkedHashMap<>();
		entry.keyValues()
			.forEach((key, value) -> values.put(Text.cut(key, Timeline.MAX_NAME),
					Text.cut(Text.of(value), Timeline.MAX_TEXT)));
		Throwable thrown = entry.throwable();
		return new LogLine(System.nanoTime(), entry.time(), entry.level(), Text.cut(entry.logger(), Timeline.MAX_NAME),
				Text.cut(entry.thread(), Timeline.MAX_NAME), Text.cut(entry.text(), Timeline.MAX_TEXT), values,
				(thrown != null) ? describe(thrown) : null);
	}

	static String describe(Throwable thrown) {
		String message = Throwables.message(thrown);
		String type = thrown.getClass().getName();
		return Text.cut((message != null) ? type + ": " + message : type, Timeline.MAX_TEXT);
	}

	int weight() {
		return 2 * Weights.OBJECT + Weights.of(this.text) + Weights.of(this.values) + Weights.of(this.thrown);
	}

	boolean isWarning() {
		return this.level.toInt() >= Level.WARN.toInt();
	}

}
