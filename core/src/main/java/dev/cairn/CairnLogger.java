package dev.cairn;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.Reporter;
import org.slf4j.spi.CallerBoundaryAware;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs events with values by name instead of texts, on top of SLF4J. <pre>
 * CairnLogger log = CairnLogger.of(OrderService.class).bind("shop", "berlin");
 * log.info("order.placed", "order", order.id(), "total", order.total());
 * log.error("payment.failed", "order", order.id(), ex);
 * </pre> The values are SLF4J's key-values: they keep their types, and the logging system
 * renders them. A value that is a {@link Supplier} is asked once for each entry that is
 * logged; if it throws, the value is the name of its exception. The event is not a
 * template, so braces are written as they are. Immutable and thread-safe.
 * <p>
 * The values of a call are alternating keys and values, and may end with a throwable.
 * They take precedence over bound values. No call fails: a value without a key is logged
 * under {@code unnamed}.
 */
public final class CairnLogger {

	private static final @Nullable Object[] NO_VALUES = {};

	private static final String BOUNDARY = CairnLogger.class.getName();

	private final Logger logger;

	private final LogValues bound;

	private CairnLogger(Logger logger, LogValues bound) {
		this.logger = logger;
		this.bound = bound;
	}

	/**
	 * Returns a logger without bound values.
	 * @param type the class that logs
	 * @return the logger
	 */
	public static CairnLogger of(Class<?> type) {
		return of(LoggerFactory.getLogger(type));
	}

	/**
	 * Returns a logger without bound values.
	 * @param name the name of the logger
	 * @return the logger
	 */
	public static CairnLogger of(String name) {
		return of(LoggerFactory.getLogger(name));
	}

	/**
	 * Returns a logger without bound values that logs to a logger of SLF4J.
	 * @param logger the logger of SLF4J
	 * @return the logger
	 */
	public static CairnLogger of(Logger logger) {
		return new CairnLogger(Objects.requireNonNull(logger, "logger must not be null"), LogValues.NONE);
	}

	/**
	 * Returns a logger that adds a value to each entry. A value that is bound under the
	 * same key is replaced.
	 * @param key the key, which must not be empty
	 * @param value the value
	 * @return the new logger
	 * @throws IllegalArgumentException if the key is empty
	 */
	public CairnLogger bind(String key, @Nullable Object value) {
		return bind(Collections.singletonMap(key, value));
	}

	/**
	 * Returns a logger that adds a value to each entry, which is computed for each entry
	 * that is logged.
	 * @param key the key, which must not be empty
	 * @param value computes the value
	 * @return the new logger
	 * @throws IllegalArgumentException if the key is empty
	 */
	public CairnLogger bind(String key, Supplier<?> value) {
		return bind(key, (Object) value);
	}

	/**
	 * Returns a logger that adds several values to each entry.
	 * @param values the values by key
	 * @return the new logger
	 * @throws IllegalArgumentException if a key is empty
	 */
	public CairnLogger bind(Map<String, ? extends @Nullable Object> values) {
		return new CairnLogger(this.logger, this.bound.and(values));
	}

	/**
	 * Returns a logger without some of the bound values.
	 * @param keys the keys, in which {@code *} stands for any characters, such as
	 * {@code order.*}
	 * @return the new logger
	 * @throws IllegalArgumentException if nothing is bound under one of the keys
	 */
	public CairnLogger unbind(String... keys) {
		this.bound.require(keys);
		return tryUnbind(keys);
	}

	/**
	 * Returns a logger without some of the bound values, as far as they are bound.
	 * @param keys the keys, in which {@code *} stands for any characters
	 * @return the new logger
	 */
	public CairnLogger tryUnbind(String... keys) {
		return new CairnLogger(this.logger, this.bound.without(keys));
	}

	/**
	 * Returns this logger without bound values.
	 * @return the new logger
	 */
	public CairnLogger fresh() {
		return new CairnLogger(this.logger, LogValues.NONE);
	}

	/**
	 * Returns the bound values. Those that are computed are suppliers.
	 * @return the values by key
	 */
	public Map<String, @Nullable Object> bindings() {
		return this.bound.toMap();
	}

	public boolean isEnabled(Level level) {
		return this.logger.isEnabledForLevel(level);
	}

	public void trace(String event, String key, @Nullable Object value) {
		if (this.logger.isTraceEnabled()) {
			write(Level.TRACE, event, key, value);
		}
	}

	public void trace(String event, @Nullable Object... keyValues) {
		if (this.logger.isTraceEnabled()) {
			write(Level.TRACE, event, keyValues);
		}
	}

	public void debug(String event, String key, @Nullable Object value) {
		if (this.logger.isDebugEnabled()) {
			write(Level.DEBUG, event, key, value);
		}
	}

	public void debug(String event, @Nullable Object... keyValues) {
		if (this.logger.isDebugEnabled()) {
			write(Level.DEBUG, event, keyValues);
		}
	}

	public void info(String event, String key, @Nullable Object value) {
		if (this.logger.isInfoEnabled()) {
			write(Level.INFO, event, key, value);
		}
	}

	public void info(String event, @Nullable Object... keyValues) {
		if (this.logger.isInfoEnabled()) {
			write(Level.INFO, event, keyValues);
		}
	}

	public void warn(String event, String key, @Nullable Object value) {
		if (this.logger.isWarnEnabled()) {
			write(Level.WARN, event, key, value);
		}
	}

	public void warn(String event, @Nullable Object... keyValues) {
		if (this.logger.isWarnEnabled()) {
			write(Level.WARN, event, keyValues);
		}
	}

	public void error(String event, String key, @Nullable Object value) {
		if (this.logger.isErrorEnabled()) {
			write(Level.ERROR, event, key, value);
		}
	}

	public void error(String event, @Nullable Object... keyValues) {
		if (this.logger.isErrorEnabled()) {
			write(Level.ERROR, event, keyValues);
		}
	}

	/**
	 * Logs an event at a level that is only known at run time.
	 * @param level the level
	 * @param event the name of the event, such as {@code order.placed}
	 * @param keyValues alternating keys and values, and at the end a throwable, if any
	 */
	public void log(Level level, String event, @Nullable Object... keyValues) {
		if (isEnabled(level)) {
			write(level, event, keyValues);
		}
	}

	private void write(Level level, String event, @Nullable Object... keyValues) {
		LoggingEventBuilder entry = this.logger.makeLoggingEventBuilder(level);
		if (entry instanceof CallerBoundaryAware aware) {
			aware.setCallerBoundary(BOUNDARY);
		}
		LoggingEventBuilder extended = this.bound.addTo(entry, (keyValues != null) ? keyValues : NO_VALUES);
		try {
			extended.log(event);
		}
		catch (Error ex) {
			// Logback passes on what the text of a value throws in an appender
			Throwables.rethrowFatal(ex);
			Reporter.error("Failed to log '" + event + "'", ex);
		}
	}

}
