package dev.cairn.spring.logging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.AppenderAttachable;
import ch.qos.logback.core.spi.ConfigurationEvent;
import dev.cairn.CairnLogger;
import dev.cairn.LogEntry;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.internal.Extensions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogbackProcessing}.
 */
class LogbackProcessingTests {

	private static final String NAME = "processed.Shop";

	private final CairnLogger log = CairnLogger.of(NAME);

	private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

	private final Logger root = this.context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final Logger logger = this.context.getLogger(NAME);

	private final ListAppender<ILoggingEvent> all = new ListAppender<>();

	private final ListAppender<ILoggingEvent> own = new ListAppender<>();

	private final Channel account = new Accounts().channel("log");

	private final List<String> failed = new ArrayList<>();

	private final List<LogProcessor> processors = new ArrayList<>();

	private LogbackProcessing processing = new LogbackProcessing(
			new LogProcessing(List.of(), extensions(), this.account));

	@BeforeEach
	void attach() {
		this.all.setName("ALL");
		this.all.start();
		this.own.start();
		this.root.addAppender(this.all);
		this.logger.addAppender(this.own);
	}

	@AfterEach
	void detach() {
		this.processing.destroy();
		detach(this.root, this.all);
		detach(this.logger, this.own);
	}

	private static void detach(Logger logger, Appender<ILoggingEvent> appender) {
		logger.detachAppender(appender);
		if (logger.getAppender("CAIRN-PROCESSORS") instanceof AppenderAttachable<?> processor) {
			@SuppressWarnings("unchecked")
			AppenderAttachable<ILoggingEvent> attachable = (AppenderAttachable<ILoggingEvent>) processor;
			attachable.detachAppender(appender);
		}
	}

	private Extensions extensions() {
		return new Extensions(this.failed::add, (text) -> text);
	}

	private void process(LogProcessor... processors) {
		this.processors.addAll(List.of(processors));
		this.processing = new LogbackProcessing(new LogProcessing(this.processors, extensions(), this.account));
		this.processing.afterPropertiesSet();
	}

	@Test
	void changesAnEntryForAllAppenders() {
		process((entry) -> entry.with("added", 1),
				(entry) -> entry.without("secret").withText(entry.text() + "!").withLevel(Level.WARN));
		try (MDC.MDCCloseable secret = MDC.putCloseable("secret", "x")) {
			this.log.info("event", "a", true, new IllegalStateException("kept"));
		}
		for (ListAppender<ILoggingEvent> appender : List.of(this.all, this.own)) {
			assertThat(appender.list).singleElement().satisfies((event) -> {
				assertThat(event.getFormattedMessage()).isEqualTo("event!");
				assertThat(event.getMessage()).isEqualTo("event!");
				assertThat(event.getLevel()).isEqualTo(ch.qos.logback.classic.Level.WARN);
				assertThat(event.getMDCPropertyMap()).doesNotContainKey("secret");
				assertThat(event.getKeyValuePairs()).extracting((pair) -> pair.key + "=" + pair.value)
					.containsExactly("a=true", "added=1");
				assertThat(event.getThrowableProxy().getMessage()).isEqualTo("kept");
			});
		}
	}

	@Test
	void changesEntriesBeforeTheyAreRendered() {
		ByteArrayOutputStream lines = new ByteArrayOutputStream();
		OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
		PatternLayoutEncoder encoder = new PatternLayoutEncoder();
		encoder.setContext(this.context);
		encoder.setPattern("%level %msg %kvp %mdc %caller{1}%ex{0}");
		encoder.start();
		appender.setContext(this.context);
		appender.setEncoder(encoder);
		appender.setOutputStream(lines);
		appender.start();
		this.logger.addAppender(appender);
		process(LogProcessors.positionalArguments(), LogProcessors.rename("tenant", "customer"),
				LogProcessors.levelNumber(), LogProcessors.exceptionText("trace"));
		try (MDC.MDCCloseable tenant = MDC.putCloseable("tenant", "acme")) {
			LoggerFactory.getLogger(NAME).warn("Order {}", 7, new IllegalStateException("x"));
		}
		this.processing.destroy();
		detach(this.logger, appender);
		assertThat(lines.toString(StandardCharsets.UTF_8))
			.startsWith("WARN Order 7 customer=\"acme\" level_number=\"30\" trace=\"java.lang.IllegalStateException: x")
			.contains("at dev.cairn.spring.logging.LogbackProcessingTests.changesEntriesBeforeTheyAreRendered");
	}

