package dev.cairn.spring.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import dev.cairn.Binding;
import dev.cairn.LogEntry;
import dev.cairn.context.BoundContext;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.doctor.DoctorCheck;
import dev.cairn.testing.LogCapture;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.async.AsyncLoggerConfig;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.filter.MarkerFilter;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.StringMapMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Log4jEntries}.
 */
class Log4jEntriesTests {

	private final LoggerContext context = new LoggerContext("test");

	private final Lines all = new Lines("%level %msg %X%ex");

	private final Lines own = new Lines("%msg%ex{0}");

	private final LoggerConfig shop = new LoggerConfig("com.example.Shop", Level.INFO, true);

	private final List<LogEntry> captured = new ArrayList<>();

	private final Channel account = new Accounts().channel("log");

	private Log4jEntries entries = new Log4jEntries(null, null, (entry) -> Map.of(), null, null);

	Log4jEntriesTests() {
		this.context.start(configuration());
	}

	private Configuration configuration() {
		DefaultConfiguration configuration = new DefaultConfiguration();
		configuration.getRootLogger().getAppenders().keySet().forEach(configuration.getRootLogger()::removeAppender);
		configuration.getRootLogger().addAppender(this.all, null, null);
		configuration.getRootLogger().setLevel(Level.INFO);
		this.shop.addAppender(this.own, null, null);
		configuration.addLogger("com.example.Shop", this.shop);
		return configuration;
	}

	@AfterEach
	void stop() {
		this.entries.destroy();
		this.context.close();
		ThreadContext.clearAll();
	}

	@Test
	void asynchronousLoggersOfTheConfigurationAreReported() {
		Configuration configuration = this.context.getConfiguration();
		configuration.addLogger("com.example.audit",
				AsyncLoggerConfig.newAsyncBuilder()
					.withLoggerName("com.example.audit")
					.withLevel(Level.INFO)
					.withConfig(configuration)
					.build());
		try (LogCapture log = new LogCapture()) {
			start(null);
			assertThat(log.warnings()).singleElement().asString().contains("[com.example.audit]");
		}
	}

	private Logger start(@Nullable Redactor redactor, LogProcessor... processors) {
		LogProcessing processing = new LogProcessing(List.of(processors), new Extensions((name) -> {
		}, (text) -> text), this.account);
		this.entries = new Log4jEntries(this.context, org.slf4j.event.Level.WARN, (entry) -> {
			this.captured.add(entry);
			return (entry.throwable() != null) ? Map.of("errorId", "42") : Map.of();
		}, (processors.length > 0) ? processing : null, redactor);
		this.entries.afterPropertiesSet();
		return this.context.getLogger("com.example.Shop");
	}

	@Test
	void changesAnEntryOnceForAllAppenders() {
		List<LogEntry> processed = new ArrayList<>();
		Logger logger = start(null, (entry) -> {
			processed.add(entry);
			return entry.with("added", 1).withText(entry.text() + "!").withLevel(org.slf4j.event.Level.WARN);
		});
		logger.info("order {}", 7);
		this.context.getLogger("com.example.Other").info("other");
		assertThat(this.own.lines).containsExactly("order 7!");
		assertThat(this.all.lines).containsExactly("WARN order 7! {added=1}", "WARN other! {added=1}");
		assertThat(processed).extracting(LogEntry::template).containsExactly("order {}", "other");
	}

	@Test
	void doesNotPassAProcessorWhatItLogs() {
		Logger logger = start(null, (entry) -> {
			this.context.getLogger("com.example.Shop").info("logged by the processor");
			return entry.with("processed", true);
		});
		logger.info("event");
		assertThat(this.own.lines).containsExactly("logged by the processor", "event");
		assertThat(this.all.lines).containsExactly("INFO logged by the processor {}", "INFO event {processed=true}");
	}

	@Test
	void dropsEntriesAndCountsThem() {
		Logger logger = start(null, (entry) -> entry.text().startsWith("noise") ? null : entry);
		logger.info("noise");
		logger.info("signal");
		assertThat(this.own.lines).containsExactly("signal");
		assertThat(this.all.lines).hasSize(1);
		assertThat(this.account.balance().offered()).isEqualTo(2);
		assertThat(this.account.balance().filtered()).isEqualTo(1);
	}

