package dev.cairn;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * One call to a logger, independent of the logging system. Immutable, provided that the
 * arguments are.
 *
 * @param time the time of the call
 * @param level the level
 * @param logger the name of the logger
 * @param thread the name of the calling thread
 * @param template the message before its placeholders are replaced
 * @param arguments the values of the placeholders
 * @param formatter formats the message
 * @param keyValues the key-value pairs of the call
 * @param bindings the diagnostic context (MDC) of the calling thread
 * @param throwable the throwable that was logged, or {@code null}
 */
public record LogEntry(Instant time, Level level, String logger, String thread, String template,
		List<@Nullable Object> arguments, Supplier<String> formatter, Map<String, @Nullable Object> keyValues,
		Map<String, String> bindings, @Nullable Throwable throwable) {

	/**
	 * The key under which the diagnostic context of an entry holds the id of its
	 * incident.
	 */
	public static final String ERROR_ID = "errorId";

	public LogEntry {
		Objects.requireNonNull(time, "time must not be null");
		Objects.requireNonNull(level, "level must not be null");
		Objects.requireNonNull(logger, "logger must not be null");
		Objects.requireNonNull(thread, "thread must not be null");
		Objects.requireNonNull(template, "template must not be null");
		Objects.requireNonNull(formatter, "formatter must not be null");
		arguments = Collections.unmodifiableList(arguments);
		keyValues = Collections.unmodifiableMap(keyValues);
		bindings = Collections.unmodifiableMap(bindings);
	}

	/**
	 * Returns the message with its placeholders replaced. The message is formatted when
	 * this method is called.
	 * @return the formatted message
	 */
	public String text() {
		return this.formatter.get();
	}

	/**
	 * Returns this entry with another text, and without arguments.
	 * @param text the text
	 * @return the changed entry
	 */
	public LogEntry withText(String text) {
		Objects.requireNonNull(text, "text must not be null");
		return new LogEntry(this.time, this.level, this.logger, this.thread, text, List.of(), () -> text,
				this.keyValues, this.bindings, this.throwable);
	}

	/**
	 * Returns this entry with another level, which does not decide whether it is written.
	 * @param changed the level
	 * @return the changed entry
	 */
	public LogEntry withLevel(Level changed) {
		Objects.requireNonNull(changed, "level must not be null");
		return new LogEntry(this.time, changed, this.logger, this.thread, this.template, this.arguments, this.formatter,
				this.keyValues, this.bindings, this.throwable);
	}

	/**
	 * Returns this entry with a key-value, which replaces one with the same key.
	 * @param key the key
	 * @param value the value
	 * @return the changed entry
	 */
	public LogEntry with(String key, @Nullable Object value) {
		Objects.requireNonNull(key, "key must not be null");
		Map<String, @Nullable Object> changed = new LinkedHashMap<>(this.keyValues);
		changed.put(key, value);
		return withValues(changed, this.bindings);
	}

	/**
	 * Returns this entry without a key-value, or a value of the diagnostic context.
	 * @param key the key
	 * @return the changed entry
	 */
	public LogEntry without(String key) {
		Map<String, @Nullable Object> changed = new LinkedHashMap<>(this.keyValues);
		Map<String, String> rest = new LinkedHashMap<>(this.bindings);
		changed.remove(key);
		rest.remove(key);
		return withValues(changed, rest);
	}

	/**
	 * Returns this entry with more values in the diagnostic context.
	 * @param further the values by key
	 * @return the changed entry
	 */
	public LogEntry withBindings(Map<String, String> further) {
		Map<String, String> all = new LinkedHashMap<>(this.bindings);
		all.putAll(further);
		return withValues(this.keyValues, all);
	}

	private LogEntry withValues(Map<String, @Nullable Object> changed, Map<String, String> context) {
		return new LogEntry(this.time, this.level, this.logger, this.thread, this.template, this.arguments,
				this.formatter, changed, context, this.throwable);
	}

	/**
	 * Returns this entry with another throwable.
	 * @param changed the throwable, or {@code null} for none
	 * @return the changed entry
	 */
	public LogEntry withThrowable(@Nullable Throwable changed) {
		return new LogEntry(this.time, this.level, this.logger, this.thread, this.template, this.arguments,
				this.formatter, this.keyValues, this.bindings, changed);
	}

	public boolean isAtLeast(Level least) {
		return this.level.toInt() >= least.toInt();
	}

}
