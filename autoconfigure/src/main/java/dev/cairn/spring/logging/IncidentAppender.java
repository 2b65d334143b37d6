package dev.cairn.spring.logging;

import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.cairn.Cairn;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Captures the throwables that are logged at ERROR, whoever logs them: the application
 * that catches one, Spring for {@code @Async} and {@code @Scheduled} methods, the
 * container. One that was captured already stays the same incident.
 */
public final class IncidentAppender extends UnsynchronizedAppenderBase<ILoggingEvent>
		implements InitializingBean, DisposableBean {

	private static final String NAME = "CAIRN_INCIDENTS";

	private final LoggerContext loggers;

	private final Cairn cairn;

	/**
	 * Create an appender.
	 * @param loggers the loggers that it listens to
	 * @param cairn takes the failures
	 */
	public IncidentAppender(LoggerContext loggers, Cairn cairn) {
		this.loggers = loggers;
		this.cairn = cairn;
	}

	@Override
	public void afterPropertiesSet() {
		setName(NAME);
		setContext(this.loggers);
		start();
		root().addAppender(this);
	}

	@Override
	protected void append(ILoggingEvent event) {
		if (event.getLevel().isGreaterOrEqual(Level.ERROR) && event.getThrowableProxy() instanceof ThrowableProxy proxy
				&& !OwnLoggers.includes(event.getLoggerName())) {
			this.cairn.capture(proxy.getThrowable(),
					Map.of("log_logger", event.getLoggerName(), "log_message", event.getFormattedMessage()));
		}
	}

	@Override
	public void destroy() {
		root().detachAppender(this);
		stop();
	}

	private Logger root() {
		return this.loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
	}

}
