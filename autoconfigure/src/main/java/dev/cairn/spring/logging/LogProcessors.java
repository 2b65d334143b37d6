package dev.cairn.spring.logging;

import java.lang.StackWalker.StackFrame;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

import dev.cairn.ApplicationFrames;
import dev.cairn.MessageFields;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Ready-made processors of log entries, to be declared as beans. <pre>
 * &#64;Bean
 * LogProcessor levelNumber() {
 *     return LogProcessors.levelNumber();
 * }
 * </pre>
 */
public final class LogProcessors {

	private static final StackWalker WALKER = StackWalker.getInstance();

	private static final int MAX_FRAMES = 256;

	private static final List<String> LOGGING_SYSTEMS = List.of("org.slf4j.", "ch.qos.logback.", "org.apache.logging.",
			"org.apache.commons.logging.", "java.util.logging.", "org.jboss.logging.");

	private LogProcessors() {
	}

	/**
	 * Adds the time of the entry as text.
	 * @param key the key
	 * @param format the format, with a zone
	 * @return the processor
	 */
	public static LogProcessor timestamp(String key, DateTimeFormatter format) {
		Assert.hasText(key, "'key' must not be empty");
		return (entry) -> entry.with(key, format.format(entry.time()));
	}

	/**
	 * Adds {@code level_number}: 0 (trace), 10, 20 (info), 30 or 40 (error).
	 * @return the processor
	 */
	public static LogProcessor levelNumber() {
		return (entry) -> entry.with("level_number", entry.level().toInt());
	}

	/**
	 * Adds {@code call_site} with the {@code class}, {@code method}, {@code file} and
	 * {@code line} that has called the logger. This takes some microseconds.
	 * @return the processor
	 */
	public static LogProcessor callSite() {
		return (entry) -> {
			Map<String, Object> site = findCallSite();
			return site.isEmpty() ? entry : entry.with(MessageFields.CALL_SITE, site);
		};
	}

	/** The frames of processors come before those of the logging system. */
	private static Map<String, Object> findCallSite() {
		return WALKER.walk((frames) -> frames.limit(MAX_FRAMES)
			.dropWhile((frame) -> !isLogging(frame))
			.dropWhile((frame) -> isLogging(frame) || ApplicationFrames.isCairn(frame.getClassName()))
			.findFirst()
			.map(Throwables::callSite)
			.orElseGet(Map::of));
	}

	private static boolean isLogging(StackFrame frame) {
		return LOGGING_SYSTEMS.stream().anyMatch(frame.getClassName()::startsWith);
	}

	/**
	 * Replaces the placeholders of the text, so that further processors see the text that
	 * will be rendered, and no arguments.
	 * @return the processor
	 */
	public static LogProcessor positionalArguments() {
		return (entry) -> entry.arguments().isEmpty() ? entry : entry.withText(entry.text());
	}

	/**
	 * Renames a key-value, or a value of the diagnostic context, which becomes a
	 * key-value.
	 * @param from the key
	 * @param to the new key
	 * @return the processor
	 */
	public static LogProcessor rename(String from, String to) {
		Assert.hasText(from, "'from' must not be empty");
		Assert.hasText(to, "'to' must not be empty");
		return (entry) -> {
			if (entry.keyValues().containsKey(from)) {
				return entry.without(from).with(to, entry.keyValues().get(from));
			}
			String bound = entry.bindings().get(from);
			return (bound != null) ? entry.without(from).with(to, bound) : entry;
		};
	}

	/**
	 * Replaces the exception of an entry by its stack trace as a text.
	 * @param key the key
	 * @return the processor
	 */
	public static LogProcessor exceptionText(String key) {
		Assert.hasText(key, "'key' must not be empty");
		return (entry) -> {
			Throwable thrown = entry.throwable();
			return (thrown != null) ? entry.withThrowable(null).with(key, Throwables.stackTrace(thrown)) : entry;
		};
	}

	/**
	 * Replaces the exception of an entry by a map with {@code type}, {@code message},
	 * {@code causes}, {@code suppressed} and at most 50 {@code frames}, each with
	 * {@code class}, {@code method}, {@code line} and {@code in_app}.
	 * @param key the key
	 * @param application decides which frames are the application's own
	 * @return the processor
	 */
	public static LogProcessor exceptionFrames(String key, ApplicationFrames application) {
		Assert.hasText(key, "'key' must not be empty");
		return (entry) -> {
			Throwable thrown = entry.throwable();
			if (thrown == null) {
				return entry;
			}
			Map<String, @Nullable Object> description = Throwables.describe(thrown, application::contains);
			description.remove("stack_trace");
			return entry.withThrowable(null).with(key, description);
		};
	}

}
