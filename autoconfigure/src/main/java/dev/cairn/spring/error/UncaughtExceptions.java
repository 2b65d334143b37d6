package dev.cairn.spring.error;

import java.lang.Thread.UncaughtExceptionHandler;

import dev.cairn.Cairn;
import dev.cairn.MessageFields;
import dev.cairn.Severity;
import dev.cairn.incident.Incidents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Captures exceptions that terminate a thread, as the default handler of the JVM.
 * Delegates to the previous handler, or logs what the JVM would have printed to standard
 * error if there is none. Several contexts in one JVM capture independently.
 */
final class UncaughtExceptions implements UncaughtExceptionHandler, InitializingBean, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(UncaughtExceptions.class);

	/** Guards the default handler. */
	private static final Object lock = new Object();

	private volatile Cairn cairn;

	private final Incidents incidents;

	private volatile @Nullable UncaughtExceptionHandler before;

	private volatile boolean closed;

	UncaughtExceptions(Cairn cairn, Incidents incidents) {
		this.cairn = cairn;
		this.incidents = incidents;
	}

	@Override
	public void afterPropertiesSet() {
		synchronized (lock) {
			this.before = Thread.getDefaultUncaughtExceptionHandler();
			Thread.setDefaultUncaughtExceptionHandler(this);
		}
	}

	@Override
	public void uncaughtException(Thread thread, Throwable thrown) {
		try {
			if (this.incidents.isFailure(thrown)) {
				this.cairn.capture(thrown,
						(report) -> report.severity(Severity.CRITICAL)
							.field(MessageFields.THREAD, thread.getName())
							.field(MessageFields.HANDLED, false));
			}
		}
		catch (Throwable ex) {
			// The previous handler must be called in any case
			logger.debug("Failed to capture an uncaught exception", ex);
		}
		try {
			delegate(thread, thrown);
		}
		catch (Throwable ex) {
			// The JVM ignores exceptions of the handler
			logger.warn("The handler of uncaught exceptions has thrown an exception", ex);
		}
	}

	private void delegate(Thread thread, Throwable thrown) {
		UncaughtExceptionHandler next = this.before;
		if (next != null) {
			next.uncaughtException(thread, thrown);
		}
		else {
			logger.error("Exception in thread \"{}\"", thread.getName(), thrown);
		}
	}

	/**
	 * A later handler may delegate to this one for ever, so it remains in the chain and
	 * does nothing.
	 */
	@Override
	public void destroy() {
		synchronized (lock) {
			this.closed = true;
			this.cairn = Cairn.noop();
			if (Thread.getDefaultUncaughtExceptionHandler() == this) {
				Thread.setDefaultUncaughtExceptionHandler(lastOpen(this.before));
			}
		}
	}

	/** The context of the previous handler may have been closed before this one. */
	private static @Nullable UncaughtExceptionHandler lastOpen(@Nullable UncaughtExceptionHandler handler) {
		UncaughtExceptionHandler last = handler;
		while (last instanceof UncaughtExceptions other && other.closed) {
			last = other.before;
		}
		return last;
	}

}
