package dev.cairn.test;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Assertions about log lines of the level INFO or above.
 */
public final class LogAssert extends RecordedAssert<LogAssert, RecordedSignal.Logged> {

	LogAssert(Selection<RecordedSignal.Logged> selection) {
		super(selection, LogAssert.class);
	}

	@Override
	LogAssert with(Selection<RecordedSignal.Logged> selected) {
		return new LogAssert(selected);
	}

	/**
	 * Continues with the lines of a level.
	 * @param level the level
	 * @return assertions about them
	 */
	public LogAssert atLevel(Level level) {
		return with("level " + level, (signal) -> signal.entry().level() == level);
	}

	/**
	 * Continues with the lines of the logger of a class.
	 * @param type the class
	 * @return assertions about them
	 */
	public LogAssert from(Class<?> type) {
		return with("logger " + type.getName(), (signal) -> signal.entry().logger().equals(type.getName()));
	}

	/**
	 * Continues with the lines that have a key-value, or a value in the diagnostic
	 * context (MDC).
	 * @param key the key
	 * @param value the value, which is compared as text with that of the context
	 * @return assertions about them
	 */
	public LogAssert withValue(String key, @Nullable Object value) {
		return with("value " + key + " = " + value,
				(signal) -> (signal.entry().keyValues().containsKey(key)
						&& Objects.equals(signal.entry().keyValues().get(key), value))
						|| Objects.equals(signal.entry().bindings().get(key), String.valueOf(value)));
	}

	/**
	 * Continues with the lines that have a throwable.
	 * @param type the class of the throwable
	 * @return assertions about them
	 */
	public LogAssert withThrowable(Class<? extends Throwable> type) {
		return with("throwable " + type.getSimpleName(), (signal) -> type.isInstance(signal.entry().throwable()));
	}

}