	@Test
	void dropsEntries() {
		process((entry) -> entry.text().startsWith("noise") ? null : entry, (entry) -> entry.with("seen", true));
		this.log.info("noise");
		this.log.info("signal");
		assertThat(this.all.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("signal");
		assertThat(this.own.list).hasSize(1);
		assertThat(this.account.balance()).satisfies((balance) -> {
			assertThat(balance.offered()).isEqualTo(2);
			assertThat(balance.filtered()).isEqualTo(1);
			assertThat(balance.delivered()).isEqualTo(1);
		});
	}

	@Test
	void callsEachProcessorOnceForAnEntry() {
		List<LogEntry> entries = new ArrayList<>();
		process((entry) -> {
			entries.add(entry);
			return entry;
		});
		this.log.info("event");
		assertThat(entries).hasSize(1);
		assertThat(this.own.list).isEqualTo(this.all.list);
	}

	@Test
	void isolatesAProcessorThatFails() {
		process((entry) -> entry.with("first", 1), (entry) -> {
			throw new IllegalStateException("broken");
		}, (entry) -> {
			throw new StackOverflowError();
		}, (entry) -> entry.with("last", 2));
		this.log.info("event");
		assertThat(this.own.list).singleElement()
			.satisfies((event) -> assertThat(event.getKeyValuePairs()).extracting((pair) -> pair.key)
				.containsExactly("first", "last"));
		assertThat(new HashSet<>(this.failed)).hasSize(2)
			.allSatisfy((name) -> assertThat(name).startsWith("log processor "));
	}

	@ParameterizedTest
	@MethodSource
	void isolatesAProcessorWhoseEntryIsInvalid(LogProcessor invalid) {
		process(invalid);
		LoggerFactory.getLogger(NAME).info("order {}", 7);
		assertThat(this.own.list).singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage()).isEqualTo("order 7"));
		assertThat(this.failed).singleElement().asString().startsWith("log processor ");
	}

	static Stream<LogProcessor> isolatesAProcessorWhoseEntryIsInvalid() {
		return Stream.of((entry) -> copy(entry, null, entry.logger(), entry.formatter()),
				(entry) -> copy(entry, entry.level(), null, entry.formatter()),
				(entry) -> copy(entry, entry.level(), entry.logger(), null),
				(entry) -> copy(entry, entry.level(), entry.logger(), () -> {
					throw new IllegalStateException("broken");
				}));
	}

	private static LogEntry copy(LogEntry entry, Level level, String logger, Supplier<String> formatter) {
		return new LogEntry(entry.time(), level, logger, entry.thread(), entry.template(), entry.arguments(), formatter,
				entry.keyValues(), entry.bindings(), entry.throwable());
	}

	@Test
	void callsTheFormatterOfAProcessorOnce() {
		AtomicInteger calls = new AtomicInteger();
		process((entry) -> copy(entry, entry.level(), entry.logger(), () -> "text " + calls.incrementAndGet()));
		this.log.info("event");
		assertThat(this.own.list.get(0).getFormattedMessage()).isEqualTo("text 1");
		assertThat(this.all.list.get(0).getFormattedMessage()).isEqualTo("text 1");
	}

	@Test
	void callsEachProcessorOnceIfAnAppenderLogs() {
		org.slf4j.Logger other = LoggerFactory.getLogger("processed.Other");
		UnsynchronizedAppenderBase<ILoggingEvent> logging = new UnsynchronizedAppenderBase<>() {

			@Override
			protected void append(ILoggingEvent event) {
				other.info("logged by the appender");
			}

		};
		logging.start();
		this.logger.addAppender(logging);
		List<String> processed = new ArrayList<>();
		process((entry) -> {
			processed.add(entry.text());
			return entry;
		});
		this.log.info("event");
		detach(this.logger, logging);
		assertThat(processed).containsExactly("event", "logged by the appender");
		assertThat(this.all.list).hasSize(2);
	}

	@Test
	void doesNotPassAProcessorWhatItLogs() {
		process((entry) -> {
			this.log.info("logged by the processor");
			return entry.with("processed", true);
		});
		this.log.info("event");
		assertThat(this.own.list).extracting(ILoggingEvent::getFormattedMessage)
			.containsExactly("logged by the processor", "event");
		assertThat(this.own.list.get(0).getKeyValuePairs()).isNull();
		assertThat(this.own.list.get(1).getKeyValuePairs()).hasSize(1);
	}

	@Test
	void passesEntriesOnUntilTheLoggingSystemIsConfiguredAgain() {
		process((entry) -> entry.with("processed", true));
		this.processing.destroy();
		this.log.info("event");
		assertThat(this.own.list).hasSize(1).isEqualTo(this.all.list);
		assertThat(this.own.list.get(0).getKeyValuePairs()).isNull();
		process((entry) -> entry);
		assertThat(appenders(this.logger)).hasSize(1);
	}

	@Test
	void noLineIsLostOrWrittenTwiceWhenAContextIsClosed() throws InterruptedException {
		process((entry) -> entry.with("processed", true));
		AtomicBoolean stopped = new AtomicBoolean();
		List<String> logged = new ArrayList<>();
		org.slf4j.Logger slf4j = LoggerFactory.getLogger(NAME);
		Thread thread = new Thread(() -> {
			while (!stopped.get()) {
				String line = "line " + logged.size();
				logged.add(line);
				slf4j.info(line);
			}
		});
		thread.start();
		for (int i = 0; i < 200; i++) {
			this.processing.destroy();
			this.processing.afterPropertiesSet();
		}
		this.processing.destroy();
		stopped.set(true);
		thread.join();
		assertThat(this.own.list).extracting(ILoggingEvent::getFormattedMessage).isEqualTo(logged);
		assertThat(this.all.list).filteredOn((event) -> event.getLoggerName().equals(NAME))
			.extracting(ILoggingEvent::getFormattedMessage)
			.isEqualTo(logged);
	}

	@Test
	void processesForSeveralApplicationContexts() {
		process((entry) -> entry.with("first", true));
		LogbackProcessing second = new LogbackProcessing(
				new LogProcessing(List.of((entry) -> entry.with("second", true)), extensions(), this.account));
		second.afterPropertiesSet();
		this.context.fireConfigurationEvent(ConfigurationEvent.newConfigurationEndedSuccessfullyEvent(this));
		this.log.info("both");
		this.processing.destroy();
		this.log.info("second");
		second.destroy();
		assertThat(this.own.list).hasSize(2).isEqualTo(this.all.list);
		assertThat(this.own.list.get(0).getKeyValuePairs()).extracting((pair) -> pair.key)
			.containsExactly("first", "second");
		assertThat(this.own.list.get(1).getKeyValuePairs()).extracting((pair) -> pair.key).containsExactly("second");
	}

	@Test
	void processesTheAppendersOfAConfigurationThatIsReadAgain() throws JoranException {
		Logger reloaded = this.context.getLogger("processed.Reloaded");
		process((entry) -> entry.with("processed", true));
		JoranConfigurator configurator = new JoranConfigurator();
		configurator.setContext(this.context);
		configurator.doConfigure(new ByteArrayInputStream(("<configuration><appender name='LIST' class='"
				+ ListAppender.class.getName() + "'/><logger name='processed.Reloaded' additivity='false'>"
				+ "<appender-ref ref='LIST'/></logger></configuration>")
			.getBytes(StandardCharsets.UTF_8)));
		reloaded.info("event");
		this.processing.destroy();
		ListAppender<?> list = (ListAppender<?>) ((AppenderAttachable<?>) appenders(reloaded).get(0))
			.getAppender("LIST");
		assertThat(list.list).singleElement()
			.satisfies((event) -> assertThat(((ILoggingEvent) event).getKeyValuePairs())
				.extracting((pair) -> Map.entry(pair.key, pair.value))
				.containsExactly(Map.entry("processed", true)));
		reloaded.detachAndStopAllAppenders();
		reloaded.setAdditive(true);
	}

	private static List<Appender<ILoggingEvent>> appenders(Logger logger) {
		List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
		logger.iteratorForAppenders().forEachRemaining(appenders::add);
		return appenders;
	}

}
