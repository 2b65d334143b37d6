package dev.cairn.spring.sentry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.cairn.LogEntry;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.SentryServer;
import io.sentry.Breadcrumb;
import io.sentry.Sentry;
import io.sentry.SentryLevel;
import io.sentry.protocol.SentryId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.event.Level;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SentryBreadcrumbs} with Sentry's client.
 */
class SentryBreadcrumbsTests {

	private final SentryServer server = SentryServer.started();

	private SentryId lastEvent;

	@BeforeEach
	void start() {
		init(false);
		this.lastEvent = Sentry.getLastEventId();
	}

	private void init(boolean logs) {
		Sentry.init((options) -> {
			options.setDsn(this.server.dsn());
			options.setEnableUncaughtExceptionHandler(false);
			options.setEnableShutdownHook(false);
			options.getLogs().setEnabled(logs);
		});
	}

	@AfterEach
	void stop() {
		Sentry.close();
		this.server.close();
	}

	@Test
	void recordsLogEntriesAndSendsNoEvents() {
		SentryBreadcrumbs breadcrumbs = breadcrumbs(Level.INFO, Logger.ROOT_LOGGER_NAME);
		breadcrumbs.logged(entry("shop", Level.INFO, "a crumb"), null);
		breadcrumbs.logged(entry("shop.Orders", Level.ERROR, "a failure"), null);
		assertThat(recorded()).extracting(Breadcrumb::getMessage).containsExactly("a crumb", "a failure");
		assertThat(recorded()).extracting(Breadcrumb::getLevel).containsExactly(SentryLevel.INFO, SentryLevel.ERROR);
		assertThat(recorded()).extracting(Breadcrumb::getCategory).containsExactly("shop", "shop.Orders");
		assertThat(Sentry.getLastEventId()).isEqualTo(this.lastEvent);
	}

	@Test
	void recordsNoEntriesBelowTheLevel() {
		SentryBreadcrumbs breadcrumbs = breadcrumbs(Level.WARN, Logger.ROOT_LOGGER_NAME);
		breadcrumbs.logged(entry("shop", Level.INFO, "a crumb"), null);
		breadcrumbs.logged(entry("shop", Level.WARN, "a warning"), null);
		assertThat(recorded()).extracting(Breadcrumb::getMessage).containsExactly("a warning");
	}

	@Test
	void recordsTheLoggersThatAreConfigured() {
		SentryBreadcrumbs breadcrumbs = breadcrumbs(Level.INFO, "audit", "shop.Orders");
		for (String logger : List.of("audit", "audit.Login", "auditor", "shop", "shop.Orders")) {
			breadcrumbs.logged(entry(logger, Level.INFO, logger), null);
		}
		assertThat(recorded()).extracting(Breadcrumb::getMessage)
			.containsExactly("audit", "audit.Login", "shop.Orders");
	}

	@Test
	void sendsLogsIfTheyAreEnabled() {
		init(true);
		breadcrumbs(Level.ERROR, Logger.ROOT_LOGGER_NAME)
			.logged(entry("shop", Level.INFO, "order placed password=s3cret"), null);
		assertThat(this.server.awaitBody("order placed"))
			.contains("order placed password=********", "\"logger.name\"", "\"info\"")
			.doesNotContain("s3cret");
	}

	private static SentryBreadcrumbs breadcrumbs(Level level, String... loggers) {
		return new SentryBreadcrumbs(List.of(loggers), level, Level.INFO, Redactor.DEFAULT);
	}

	private static LogEntry entry(String logger, Level level, String text) {
		return new LogEntry(Instant.now(), level, logger, "main", text, List.<@Nullable Object>of(), () -> text,
				Map.of(), Map.of(), null);
	}

	private static List<Breadcrumb> recorded() {
		return Stream.of(Sentry.getCurrentScopes().getScope(), Sentry.getCurrentScopes().getIsolationScope())
			.flatMap((scope) -> scope.getBreadcrumbs().stream())
			.toList();
	}

}
