package dev.cairn.spring.test;

import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Keeps all log lines of the applications that {@link RunningApplication} runs.
 */
public final class LogCapture extends AppenderBase<ILoggingEvent> {

	private static final LogCapture INSTANCE = new LogCapture();

	private final List<ILoggingEvent> lines = new ArrayList<>();

	private LogCapture() {
	}

	static void attach() {
		Logger root = root();
		INSTANCE.setContext(root.getLoggerContext());
		INSTANCE.clear();
		INSTANCE.start();
		root.detachAppender(INSTANCE);
		root.addAppender(INSTANCE);
	}

	static void detach() {
		root().detachAppender(INSTANCE);
	}

	private static Logger root() {
		return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
	}

	private void clear() {
		synchronized (this.lines) {
			this.lines.clear();
		}
	}

	@Override
	protected void append(ILoggingEvent event) {
		event.prepareForDeferredProcessing();
		synchronized (this.lines) {
			this.lines.add(event);
		}
	}

	/**
	 * Return the lines since the last start of an application.
	 * @return a copy
	 */
	public static List<ILoggingEvent> lines() {
		synchronized (INSTANCE.lines) {
			return new ArrayList<>(INSTANCE.lines);
		}
	}

}
