package dev.cairn.spring.error;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.function.BiPredicate;

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
 * error if there is none. Several contexts in one JVM capture independently, and leave
 * the chain of their handlers when they close. Those of other class loaders are only
 * known by types of the JDK. It is no consumer, which Spring Cloud Function would bind.
 */
final class UncaughtExceptions implements UncaughtExceptionHandler, InitializingBean, DisposableBean,
		BiPredicate<UncaughtExceptionHandler, @Nullable UncaughtExceptionHandler> {

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
			logger.debug("Cairn: failed to capture an uncaught exception", ex);
		}
		try {
			delegate(thread, thrown);
		}
		catch (Throwable ex) {
			// The JVM ignores exceptions of the handler
			logger.warn("Cairn: the previous handler of uncaught exceptions has thrown an exception", ex);
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
	 * A later handler that is not one of these may delegate to this one for ever. It
	 * remains in the chain then, and does nothing.
	 */
	@Override
	public void destroy() {
		synchronized (lock) {
			this.closed = true;
			this.cairn = Cairn.noop();
			UncaughtExceptionHandler last = Thread.getDefaultUncaughtExceptionHandler();
			if (last == this) {
				Thread.setDefaultUncaughtExceptionHandler(lastOpen(this.before));
			}
			else {
				replace(last, this, this.before);
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

	/** Takes a handler that is closed out of the chain, if it is in it. */
	@Override
	public boolean test(UncaughtExceptionHandler closed, @Nullable UncaughtExceptionHandler next) {
		if (this.before == closed) {
			this.before = next;
			return true;
		}
		return replace(this.before, closed, next);
	}

	@SuppressWarnings("unchecked")
	private static boolean replace(@Nullable UncaughtExceptionHandler handler, UncaughtExceptionHandler closed,
			@Nullable UncaughtExceptionHandler next) {
		return handler instanceof BiPredicate<?, ?> chain
				&& handler.getClass().getName().equals(UncaughtExceptions.class.getName())
				&& ((BiPredicate<UncaughtExceptionHandler, @Nullable UncaughtExceptionHandler>) chain).test(closed,
						next);
	}

}
