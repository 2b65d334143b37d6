package dev.cairn.spring.logging;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.IncidentRecorder;
import dev.cairn.KnownIncident;
import dev.cairn.Trace;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.event.KeyValuePair;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Captures what is logged at ERROR, whoever logs it: the application that catches an
 * exception, Spring for {@code @Async} and {@code @Scheduled} methods, the container. A
 * throwable that was captured already stays the same incident. The line gets the id of
 * the incident as {@code errorId}, and the ids of its trace where it is logged outside of
 * it, so this appender stands before all others of the root logger.
 */
public final class IncidentAppender extends UnsynchronizedAppenderBase<ILoggingEvent>
		implements InitializingBean, DisposableBean {

	/** The key under which lines carry the id of the incident. */
	public static final String ERROR_ID = "errorId";

	private static final String NAME = "CAIRN_INCIDENTS";

	private static final String TRACE_ID = "traceId";

	private static final String SPAN_ID = "spanId";

	private final LoggerContext loggers;

	private final Cairn cairn;

	private final IncidentRecorder incidents;

	private final boolean texts;

	/**
	 * Create an appender.
	 * @param loggers the loggers that it listens to
	 * @param cairn takes the failures
	 * @param incidents knows those that were captured
	 * @param texts whether lines without a throwable are failures too
	 */
	public IncidentAppender(LoggerContext loggers, Cairn cairn, IncidentRecorder incidents, boolean texts) {
		this.loggers = loggers;
		this.cairn = cairn;
		this.incidents = incidents;
		this.texts = texts;
	}

	@Override
	public void afterPropertiesSet() {
		setName(NAME);
		setContext(this.loggers);
		start();
		standFirst(root());
	}

	/** The others are moved behind one by one; each misses what is logged meanwhile. */
	private void standFirst(Logger root) {
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
		if (!event.getLevel().isGreaterOrEqual(Level.WARN)) {
			return;
		}
		try {
			look(event);
		}
		catch (StackOverflowError | LinkageError ex) {
			// Logback would let it go to the application; the line is written without the
			// id
			addWarn("A line was not looked at", ex);
		}
	}

	private void look(ILoggingEvent event) {
		boolean failure = event.getLevel().isGreaterOrEqual(Level.ERROR) && !OwnLoggers.includes(event.getLoggerName());
		if (event.getThrowableProxy() instanceof ThrowableProxy proxy) {
			appendThrown(event, proxy.getThrowable(), failure);
		}
		else if (failure && this.texts && !OwnLoggers.repeats(event.getLoggerName())) {
			appendText(event);
		}
	}

	private void appendThrown(ILoggingEvent event, Throwable thrown, boolean failure) {
		if (failure) {
			this.cairn.capture(thrown, (report) -> describe(event, report));
		}
		KnownIncident incident = this.incidents.find(thrown);
		if (incident != null) {
			addTo(event, incident.id(), incident.trace());
		}
	}

	private void appendText(ILoggingEvent event) {
		String id = this.cairn.captureMessage(event.getFormattedMessage(),
				(report) -> report.field("log_logger", event.getLoggerName()));
		if (id != null) {
			addTo(event, id, null);
		}
	}

	private static void describe(ILoggingEvent event, Event report) {
		report.field("log_logger", event.getLoggerName()).field("log_message", event.getFormattedMessage());
	}

	/** An appender of an inner logger may have asked for the values, which fixes them. */
	private static void addTo(ILoggingEvent event, String errorId, @Nullable Trace trace) {
		Map<String, String> bound = MDC.getCopyOfContextMap();
		Map<String, String> extended = (bound != null) ? bound : new HashMap<>();
		extended.put(ERROR_ID, errorId);
		if (trace != null && !extended.containsKey(TRACE_ID)) {
			extended.put(TRACE_ID, trace.traceId());
			extended.put(SPAN_ID, trace.spanId());
		}
		if (event instanceof LoggingEvent line) {
			try {
				line.setMDCPropertyMap(extended);
			}
			catch (IllegalStateException ex) {
				line.addKeyValuePair(new KeyValuePair(ERROR_ID, errorId));
			}
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
