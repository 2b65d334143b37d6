package dev.cairn.spring.logging;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.AppenderAttachable;
import ch.qos.logback.core.spi.AppenderAttachableImpl;
import ch.qos.logback.core.spi.ConfigurationEvent;
import ch.qos.logback.core.spi.ConfigurationEventListener;
import dev.cairn.LogEntry;
import dev.cairn.spring.logging.format.LogEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Processes the events of Logback before its appenders receive them. The appenders of
 * each logger are moved into one that passes the processed events on to them, as
 * Logback's asynchronous appender does. They are moved back at the end.
 */
final class LogbackProcessing implements ConfigurationEventListener, InitializingBean, DisposableBean {

	private static final String NAME = "CAIRN-PROCESSORS";

	private final LogProcessing processing;

	private final LogEvents<ILoggingEvent> events = LogEvents.logback();

	private final Map<Logger, Processor> processors = new ConcurrentHashMap<>();

	/** The result of the event that the thread passes from logger to logger. */
	private final ThreadLocal<@Nullable Processed> current = new ThreadLocal<>();

	private @Nullable LoggerContext loggers;

	private volatile boolean closed;

	LogbackProcessing(LogProcessing processing) {
		this.processing = processing;
	}

	@Override
	public void afterPropertiesSet() {
		if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
			this.loggers = context;
			context.addConfigurationEventListener(this);
			moveAppenders(context);
		}
	}

	/** A configuration that is read again replaces the appenders. */
	@Override
	public void listen(ConfigurationEvent event) {
		LoggerContext context = this.loggers;
		if (context != null && event.getEventType().name().startsWith("CONFIGURATION_ENDED")) {
			moveAppenders(context);
		}
	}

	private void moveAppenders(LoggerContext context) {
		for (Logger logger : context.getLoggerList()) {
			Processor known = this.processors.get(logger);
			List<Appender<ILoggingEvent>> moved = new ArrayList<>();
			logger.iteratorForAppenders().forEachRemaining(moved::add);
			moved.removeIf((appender) -> !isMoved(appender, known));
			if (!moved.isEmpty() || logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME)) {
				Processor processor = this.processors.computeIfAbsent(logger, (key) -> new Processor(key));
				moved.forEach(processor::addAppender);
				if (!processor.isStarted()) {
					processor.start();
					logger.addAppender(processor);
				}
				moved.forEach(logger::detachAppender);
			}
		}
	}

	/**
	 * The appender that captures failures must not be missed. That of another application
	 * context may contain the one of this, once attached.
	 */
	private static boolean isMoved(Appender<ILoggingEvent> appender, @Nullable Processor known) {
		return appender != known && !LogbackCapture.NAME.equals(appender.getName())
				&& !(appender instanceof Processor && known != null && known.isStarted());
	}

	/** One that is part of that of another application context has to remain there. */
	@Override
	public void destroy() {
		this.closed = true;
		if (this.loggers != null) {
			this.loggers.removeConfigurationEventListener(this);
			this.processors.forEach((logger, processor) -> {
				if (logger.isAttached(processor)) {
					moveBack(logger, processor);
				}
			});
		}
	}

	private static void moveBack(Logger logger, Processor processor) {
		List<Appender<ILoggingEvent>> moved = new ArrayList<>();
		processor.iteratorForAppenders().forEachRemaining(moved::add);
		logger.detachAppender(processor);
		moved.forEach(logger::addAppender);
		moved.forEach(processor::detachAppender);
		processor.stop();
	}

	private @Nullable ILoggingEvent process(ILoggingEvent event) {
		if (this.closed) {
			return event;
		}
		try {
			LogEntry entry = this.events.entry(event);
			LogEntry processed = this.processing.process(entry);
			if (processed == null || processed == entry) {
				return (processed != null) ? event : null;
			}
			return this.events.with(event, processed);
		}
		catch (RuntimeException | StackOverflowError | LinkageError ex) {
			// The line is written as it was logged
			return event;
		}
	}

	/**
	 * An event with its result, which is {@code null} if it is dropped.
	 */
	private record Processed(ILoggingEvent event, @Nullable ILoggingEvent result) {
	}

	/**
	 * The appender of one logger.
	 */
	private final class Processor extends UnsynchronizedAppenderBase<ILoggingEvent>
			implements AppenderAttachable<ILoggingEvent> {

		private final Logger logger;

		private final AppenderAttachableImpl<ILoggingEvent> appenders = new AppenderAttachableImpl<>();

		Processor(Logger logger) {
			this.logger = logger;
			setName(NAME);
			setContext(logger.getLoggerContext());
		}

		/** Without the guard of the base class, which drops what appenders log. */
		@Override
		public void doAppend(ILoggingEvent event) {
			append(event);
		}

		@Override
		protected void append(ILoggingEvent event) {
			ThreadLocal<@Nullable Processed> current = LogbackProcessing.this.current;
			Processed processed = current.get();
			if (processed == null || processed.event() != event) {
				processed = new Processed(event, process(event));
			}
			if (this.logger.isAdditive() && !this.logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME)) {
				current.set(processed);
			}
			else {
				current.remove();
			}
			ILoggingEvent result = processed.result();
			if (result != null) {
				this.appenders.appendLoopOnAppenders(result);
			}
		}

		/** A configuration that is read again stops all appenders. */
		@Override
		public void stop() {
			super.stop();
			this.appenders.detachAndStopAllAppenders();
		}

		@Override
		public void addAppender(Appender<ILoggingEvent> appender) {
			this.appenders.addAppender(appender);
		}

		@Override
		public Iterator<Appender<ILoggingEvent>> iteratorForAppenders() {
			return this.appenders.iteratorForAppenders();
		}

		@Override
		public Appender<ILoggingEvent> getAppender(String name) {
			return this.appenders.getAppender(name);
		}

		@Override
		public boolean isAttached(Appender<ILoggingEvent> appender) {
			return this.appenders.isAttached(appender);
		}

		@Override
		public void detachAndStopAllAppenders() {
			this.appenders.detachAndStopAllAppenders();
		}

		@Override
		public boolean detachAppender(Appender<ILoggingEvent> appender) {
			return this.appenders.detachAppender(appender);
		}

		@Override
		public boolean detachAppender(String name) {
			return this.appenders.detachAppender(name);
		}

	}

}