	@Test
	void capturesEntriesFromTheThresholdOn() {
		Logger logger = start(null);
		ThreadContext.put("tenant", "acme");
		logger.info("fine");
		logger.error("fails", new IllegalStateException("broken"));
		logger.error(new StringMapMessage().with("order", "7"));
		assertThat(this.captured).hasSize(2);
		assertThat(this.captured.get(0).bindings()).isEqualTo(Map.of("tenant", "acme"));
		assertThat(this.captured.get(1).keyValues()).isEqualTo(Map.of("order", "7"));
		assertThat(this.own.lines).containsExactly("fine", "fails", "order=\"7\"");
		assertThat(this.all.lines).element(1).asString().startsWith("ERROR fails {errorId=42, tenant=acme}");
	}

	@Test
	void anEntryThatAFilterOfTheApplicationRejectsIsNotCaptured() {
		this.shop.addFilter(MarkerFilter.createFilter("AUDIT", Filter.Result.ACCEPT, Filter.Result.DENY));
		Logger logger = start(null, (entry) -> entry.withText(entry.text() + "!"));
		logger.error("rejected");
		logger.error(MarkerManager.getMarker("AUDIT"), "accepted");
		assertThat(this.captured).extracting(LogEntry::text).containsExactly("accepted");
		assertThat(this.own.lines).containsExactly("accepted!");
		assertThat(this.all.lines).hasSize(1);
	}

	@Test
	void onlyTheFiltersOfTheApplicationAreAskedAtTheEnd() {
		this.shop.addFilter(MarkerFilter.createFilter("AUDIT", Filter.Result.ACCEPT, Filter.Result.DENY));
		Logger logger = start(null, (entry) -> entry.withText(entry.text() + "!"));
		this.entries.destroy();
		logger.error("rejected");
		logger.error(MarkerManager.getMarker("AUDIT"), "accepted");
		this.context.getLogger("com.example.Other").error("other");
		assertThat(this.captured).isEmpty();
		assertThat(this.own.lines).containsExactly("accepted");
		assertThat(this.all.lines).containsExactly("ERROR accepted {}", "ERROR other {}");
	}

	@Test
	void aLoggerHasOneFilterHoweverOftenItStartsAndStops() {
		start(null);
		Filter filter = this.shop.getFilter();
		this.entries.destroy();
		start(null);
		start(null);
		assertThat(this.shop.getFilter()).isSameAs(filter);
	}

	@Test
	void aFilterThatTheApplicationAddsMeanwhileIsAsked() {
		Logger logger = start(null, (entry) -> entry.withText(entry.text() + "!"));
		Filter filter = MarkerFilter.createFilter("AUDIT", Filter.Result.DENY, Filter.Result.NEUTRAL);
		this.shop.addFilter(filter);
		this.context.updateLoggers();
		logger.info(MarkerManager.getMarker("AUDIT"), "rejected");
		logger.info("accepted");
		this.shop.removeFilter(filter);
		logger.info(MarkerManager.getMarker("AUDIT"), "later");
		assertThat(this.own.lines).containsExactly("accepted!", "later!");
	}

	@Test
	void severalApplicationContextsEachHandleAnEntryOnce() {
		Logger logger = start(null, (entry) -> entry.withText(entry.text() + " first"));
		Log4jEntries first = this.entries;
		start(null, (entry) -> entry.withText(entry.text() + " second"));
		logger.info("both");
		first.destroy();
		logger.info("one");
		assertThat(this.own.lines).containsExactly("both first second", "one second");
		assertThat(this.all.lines).hasSize(2);
	}

	@Test
	void handlesEntriesAfterTheConfigurationIsReadAgain() {
		Logger logger = start(null, (entry) -> entry.withText(entry.text() + "!"));
		this.context.setConfiguration(configuration());
		logger.info("again");
		assertThat(this.all.lines).singleElement().asString().startsWith("INFO again!");
	}

