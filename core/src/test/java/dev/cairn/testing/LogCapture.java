package dev.cairn.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Captures log events of a logger and those below it until it is closed.
 */
public final class LogCapture implements AutoCloseable {

	private final Logger logger;

	private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

	private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {

		@Override
		protected void append(ILoggingEvent event) {
			event.prepareForDeferredProcessing();
			LogCapture.this.events.add(event);
		}

	};

	/** Captures the log events of Cairn. */
	public LogCapture() {
		this("dev.cairn");
	}

	/**
	 * Captures the log events of a logger.
	 * @param logger the name of the logger
	 */
	public LogCapture(String logger) {
		this.logger = (Logger) LoggerFactory.getLogger(logger);
		this.appender.setContext(this.logger.getLoggerContext());
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	/**
	 * Returns the messages at WARN.
	 * @return the messages, oldest first
	 */
	public List<String> warnings() {
		return at(Level.WARN);
	}

	/**
	 * Returns the messages at INFO.
	 * @return the messages, oldest first
	 */
	public List<String> infos() {
		return at(Level.INFO);
	}

	/**
	 * Returns the messages at any level.
	 * @return the messages, oldest first
	 */
	public List<String> all() {
		return this.events.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	/**
	 * Returns the log events.
	 * @return the events, oldest first
	 */
	public List<ILoggingEvent> events() {
		return List.copyOf(this.events);
	}

	private List<String> at(Level level) {
		return this.events.stream()
			.filter((event) -> event.getLevel() == level)
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
	}

}
