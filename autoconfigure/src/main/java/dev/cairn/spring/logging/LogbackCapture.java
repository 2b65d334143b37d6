package dev.cairn.spring.logging;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.FilterReply;
import dev.cairn.LogEntry;
import dev.cairn.context.BoundContext;
import dev.cairn.spring.logging.format.LogEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Passes log entries from Logback to a handler and adds the values that it returns to the
 * diagnostic context (MDC). It is the first appender of each last logger; the filter and
 * the listener restore that after changes of the configuration.
 */
final class LogbackCapture extends TurboFilter implements LoggerContextListener, InitializingBean, DisposableBean {

	static final String NAME = "CAIRN";

	/** The lowest level; {@code null} to leave the loggers alone. */
	private final @Nullable Level threshold;

	private final Function<LogEntry, Map<String, String>> handler;

	private final LogEvents<ILoggingEvent> events = LogEvents.logback();

	private final Map<Logger, Tap> taps = new ConcurrentHashMap<>();

	private @Nullable LoggerContext loggers;

	LogbackCapture(org.slf4j.event.@Nullable Level threshold, Function<LogEntry, Map<String, String>> handler) {
		this.threshold = (threshold != null) ? Level.convertAnSLF4JLevel(threshold) : null;
		this.handler = handler;
	}

	@Override
	public void afterPropertiesSet() {
		if (this.threshold != null && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
			this.loggers = context;
			context.getLoggerList().stream().filter(LogbackCapture::isLast).forEach(this::addFirst);
			context.addListener(this);
			add(context);
		}
	}

	private void add(LoggerContext context) {
		context.addTurboFilter(this);
		start();
	}

	/** Returns whether a logger passes nothing on to another one. */
	private static boolean isLast(Logger logger) {
		return !logger.isAdditive() || logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME);
	}

	/**
	 * Logback can only add an appender at the end. The other appenders are therefore
	 * moved behind this one, and each misses what is logged while it is moved.
	 */
	private void addFirst(Logger logger) {
		Iterator<Appender<ILoggingEvent>> others = logger.iteratorForAppenders();
		Tap tap = add(logger);
		while (others.hasNext()) {
			Appender<ILoggingEvent> other = others.next();
			if (other != tap) {
				logger.detachAppender(other);
				logger.addAppender(other);
			}
		}
	}

	private Tap add(Logger logger) {
		Tap tap = this.taps.computeIfAbsent(logger, (key) -> new Tap(key));
		tap.start();
		logger.addAppender(tap);
		return tap;
	}

	/**
	 * Finds the last logger that an entry is passed on to. Where it has no appender yet,
	 * one is added at the end: moving others would lose entries of other threads.
	 */
	@Override
	public FilterReply decide(@Nullable Marker marker, Logger logger, Level level, @Nullable String format,
			Object @Nullable [] params, @Nullable Throwable t) {
		if (level.isGreaterOrEqual(Level.WARN)) {
			Logger last = last(logger);
			Tap tap = this.taps.get(last);
			if (tap == null || !last.isAttached(tap)) {
				add(last);
			}
		}
		return FilterReply.NEUTRAL;
	}

	/** A logger does not reveal its parent. */
	private static Logger last(Logger logger) {
		LoggerContext context = logger.getLoggerContext();
		Logger last = logger;
		for (String name = logger.getName(); last.isAdditive() && !name.isEmpty();) {
			name = name.substring(0, Math.max(0, Math.max(name.lastIndexOf('.'), name.lastIndexOf('$'))));
			Logger parent = context.exists(name.isEmpty() ? org.slf4j.Logger.ROOT_LOGGER_NAME : name);
			last = (parent != null) ? parent : last;
		}
		return last;
	}

	@Override
	public boolean isResetResistant() {
		return true;
	}

	/** The loggers have no appenders now, so each of these is the first again. */
	@Override
	public void onReset(LoggerContext context) {
		this.taps.keySet().forEach(this::add);
		add(context);
	}

	@Override
	public void onStart(LoggerContext context) {
	}

	@Override
	public void onStop(LoggerContext context) {
	}

	@Override
	public void onLevelChange(Logger logger, Level level) {
	}

	@Override
	public void destroy() {
		LoggerContext context = this.loggers;
		if (context != null) {
			context.removeListener(this);
			context.getTurboFilterList().remove(this);
			stop();
			this.taps.forEach((logger, tap) -> {
				logger.detachAppender(tap);
				tap.stop();
			});
		}
	}

	/**
	 * The appender of one logger.
	 */
	private final class Tap extends UnsynchronizedAppenderBase<ILoggingEvent> {

		private final Logger logger;

		Tap(Logger logger) {
			this.logger = logger;
			setName(NAME);
			setContext(logger.getLoggerContext());
		}

		/** The logger may have become additive since this was added. */
		@Override
		protected void append(ILoggingEvent event) {
			if (!isLast(this.logger)) {
				return;
			}
			try {
				BoundContext.computeUnread();
				if (!event.getLevel().isGreaterOrEqual(LogbackCapture.this.threshold)) {
					return;
				}
				// A Logback event that was asked for its context can no longer be changed
				LogEntry entry = LogbackCapture.this.events.entry(event, bindings());
				Map<String, String> values = LogbackCapture.this.handler.apply(entry);
				if (!values.isEmpty() && event instanceof LoggingEvent line) {
					add(values, entry, line);
				}
			}
			catch (StackOverflowError | LinkageError ex) {
				// Logback would propagate an error to the application
				addWarn("Failed to handle a log entry", ex);
			}
		}

		private static Map<String, String> bindings() {
			Map<String, String> bindings = MDC.getCopyOfContextMap();
			return (bindings != null) ? bindings : Map.of();
		}

		/**
		 * An appender of another logger may have fixed the diagnostic context already.
		 */
		private static void add(Map<String, String> values, LogEntry entry, LoggingEvent event) {
			Map<String, String> extended = new HashMap<>(entry.bindings());
			extended.putAll(values);
			try {
				event.setMDCPropertyMap(extended);
			}
			catch (IllegalStateException ex) {
				values.forEach((key, value) -> event.addKeyValuePair(new KeyValuePair(key, value)));
			}
		}

	}

}
