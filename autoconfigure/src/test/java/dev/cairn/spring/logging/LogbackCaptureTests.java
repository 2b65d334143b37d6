package dev.cairn.spring.logging;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.cairn.Binding;
import dev.cairn.LogEntry;
import dev.cairn.context.BoundContext;
import dev.cairn.internal.Extensions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogbackCapture}.
 */
class LogbackCaptureTests {

	private final Logger logger = LoggerFactory.getLogger("com.example.Shop");

	private final ch.qos.logback.classic.Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory())
		.getLogger(Logger.ROOT_LOGGER_NAME);

	/** Asks for the diagnostic context at once, as appenders that write do. */
	private final ListAppender<ILoggingEvent> lines = new ListAppender<>() {

		@Override
		protected void append(ILoggingEvent event) {
			event.getMDCPropertyMap();
			super.append(event);
		}

	};

	private final List<LogEntry> entries = new ArrayList<>();

	private final LogbackCapture appender = new LogbackCapture(Level.WARN, (entry) -> {
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
	void anEntryWithoutAMessageHasAText() {
		this.logger.error(null, new NullPointerException());
		this.logger.atWarn().addKeyValue("order", 7).log();
		assertThat(this.entries).hasSize(2).allSatisfy((entry) -> {
			assertThat(entry.template()).isEqualTo("null");
			assertThat(entry.text()).isEqualTo("null");
		});
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
		LogbackCapture off = new LogbackCapture(null, (entry) -> Map.of());
		off.afterPropertiesSet();
		assertThat(off.isStarted()).isFalse();
		assertThat(this.root.getLoggerContext().getTurboFilterList()).doesNotContain(off);
		assertThat(this.root.iteratorForAppenders()).toIterable()
			.filteredOn((appender) -> "CAIRN".equals(appender.getName()))
			.hasSize(1);
		off.destroy();
	}

	@Test
	void aLoggerThatPassesNothingOnIsCapturedOnce() {
		for (boolean before : new boolean[] { true, false }) {
			ch.qos.logback.classic.Logger audit = this.root.getLoggerContext().getLogger("com.example.audit" + before);
			ListAppender<ILoggingEvent> own = new ListAppender<>();
			own.start();
			if (!before) {
				this.appender.destroy();
			}
			audit.setAdditive(false);
			audit.addAppender(own);
			if (!before) {
				this.appender.afterPropertiesSet();
			}
			LoggerFactory.getLogger("com.example.audit" + before + ".Money").error("lost", new IllegalStateException());
			assertThat(this.entries).extracting(LogEntry::text).containsExactly("lost");
			assertThat(own.list).hasSize(1);
			audit.setAdditive(true);
			LoggerFactory.getLogger("com.example.audit" + before + ".Money").error("again");
			assertThat(this.entries).extracting(LogEntry::text).containsExactly("lost", "again");
			this.entries.clear();
		}
	}

	@Test
	void theLineOfALoggerThatPassesNothingOnHasTheValues() {
		ch.qos.logback.classic.Logger audit = this.root.getLoggerContext().getLogger("com.example.audit");
		this.appender.destroy();
		audit.setAdditive(false);
		audit.addAppender(this.lines);
		this.appender.afterPropertiesSet();
		this.root.getLoggerContext().getLogger("com.example.audit.Money").error("lost", new IllegalStateException());
		assertThat(this.lines.list).singleElement()
			.satisfies((line) -> assertThat(line.getMDCPropertyMap()).containsEntry("errorId", "42"));
		audit.detachAppender(this.lines);
		audit.setAdditive(true);
	}

	@Test
	void capturesAfterAResetOfTheLoggers() {
		LoggerContext context = new LoggerContext();
		context.setMDCAdapter(MDC.getMDCAdapter());
		LogbackCapture own = new LogbackCapture(Level.WARN, (entry) -> {
			this.entries.add(entry);
			return Map.of("errorId", "42");
		});
		context.addListener(own);
		configure(context);
		for (int i = 0; i < 3; i++) {
			context.reset();
			configure(context);
			context.getLogger("com.example.Shop").error("number {}", i);
			context.getLogger("com.example.audit.Money").error("audit {}", i);
		}
		assertThat(this.entries).extracting(LogEntry::text)
			.containsExactly("number 0", "audit 0", "number 1", "audit 1", "number 2", "audit 2");
		assertThat(this.lines.list).hasSize(6)
			.filteredOn((line) -> line.getMDCPropertyMap().containsKey("errorId"))
			.extracting(ILoggingEvent::getFormattedMessage)
			.containsExactly("number 1", "audit 1", "number 2", "audit 2");
	}

	/** As a file of the application does, whenever it has changed. */
	private void configure(LoggerContext context) {
		this.lines.setContext(context);
		this.lines.start();
		context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(this.lines);
		context.getLogger("com.example.audit").setAdditive(false);
		context.getLogger("com.example.audit").addAppender(this.lines);
	}

	@Test
	void nothingIsLeftBehind() {
		ch.qos.logback.classic.Logger audit = this.root.getLoggerContext().getLogger("com.example.audit");
		audit.setAdditive(false);
		audit.error("lost");
		this.appender.destroy();
		assertThat(audit.iteratorForAppenders()).toIterable().isEmpty();
		assertThat(this.root.iteratorForAppenders()).toIterable()
			.noneMatch((appender) -> "CAIRN".equals(appender.getName()));
		assertThat(this.root.getLoggerContext().getTurboFilterList()).doesNotContain(this.appender);
		assertThat(this.root.getLoggerContext().getCopyOfListenerList()).doesNotContain(this.appender);
		audit.setAdditive(true);
		this.appender.afterPropertiesSet();
	}

	@Test
	void aLineReadsALazyValueOnce() {
		AtomicInteger calls = new AtomicInteger();
		BoundContext context = new BoundContext(new Extensions((name) -> {
		}, (text) -> text), List.of(), (name) -> false, true, Set.of());
		Supplier<Object> supplier = () -> {
			this.logger.warn("computing");
			return calls.incrementAndGet();
		};
		try (Binding cart = context.bind("cart", supplier)) {
			this.logger.trace("disabled");
			assertThat(calls).hasValue(0);
			this.logger.warn("first");
			this.logger.atWarn().log("second");
		}
		assertThat(calls).hasValue(1);
		assertThat(this.lines.list).extracting((line) -> line.getMessage() + line.getMDCPropertyMap().get("cart"))
			.containsExactly("computingnull", "first1", "second1");
		assertThat(MDC.get("cart")).isNull();
	}

}
