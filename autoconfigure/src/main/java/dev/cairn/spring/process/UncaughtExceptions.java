package dev.cairn.spring.process;

import java.lang.Thread.UncaughtExceptionHandler;

import dev.cairn.Cairn;
import dev.cairn.Severity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Captures what ends a thread, as the default handler of the JVM. Whoever was that before
 * is told afterwards; where there was nobody, the log has what the JVM would have printed
 * to the standard error. Each of several contexts in one JVM captures for itself.
 */
final class UncaughtExceptions implements UncaughtExceptionHandler, InitializingBean, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(UncaughtExceptions.class);

	/** Guards who is the default handler. */
	private static final Object lock = new Object();

	private volatile Cairn cairn;

	private volatile @Nullable UncaughtExceptionHandler before;

	private volatile boolean closed;

	UncaughtExceptions(Cairn cairn) {
		this.cairn = cairn;
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
			this.cairn.capture(thrown,
					(report) -> report.severity(Severity.CRITICAL).field("thread", thread.getName()));
		}
		catch (Throwable ex) {
			// What ended the thread is worth more than this
			logger.debug("An uncaught exception could not be captured", ex);
		}
		try {
			handOn(thread, thrown);
		}
		catch (Throwable ex) {
			// The JVM would ignore it without a word
			logger.warn("The handler of uncaught exceptions has failed", ex);
		}
	}

	private void handOn(Thread thread, Throwable thrown) {
		UncaughtExceptionHandler next = this.before;
		if (next != null) {
			next.uncaughtException(thread, thrown);
		}
		else {
			logger.error("Exception in thread \"{}\"", thread.getName(), thrown);
		}
	}

	/**
	 * Whoever took over since may hand on to this one for ever: it stays in between and
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

	/** The context of the one before may have been closed earlier than this one. */
	private static @Nullable UncaughtExceptionHandler lastOpen(@Nullable UncaughtExceptionHandler handler) {
		UncaughtExceptionHandler last = handler;
		while (last instanceof UncaughtExceptions other && other.closed) {
			last = other.before;
		}
		return last;
	}

}
