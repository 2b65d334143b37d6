package dev.cairn.spring.sentry;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import dev.cairn.spring.doctor.DoctorCheck;
import io.sentry.Breadcrumb;
import io.sentry.Sentry;
import io.sentry.logback.SentryAppender;
import io.sentry.protocol.SentryId;
import io.sentry.transport.NoOpTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SentryBreadcrumbs} with Sentry's client and a Logback of its own.
 */
class SentryBreadcrumbsTests {

	private final LoggerContext context = new LoggerContext();

	private final Logger root = this.context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final Logger shop = this.context.getLogger("shop");

	private final SentryBreadcrumbs breadcrumbs = new SentryBreadcrumbs(this.context,
			List.of(org.slf4j.Logger.ROOT_LOGGER_NAME, "audit"), null);

	private SentryId lastEvent;

	@BeforeEach
	void start() {
		Sentry.init((options) -> {
			options.setDsn("https://key@127.0.0.1/1");
			options.setEnableUncaughtExceptionHandler(false);
			options.setEnableShutdownHook(false);
			options.setTransportFactory((ignored, details) -> NoOpTransport.getInstance());
		});
		this.lastEvent = Sentry.getLastEventId();
	}

	@AfterEach
	void stop() {
		this.breadcrumbs.destroy();
		this.context.stop();
		Sentry.close();
	}

	@Test
	void recordsLogEntriesAndSendsNoEvents() {
		this.breadcrumbs.afterPropertiesSet();
		this.shop.info("a crumb");
		this.shop.error("a failure");
		assertThat(recorded()).containsExactly("a crumb", "a failure");
		assertThat(Sentry.getLastEventId()).isEqualTo(this.lastEvent);
	}

	@Test
	void staysWhenTheConfigurationIsReadAgain() {
		this.breadcrumbs.afterPropertiesSet();
		for (int i = 0; i < 2; i++) {
			this.context.reset();
			this.root.setLevel(Level.INFO);
			this.shop.info("after reset " + i);
		}
		assertThat(recorded()).containsExactly("after reset 0", "after reset 1");
		assertThat(appenders(this.root)).hasSize(1);
		assertThat(appenders(this.context.getLogger("audit"))).hasSize(1);
	}

	@Test
	void leavesALoggerAloneThatHasAnAppenderOfTheApplication() {
		SentryAppender own = new SentryAppender();
		own.setContext(this.context);
		this.root.addAppender(own);
		this.breadcrumbs.afterPropertiesSet();
		assertThat(appenders(this.root)).containsExactly(own);
	}

	@Test
	void theDoctorFindsAppendersOfTheApplicationThatCapture() {
		this.breadcrumbs.afterPropertiesSet();
		SentryAppenderCheck check = new SentryAppenderCheck(this.breadcrumbs);
		assertThat(check.examine()).isEmpty();
		SentryAppender own = new SentryAppender();
		own.setContext(this.context);
		this.shop.addAppender(own);
		assertThat(check.examine()).extracting(DoctorCheck.Finding::where).containsExactly("logger shop");
		own.setMinimumEventLevel(Level.OFF);
		assertThat(check.examine()).isEmpty();
	}

	@Test
	void isGoneWithItsContext() {
		this.breadcrumbs.afterPropertiesSet();
		this.breadcrumbs.destroy();
		this.context.reset();
		this.shop.error("a failure");
		assertThat(recorded()).isEmpty();
		assertThat(appenders(this.root)).isEmpty();
	}

	private static List<String> recorded() {
		return Stream.of(Sentry.getCurrentScopes().getScope(), Sentry.getCurrentScopes().getIsolationScope())
			.flatMap((scope) -> scope.getBreadcrumbs().stream())
			.map(Breadcrumb::getMessage)
			.toList();
	}

	private static List<Appender<ILoggingEvent>> appenders(Logger logger) {
		return Stream.iterate(logger.iteratorForAppenders(), Iterator::hasNext, (each) -> each)
			.map(Iterator::next)
			.toList();
	}

}