	@Test
	void noLineIsLostOrWrittenTwiceWhenItStartsAndStops() throws InterruptedException {
		AtomicBoolean stopped = new AtomicBoolean();
		List<String> logged = new ArrayList<>();
		Logger logger = this.context.getLogger("com.example.Shop");
		Thread thread = new Thread(() -> {
			while (!stopped.get()) {
				String line = "line " + logged.size();
				logged.add(line);
				logger.info(line);
			}
		});
		thread.start();
		for (int i = 0; i < 200; i++) {
			start(null, (entry) -> entry.with("processed", true));
			this.entries.destroy();
		}
		stopped.set(true);
		thread.join();
		assertThat(this.own.lines).isEqualTo(logged);
		assertThat(this.all.lines).hasSameSizeAs(logged);
	}

	@Test
	void masksSecretsInLinesOfAPattern() {
		Logger logger = start(Redactor.DEFAULT);
		ThreadContext.put("api_key", "abc");
		logger.info("login of ada, password=hunter2");
		logger.error("fails", new IllegalStateException("password=hunter3", new RuntimeException("password=hunter4")));
		assertThat(this.all.lines).hasSize(2)
			.allSatisfy((line) -> assertThat(line).doesNotContain("hunter").doesNotContain("abc"));
		assertThat(this.all.lines.get(0)).contains("login of ada, password=", "api_key=");
		assertThat(this.all.lines.get(1)).contains("java.lang.IllegalStateException: password=",
				"Caused by: java.lang.RuntimeException: password=");
		assertThat(this.captured.get(0).throwable()).hasMessage("password=hunter3");
	}

	@Test
	void masksSecretsThatAProcessorAdds() {
		List<LogEntry> later = new ArrayList<>();
		Logger logger = start(Redactor.DEFAULT,
				(entry) -> entry.with("api_key", "abc").withText(entry.text() + " password=hunter2"), (entry) -> {
					later.add(entry);
					return entry;
				});
		logger.info("placed");
		assertThat(this.all.lines).singleElement()
			.asString()
			.contains("placed password=", "api_key=")
			.doesNotContain("hunter", "abc");
		assertThat(later).singleElement()
			.satisfies((entry) -> assertThat(entry.keyValues()).containsEntry("api_key", "abc"));
	}

	@Test
	void aLineReadsALazyValue() {
		Logger logger = start(null);
		BoundContext bound = new BoundContext(new Extensions((name) -> {
		}, (text) -> text), List.of(), (name) -> false, true, Set.of());
		Supplier<Object> supplier = () -> "full";
		try (Binding cart = bound.bind("cart", supplier)) {
			logger.info("first");
		}
		assertThat(this.all.lines).containsExactly("INFO first {cart=full}");
	}

	@Test
	void theDoctorFindsLoggersWithoutAnAppender() {
		start(null);
		Log4jLoggersCheck check = new Log4jLoggersCheck(this.entries);
		this.shop.setAdditive(false);
		this.context.updateLoggers();
		assertThat(check.examine()).isEmpty();
		this.context.getConfiguration()
			.addLogger("com.example.lost", new LoggerConfig("com.example.lost", Level.INFO, false));
		this.context.getConfiguration()
			.addLogger("com.example.off", new LoggerConfig("com.example.off", Level.OFF, false));
		assertThat(check.examine()).extracting(DoctorCheck.Finding::where).containsExactly("com.example.lost");
		assertThat(new Log4jLoggersCheck(new Log4jEntries(null, null, (entry) -> Map.of(), null, null)).examine())
			.isEmpty();
	}

	/**
	 * The lines of a pattern.
	 */
	private static final class Lines extends AbstractAppender {

		private final List<String> lines = new CopyOnWriteArrayList<>();

		private final PatternLayout layout;

		Lines(String pattern) {
			super(pattern, null, null, false, Property.EMPTY_ARRAY);
			this.layout = PatternLayout.newBuilder().withPattern(pattern).build();
			start();
		}

		@Override
		public void append(LogEvent event) {
			this.lines.add(this.layout.toSerializable(event).strip());
		}

		@Override
		public boolean stop(long timeout, TimeUnit unit) {
			return true;
		}

	}

}
