package dev.cairn.spring.sentry;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.sentry.logback.SentryAppender;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Registers Sentry's Logback appender with events switched off and breadcrumbs left on.
 * Sentry then registers no appender of its own, whose level of events cannot be off. Does
 * nothing if SLF4J is not bound to Logback.
 */
final class SentryBreadcrumbs implements InitializingBean, DisposableBean {

	private final @Nullable LoggerContext loggers;

	private final List<String> names;

	private final @Nullable Level breadcrumbLevel;

	private final SentryAppender appender = new SentryAppender();

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
		this.appender.start();
		this.names.forEach((name) -> context.getLogger(name).addAppender(this.appender));
	}

	/** An appender left behind would keep Sentry's own out of the next context. */
	@Override
	public void destroy() {
		LoggerContext context = this.loggers;
		if (context != null) {
			this.names.forEach((name) -> context.getLogger(name).detachAppender(this.appender));
			this.appender.stop();
		}
	}

}
