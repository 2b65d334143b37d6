package dev.cairn.logs;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.ApplicationFrames;
import dev.cairn.CairnLogger;
import dev.cairn.spring.logging.LogProcessor;
import dev.cairn.spring.logging.LogProcessors;
import dev.cairn.spring.test.Contexts;
import dev.cairn.spring.test.RunningApplication;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processors of log entries that are beans of an application.
 */
class LogProcessorTests {

	private static final CairnLogger log = CairnLogger.of("logs.Shop");

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.startWithoutWeb(ProcessorsApplication.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void runInTheirOrder() {
		log.info("ordered");
		assertThat(values("ordered").get("order")).isEqualTo("first, second");
	}

	@Test
	void addTheCallSite() {
		log.info("placed");
		assertThat(values("placed").get("call_site")).asInstanceOf(InstanceOfAssertFactories.MAP)
			.containsEntry("class", LogProcessorTests.class.getName())
			.containsEntry("method", "addTheCallSite")
			.containsKeys("file", "line");
	}

	@Test
	void addTheTime() {
		log.info("timed");
		assertThat(values("timed").get("timestamp").toString()).isEqualTo(
				DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(event("timed").getInstant().atOffset(ZoneOffset.UTC)));
	}

	@Test
	void replaceAnExceptionByItsFrames() {
		log.warn("failed", new IllegalStateException("outer", new IllegalArgumentException("inner")));
		assertThat(event("failed").getThrowableProxy()).isNull();
		Map<?, ?> exception = (Map<?, ?>) values("failed").get("exception");
		assertThat(exception.get("type")).isEqualTo(IllegalStateException.class.getName());
		assertThat(exception.get("causes").toString()).contains("inner");
		assertThat((List<?>) exception.get("frames")).first()
			.asInstanceOf(InstanceOfAssertFactories.MAP)
			.containsOnlyKeys("class", "method", "line", "in_app")
			.containsEntry("method", "replaceAnExceptionByItsFrames")
			.containsEntry("in_app", true);
	}

	@Test
	void receiveEntriesWithTheIdOfTheIncident() {
		log.error("broken", new IllegalStateException("captured"));
		String errorId = application.onlyIncident().fields().get("error_id").toString();
		assertThat(values("broken").get("incident")).isEqualTo(errorId);
		application.forget();
	}

	@Test
	void doNotKeepAFailureFromBeingCaptured() {
		log.error("dropped", new IllegalStateException("captured"));
		assertThat(events("dropped")).isEmpty();
		assertThat(application.onlyIncident().thrown()).hasMessage("captured");
		application.forget();
	}

	@Test
	void installNothingIfThereAreNone() {
		Contexts.plain().run((context) -> assertThat(context).doesNotHaveBean("cairnLogProcessing"));
		Contexts.plain()
			.withBean(LogProcessor.class, () -> (entry) -> entry)
			.run((context) -> assertThat(context).hasBean("cairnLogProcessing"));
		Contexts.plain()
			.withBean(LogProcessor.class, () -> (entry) -> entry)
			.withPropertyValues("cairn.logging.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("cairnLogProcessing"));
	}

	private static List<ILoggingEvent> events(String text) {
		return RunningApplication.logEvents()
			.stream()
			.filter((event) -> event.getFormattedMessage().equals(text))
			.toList();
	}

	private static ILoggingEvent event(String text) {
		assertThat(events(text)).hasSize(1);
		return events(text).get(0);
	}

	private static Map<String, Object> values(String text) {
		Map<String, Object> values = new HashMap<>();
		for (KeyValuePair pair : event(text).getKeyValuePairs()) {
			values.put(pair.key, pair.value);
		}
		return values;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ProcessorsApplication {

		@Bean
		@Order(2)
		LogProcessor second() {
			return (entry) -> entry.with("order", entry.keyValues().get("order") + ", second");
		}

		@Bean
		@Order(1)
		LogProcessor first() {
			return (entry) -> entry.with("order", "first");
		}

		@Bean
		LogProcessor callSite() {
			return LogProcessors.callSite();
		}

		@Bean
		LogProcessor timestamp() {
			return LogProcessors.timestamp("timestamp",
					DateTimeFormatter.ISO_OFFSET_DATE_TIME.withZone(ZoneOffset.UTC));
		}

		@Bean
		LogProcessor frames() {
			return LogProcessors.exceptionFrames("exception", ApplicationFrames.DEFAULT);
		}

		@Bean
		LogProcessor incident() {
			return LogProcessors.rename("errorId", "incident");
		}

		@Bean
		LogProcessor dropping() {
			return (entry) -> entry.text().equals("dropped") ? null : entry;
		}

	}

}
