package dev.cairn.spring.logging;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.sentry.logback.SentryAppender;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;

/**
 * Registers Sentry's Logback appender with events switched off and breadcrumbs left on,
 * before Sentry registers its own, which then stands back. Sentry's property for the
 * level of events cannot say "none".
 */
public final class SentryBreadcrumbs implements InitializingBean {

	private final LoggerContext loggers;

	private final List<String> names;

	private final @Nullable Level breadcrumbLevel;

	/**
	 * Create it.
	 * @param loggers all loggers
	 * @param names the names of those whose lines become breadcrumbs
	 * @param breadcrumbLevel the least level of a breadcrumb; Sentry's own when
	 * {@code null}
	 */
	public SentryBreadcrumbs(LoggerContext loggers, List<String> names, @Nullable Level breadcrumbLevel) {
		this.loggers = loggers;
		this.names = names;
		this.breadcrumbLevel = breadcrumbLevel;
	}

	@Override
	public void afterPropertiesSet() {
		SentryAppender appender = new SentryAppender();
		appender.setName("SENTRY_APPENDER");
		appender.setContext(this.loggers);
		appender.setMinimumEventLevel(Level.OFF);
		if (this.breadcrumbLevel != null) {
			appender.setMinimumBreadcrumbLevel(this.breadcrumbLevel);
		}
		appender.start();
		this.names.forEach((name) -> this.loggers.getLogger(name).addAppender(appender));
	}

}
