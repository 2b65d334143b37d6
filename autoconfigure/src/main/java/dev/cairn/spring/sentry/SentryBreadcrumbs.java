package dev.cairn.spring.sentry;

import java.util.Iterator;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.core.Appender;
import io.sentry.logback.SentryAppender;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Registers Sentry's Logback appender with events switched off and breadcrumbs left on,
 * and again after a reset of Logback. Sentry then registers no appender of its own, whose
 * level of events cannot be off. Does nothing for a logger with such an appender of the
 * application, or if SLF4J is not bound to Logback.
 */
final class SentryBreadcrumbs implements LoggerContextListener, InitializingBean, DisposableBean {

	private final @Nullable LoggerContext loggers;

	private final List<String> names;

	private final @Nullable Level breadcrumbLevel;

	private final SentryAppender appender = new SentryAppender();

	private List<Logger> registered = List.of();

	SentryBreadcrumbs(ILoggerFactory loggers, List<String> names, @Nullable Level breadcrumbLevel) {
		this.loggers = (loggers instanceof LoggerContext context) ? context : null;
		this.names = names;
		this.breadcrumbLevel = breadcrumbLevel;
	}

	@Override
	public void afterPropertiesSet() {
		LoggerContext context = this.loggers;
		if (context == null) {
			return;
		}
		this.appender.setName("SENTRY_APPENDER");
		this.appender.setContext(context);
		this.appender.setMinimumEventLevel(Level.OFF);
		if (this.breadcrumbLevel != null) {
			this.appender.setMinimumBreadcrumbLevel(this.breadcrumbLevel);
		}
		this.registered = this.names.stream()
			.map(context::getLogger)
			.filter((logger) -> !hasSentryAppender(logger))
			.toList();
		context.addListener(this);
		register();
	}

	private static boolean hasSentryAppender(Logger logger) {
		for (Iterator<Appender<ILoggingEvent>> all = logger.iteratorForAppenders(); all.hasNext();) {
			if (all.next() instanceof SentryAppender) {
				return true;
			}
		}
		return false;
	}

	/** Returns the loggers with an appender of the application that captures events. */
	List<String> capturing() {
		LoggerContext context = this.loggers;
		return (context != null)
				? context.getLoggerList().stream().filter(SentryBreadcrumbs::isCapturing).map(Logger::getName).toList()
				: List.of();
	}

	private static boolean isCapturing(Logger logger) {
		for (Iterator<Appender<ILoggingEvent>> all = logger.iteratorForAppenders(); all.hasNext();) {
			if (all.next() instanceof SentryAppender appender
					&& appender.getMinimumEventLevel().levelInt <= Level.ERROR_INT) {
				return true;
			}
		}
		return false;
	}

	private void register() {
		this.appender.start();
		this.registered.forEach((logger) -> logger.addAppender(this.appender));
	}

	@Override
	public boolean isResetResistant() {
		return true;
	}

	@Override
	public void onReset(LoggerContext context) {
		register();
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

	/** An appender left behind would keep Sentry's own out of the next context. */
	@Override
	public void destroy() {
		LoggerContext context = this.loggers;
		if (context != null) {
			context.removeListener(this);
			this.registered.forEach((logger) -> logger.detachAppender(this.appender));
			this.appender.stop();
		}
	}

}
