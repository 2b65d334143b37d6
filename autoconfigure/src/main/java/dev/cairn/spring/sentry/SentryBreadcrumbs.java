package dev.cairn.spring.sentry;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.sentry.logback.SentryAppender;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Registers Sentry's Logback appender with events switched off and breadcrumbs left on,
 * before Sentry registers its own, which then stands back. Sentry's property for the
 * level of events cannot say "none".
 */
public final class SentryBreadcrumbs implements InitializingBean, DisposableBean {

	private final LoggerContext loggers;

	private final List<String> names;

	private final @Nullable Level breadcrumbLevel;

	private final SentryAppender appender = new SentryAppender();

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
		this.appender.setName("SENTRY_APPENDER");
		this.appender.setContext(this.loggers);
		this.appender.setMinimumEventLevel(Level.OFF);
		if (this.breadcrumbLevel != null) {
			this.appender.setMinimumBreadcrumbLevel(this.breadcrumbLevel);
		}
		this.appender.start();
		this.names.forEach((name) -> this.loggers.getLogger(name).addAppender(this.appender));
	}

	/** Left behind, it would keep Sentry's own away from the next context. */
	@Override
	public void destroy() {
		this.names.forEach((name) -> this.loggers.getLogger(name).detachAppender(this.appender));
		this.appender.stop();
	}

}
