package dev.cairn.spring.error;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.cairn.LogEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.KeyValuePair;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Passes log entries from Logback to a handler and adds the values that the handler
 * returns to the diagnostic context (MDC) of the entry. The appender is the first of the
 * root logger, so that all other appenders write these values. It does nothing unless
 * SLF4J is bound to Logback.
 */
final class LogEntryAppender extends UnsynchronizedAppenderBase<ILoggingEvent>
		implements InitializingBean, DisposableBean {

	private static final String NAME = "CAIRN";

	/** The lowest level; {@code null} to leave the root logger alone. */
	private final @Nullable Level threshold;

	private final Function<LogEntry, Map<String, String>> handler;

	private @Nullable Logger root;

	LogEntryAppender(org.slf4j.event.@Nullable Level threshold, Function<LogEntry, Map<String, String>> handler) {
		this.threshold = (threshold != null) ? Level.convertAnSLF4JLevel(threshold) : null;
		this.handler = handler;
	}

	@Override
	public void afterPropertiesSet() {
		if (this.threshold != null && LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
			setName(NAME);
			setContext(loggers);
			start();
			this.root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
			addFirst(this.root);
		}
	}

	/**
	 * Logback can only add an appender at the end. The other appenders are therefore
	 * moved behind this one, and each misses what is logged while it is moved.
	 */
	private void addFirst(Logger root) {
		Iterator<Appender<ILoggingEvent>> others = root.iteratorForAppenders();
		root.addAppender(this);
		while (others.hasNext()) {
			Appender<ILoggingEvent> other = others.next();
			if (other != this) {
				root.detachAppender(other);
				root.addAppender(other);
			}
		}
	}

	@Override
	protected void append(ILoggingEvent event) {
		if (!event.getLevel().isGreaterOrEqual(this.threshold)) {
			return;
		}
		try {
			Map<String, String> values = this.handler.apply(entry(event));
			if (!values.isEmpty() && event instanceof LoggingEvent line) {
				add(values, line);
			}
		}
		catch (StackOverflowError | LinkageError ex) {
			// Logback would propagate an error to the application
			addWarn("Failed to handle a log entry", ex);
		}
	}

	/**
	 * The diagnostic context is read from the thread, because a Logback event can no
	 * longer be changed once it has been asked for its own.
	 */
	private static LogEntry entry(ILoggingEvent event) {
		@Nullable Object[] arguments = event.getArgumentArray();
		return new LogEntry(event.getInstant(), org.slf4j.event.Level.valueOf(event.getLevel().toString()),
				event.getLoggerName(), event.getThreadName(), event.getMessage(),
				(arguments != null) ? Arrays.asList(arguments) : List.of(), event::getFormattedMessage,
				keyValues(event.getKeyValuePairs()), bindings(),
				(event.getThrowableProxy() instanceof ThrowableProxy proxy) ? proxy.getThrowable() : null);
	}

	private static Map<String, @Nullable Object> keyValues(@Nullable List<KeyValuePair> pairs) {
		Map<String, @Nullable Object> keyValues = new LinkedHashMap<>();
		if (pairs != null) {
			pairs.forEach((pair) -> keyValues.put(pair.key, pair.value));
		}
		return keyValues;
	}

	private static Map<String, String> bindings() {
		Map<String, String> bindings = MDC.getCopyOfContextMap();
		return (bindings != null) ? bindings : new HashMap<>();
	}

	/** An appender of another logger may have fixed the diagnostic context already. */
	private static void add(Map<String, String> values, LoggingEvent event) {
		Map<String, String> extended = bindings();
		extended.putAll(values);
		try {
			event.setMDCPropertyMap(extended);
		}
		catch (IllegalStateException ex) {
			values.forEach((key, value) -> event.addKeyValuePair(new KeyValuePair(key, value)));
		}
	}

	@Override
	public void destroy() {
		if (this.root != null) {
			this.root.detachAppender(this);
			stop();
		}
	}

}
