package dev.cairn.spring.logging;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

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
 * Logback's asynchronous appender does. It remains there without an application context,
 * since no line must be lost or written twice when that is closed; the logging system
 * removes it when it is configured again.
 */
final class LogbackProcessing implements ConfigurationEventListener, InitializingBean, DisposableBean {

	private static final String NAME = "CAIRN-PROCESSORS";

	/** Those of the application contexts that are not closed. */
	private static final List<LogbackProcessing> ACTIVE = new CopyOnWriteArrayList<>();

	/** The result of the event that the thread passes from logger to logger. */
	private static final ThreadLocal<@Nullable Processed> CURRENT = new ThreadLocal<>();

	private final LogProcessing processing;

	private final LogEvents<ILoggingEvent> events = LogEvents.logback();

	private @Nullable LoggerContext loggers;

	LogbackProcessing(LogProcessing processing) {
		this.processing = processing;
	}

	@Override
	public void afterPropertiesSet() {
		if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
			this.loggers = context;
			ACTIVE.add(this);
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

	private static void moveAppenders(LoggerContext context) {
		for (Logger logger : context.getLoggerList()) {
			List<Appender<ILoggingEvent>> moved = new ArrayList<>();
			logger.iteratorForAppenders().forEachRemaining(moved::add);
			Processor known = moved.stream()
				.filter(Processor.class::isInstance)
				.map(Processor.class::cast)
				.findFirst()
				.orElse(null);
			// The one that captures failures must not be missed
			moved.removeIf((appender) -> appender == known || LogbackCapture.NAME.equals(appender.getName()));
			if (!moved.isEmpty() || logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME)) {
				Processor processor = (known != null) ? known : new Processor(logger);
				moved.forEach(processor::addAppender);
				if (known == null) {
					processor.start();
					logger.addAppender(processor);
				}
				moved.forEach(logger::detachAppender);
			}
		}
	}

	@Override
	public void destroy() {
		ACTIVE.remove(this);
		if (this.loggers != null) {
			this.loggers.removeConfigurationEventListener(this);
		}
	}

	private static Processed processed(ILoggingEvent event) {
		ILoggingEvent result = event;
		for (LogbackProcessing each : ACTIVE) {
			result = (result != null) ? each.process(result) : null;
		}
		return new Processed(event, result);
	}

	private @Nullable ILoggingEvent process(ILoggingEvent event) {
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
	private static final class Processor extends UnsynchronizedAppenderBase<ILoggingEvent>
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
			Processed processed = CURRENT.get();
			if (processed == null || processed.event() != event) {
				processed = processed(event);
			}
			ILoggingEvent result = processed.result();
			if (result != null) {
				this.appenders.appendLoopOnAppenders(result);
			}
			// After the appenders, which may log themselves
			if (this.logger.isAdditive() && !this.logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME)) {
				CURRENT.set(processed);
			}
			else {
				CURRENT.remove();
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
