package dev.cairn.spring.sentry;

import java.util.List;

import dev.cairn.LogEntry;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.redaction.Redactor;
import io.sentry.Breadcrumb;
import io.sentry.Sentry;
import io.sentry.SentryAttribute;
import io.sentry.SentryAttributes;
import io.sentry.SentryLevel;
import io.sentry.SentryLogLevel;
import io.sentry.logger.SentryLogParameters;
import io.sentry.spring.boot4.SentryProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Records log entries as breadcrumbs in the current scopes of Sentry's client, and sends
 * them as logs with {@code sentry.logs.enabled=true}. Takes the place of Sentry's
 * appender for Logback, which would also capture events.
 *
 * @param loggers the names of the loggers
 * @param breadcrumbs the lowest level of breadcrumbs
 * @param logs the lowest level of logs
 * @param redactor masks secrets in logs; breadcrumbs are masked with their event
 */
record SentryBreadcrumbs(List<String> loggers, Level breadcrumbs, Level logs,
		Redactor redactor) implements SignalListener {

	static SentryBreadcrumbs of(List<String> loggers, SentryProperties.Logging properties, Redactor redactor) {
		return new SentryBreadcrumbs(loggers, level(properties.getMinimumBreadcrumbLevel()),
				level(properties.getMinimumLevel()), redactor);
	}

	private static Level level(@Nullable Level configured) {
		return (configured != null) ? configured : Level.INFO;
	}

	@Override
	public Level logLevel() {
		return (this.breadcrumbs.toInt() <= this.logs.toInt()) ? this.breadcrumbs : this.logs;
	}

	@Override
	public void logged(LogEntry entry, @Nullable UnitOfWork unit) {
		if (this.loggers.stream().noneMatch((logger) -> isWithin(entry.logger(), logger))) {
			return;
		}
		if (entry.isAtLeast(this.breadcrumbs)) {
			Sentry.addBreadcrumb(breadcrumb(entry));
		}
		if (entry.isAtLeast(this.logs) && Sentry.getCurrentScopes().getOptions().getLogs().isEnabled()) {
			Sentry.logger()
				.log(SentryLogLevel.valueOf(entry.level().name()), parameters(entry),
						this.redactor.redact(entry.text()));
		}
	}

	private static boolean isWithin(String name, String logger) {
		return logger.equalsIgnoreCase(Logger.ROOT_LOGGER_NAME) || name.equals(logger) || name.startsWith(logger + ".");
	}

	private static Breadcrumb breadcrumb(LogEntry entry) {
		Breadcrumb breadcrumb = new Breadcrumb();
		breadcrumb.setLevel(switch (entry.level()) {
			case ERROR -> SentryLevel.ERROR;
			case WARN -> SentryLevel.WARNING;
			case INFO -> SentryLevel.INFO;
			case DEBUG, TRACE -> SentryLevel.DEBUG;
		});
		breadcrumb.setCategory(entry.logger());
		breadcrumb.setMessage(entry.text());
		return breadcrumb;
	}

	private static SentryLogParameters parameters(LogEntry entry) {
		SentryLogParameters parameters = SentryLogParameters
			.create(SentryAttributes.of(SentryAttribute.stringAttribute("logger.name", entry.logger())));
		parameters.setOrigin("auto.log.slf4j");
		return parameters;
	}

}
