package dev.cairn.spring.error;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.cairn.LogEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogEntryAppender}.
 */
class LogEntryAppenderTests {

	private final Logger logger = LoggerFactory.getLogger("com.example.Shop");

	private final ch.qos.logback.classic.Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory())
		.getLogger(Logger.ROOT_LOGGER_NAME);

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	private final List<LogEntry> entries = new ArrayList<>();

	private final LogEntryAppender appender = new LogEntryAppender(Level.WARN, (entry) -> {
		this.entries.add(entry);
		return (entry.throwable() != null) ? Map.of("errorId", "42") : Map.of();
	});

	@BeforeEach
	void start() {
		this.lines.start();
		this.root.addAppender(this.lines);
		this.appender.afterPropertiesSet();
	}

	@AfterEach
	void stop() {
		this.appender.destroy();
		this.root.detachAppender(this.lines);
	}

	@Test
	void passesOnTheWholeEntry() {
		IllegalStateException thrown = new IllegalStateException("fails");
		Instant before = Instant.now();
		try (MDC.MDCCloseable tenant = MDC.putCloseable("tenant", "acme")) {
			this.logger.atError().addKeyValue("order", 7).setCause(thrown).log("order {} of {}", 7, null);
		}
		assertThat(this.entries).singleElement().satisfies((entry) -> {
			assertThat(entry.time()).isBetween(before.minusMillis(1), Instant.now());
			assertThat(entry.level()).isEqualTo(Level.ERROR);
			assertThat(entry.logger()).isEqualTo("com.example.Shop");
			assertThat(entry.thread()).isEqualTo(Thread.currentThread().getName());
			assertThat(entry.template()).isEqualTo("order {} of {}");
			assertThat(entry.arguments()).containsExactly(7, null);
			assertThat(entry.text()).isEqualTo("order 7 of null");
			assertThat(entry.keyValues()).isEqualTo(Map.of("order", 7));
			assertThat(entry.bindings()).isEqualTo(Map.of("tenant", "acme"));
			assertThat(entry.throwable()).isSameAs(thrown);
		});
	}

	@Test
	void ignoresEntriesBelowTheThreshold() {
		this.logger.info("fine");
		this.logger.warn("not fine");
		assertThat(this.entries).extracting(LogEntry::text).containsExactly("not fine");
		assertThat(this.entries.get(0).arguments()).isEmpty();
		assertThat(this.entries.get(0).throwable()).isNull();
	}

	@Test
	void addsTheReturnedValuesToTheDiagnosticContextOfTheLine() {
		MDC.put("tenant", "acme");
		this.logger.error("fails", new IllegalStateException());
		this.logger.error("fails without a throwable");
		MDC.remove("tenant");
		assertThat(this.lines.list.get(0).getMDCPropertyMap()).isEqualTo(Map.of("tenant", "acme", "errorId", "42"));
		assertThat(this.lines.list.get(1).getMDCPropertyMap()).isEqualTo(Map.of("tenant", "acme"));
	}

	@Test
	void leavesTheRootLoggerAloneWithoutAThreshold() {
		LogEntryAppender off = new LogEntryAppender(null, (entry) -> Map.of());
		off.afterPropertiesSet();
		assertThat(off.isStarted()).isFalse();
		assertThat(this.root.isAttached(off)).isFalse();
		off.destroy();
	}

}
