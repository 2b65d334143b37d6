package dev.cairn.spring.sentry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.cairn.spring.doctor.DoctorCheck;
import io.sentry.logback.SentryAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SentryAppenders} with a Logback of its own.
 */
class SentryAppendersTests {

	private final LoggerContext context = new LoggerContext();

	private final SentryAppenders appenders = new SentryAppenders(this.context);

	@AfterEach
	void stop() {
		this.context.stop();
	}

	@Test
	void theDoctorFindsAppendersOfTheApplicationThatCapture() {
		SentryAppenderCheck check = new SentryAppenderCheck(this.appenders);
		assertThat(check.examine()).isEmpty();
		SentryAppender own = add("shop");
		assertThat(check.examine()).extracting(DoctorCheck.Finding::where).containsExactly("logger shop");
		own.setMinimumEventLevel(Level.OFF);
		assertThat(check.examine()).isEmpty();
	}

	@Test
	void findsTheLoggersWithAnAppenderOfTheApplication() {
		add("shop");
		assertThat(this.appenders.isOn("shop")).isTrue();
		assertThat(this.appenders.isOn(org.slf4j.Logger.ROOT_LOGGER_NAME)).isFalse();
	}

	private SentryAppender add(String logger) {
		SentryAppender appender = new SentryAppender();
		appender.setContext(this.context);
		this.context.getLogger(logger).addAppender(appender);
		return appender;
	}

}
