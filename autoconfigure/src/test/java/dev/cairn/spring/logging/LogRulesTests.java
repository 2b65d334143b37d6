package dev.cairn.spring.logging;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import dev.cairn.CairnLogger;
import dev.cairn.Message;
import dev.cairn.MessageEnricher;
import dev.cairn.Severity;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Metrics and messages from log entries, in a running application.
 */
class LogRulesTests {

	private static final CairnLogger orders = CairnLogger.of("rules.Orders");

	private static final Logger audit = LoggerFactory.getLogger("rules.audit.Trail");

	private static final AtomicBoolean enricherLogs = new AtomicBoolean();

	private static RunningApplication application;

	private final MeterRegistry registry = application.bean(MeterRegistry.class);

	@BeforeAll
	static void start() {
		application = RunningApplication.startWithoutWeb(RulesApplication.class, "cairn.logging.rules[0].event=order.*",
				"cairn.logging.rules[0].meter=orders", "cairn.logging.rules[0].tags=currency,tenant",
				"cairn.logging.rules[1].event=order.shipped", "cairn.logging.rules[1].meter=shipping.time",
				"cairn.logging.rules[1].duration=took", "cairn.logging.rules[2].logger=rules.Orders",
				"cairn.logging.rules[2].level=warn", "cairn.logging.rules[2].values.provider=psp*",
				"cairn.logging.rules[2].meter=payment.problems", "cairn.logging.rules[3].logger=rules.audit.*",
				"cairn.logging.rules[3].message=true", "cairn.logging.rules[4].logger=rules.audit.*",
				"cairn.logging.rules[4].level=error", "cairn.logging.rules[4].message=true",
				"cairn.logging.rules[4].meter=audit.errors");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		application.bean(MemorySink.class).clear();
		this.registry.clear();
	}

	@Test
	void countsEntriesByTheirValues() {
		orders.info("order.placed", "currency", "EUR");
		try (MDC.MDCCloseable tenant = MDC.putCloseable("tenant", "acme")) {
			orders.info("order.paid", "currency", "EUR");
			orders.warn("order.paid", "currency", "EUR");
		}
		orders.debug("order.placed", "currency", "EUR");
		orders.info("cart.emptied", "currency", "EUR");
		assertThat(this.registry.get("orders").tags("currency", "EUR", "tenant", "none").counter().count())
			.isEqualTo(1);
		assertThat(this.registry.get("orders").tags("currency", "EUR", "tenant", "acme").counter().count())
			.isEqualTo(2);
		assertThat(this.registry.get("orders").counters()).hasSize(2);
	}

	@Test
	void countsEntriesOfAnyLogger() {
		LoggerFactory.getLogger("rules.Foreign").info("order.* from {}", "anywhere");
		assertThat(this.registry.get("orders").counter().count()).isEqualTo(1);
	}

	@Test
	void timesEntriesByADuration() {
		orders.info("order.shipped", "took", 250);
		orders.info("order.shipped", "took", 0.5);
		orders.info("order.shipped", "took", Duration.ofSeconds(2));
		orders.info("order.shipped", "took", "3s");
		orders.info("order.shipped", "took", "100");
		orders.info("order.shipped", "took", "long");
		for (Object refused : List.of(Double.NaN, Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e300, -5, -1e300,
				Long.MAX_VALUE, "Infinity", "-1", "1e300", "-3s", "366d", "0.5d", "999999999999999999d",
				Duration.ofDays(400), Duration.ofNanos(-1), new BigDecimal("1e400"),
				new Hostile(new IllegalStateException()))) {
			orders.info("order.shipped", "took", refused);
		}
		orders.info("order.shipped");
		assertThat(this.registry.get("shipping.time").timer().count()).isEqualTo(5);
		assertThat(this.registry.get("shipping.time").timer().totalTime(TimeUnit.MILLISECONDS)).isCloseTo(5350.5,
				within(0.01));
		assertThat(RunningApplication.logEvents().stream().map((event) -> event.getFormattedMessage()))
			.filteredOn((line) -> line.contains("is not a duration"))
			.singleElement()
			.asString()
			.contains("the timer 'shipping.time' does not record the entry 'order.shipped'");
	}

	@ParameterizedTest
	@MethodSource("failures")
	void appliesTheOtherRulesIfAValueHasNoText(Throwable failure) {
		Hostile hostile = new Hostile(failure);
		LoggerFactory.getLogger("rules.audit.Hostile")
			.atError()
			.addKeyValue("currency", hostile)
			.addKeyValue("provider", hostile)
			.addKeyValue("took", hostile)
			.log("order.shipped");
		orders.warn("order.lost", "provider", hostile);
		assertThat(application.messages(Message.TYPE_LOG)).extracting(Message::payload)
			.containsExactly("order.shipped");
		assertThat(this.registry.get("audit.errors").counter().count()).isEqualTo(1);
		assertThat(this.registry.get("orders").counters()).isNotEmpty();
	}

	static Stream<Throwable> failures() {
		return Stream.of(new IllegalStateException("secret"), new AssertionError("secret"), new StackOverflowError(),
				new IOException("secret"), new NoClassDefFoundError("secret"));
	}

	@Test
	void countsByLevelAndValue() {
		orders.warn("slow", "provider", "psp1");
		orders.error("down", "provider", "psp2");
		orders.warn("slow", "provider", "bank");
		orders.info("fine", "provider", "psp1");
		orders.warn("slow");
		assertThat(this.registry.get("payment.problems").counter().count()).isEqualTo(2);
	}

	@Test
	void publishesAnEntryAsOneMessage() {
		try (MDC.MDCCloseable tenant = MDC.putCloseable("tenant", "acme")) {
			audit.atInfo().addKeyValue("order", 17).addKeyValue("thread", "mine").log("Deleted {}", "a file");
		}
		assertThat(application.messages(Message.TYPE_LOG)).singleElement().satisfies((message) -> {
			assertThat(message.logger()).isEqualTo("rules.audit.Trail");
			assertThat(message.severity()).isEqualTo(Severity.INFORMATIONAL);
			assertThat(message.payload()).isEqualTo("Deleted a file");
			assertThat(message.fields()).containsEntry("order", 17)
				.containsEntry("field_thread", "mine")
				.containsEntry("thread", Thread.currentThread().getName())
				.containsEntry("log_template", "Deleted {}")
				.containsEntry("log_context", Map.of("tenant", "acme"));
		});
	}

	@Test
	void publishesAFailureWithTheIdOfItsIncident() {
		IllegalStateException thrown = new IllegalStateException("broken");
		audit.error("Failed", thrown);
		Message incident = application.onlyIncident();
		assertThat(application.messages(Message.TYPE_LOG)).singleElement().satisfies((message) -> {
			assertThat(message.severity()).isEqualTo(Severity.ERROR);
			assertThat(message.thrown()).isSameAs(thrown);
			assertThat(message.fields()).containsEntry("error_id", incident.fields().get("error_id"))
				.doesNotContainKey("log_context");
		});
		assertThat(this.registry.get("audit.errors").counter().count()).isEqualTo(1);
	}

	@Test
	void redactsMessages() {
		audit.info("login with password=secret1", "x");
		assertThat(application.messages(Message.TYPE_LOG).get(0).payload()).doesNotContain("secret1");
	}

	@Test
	void doesNotPublishWhatIsLoggedMeanwhile() {
		enricherLogs.set(true);
		audit.info("loop");
		enricherLogs.set(false);
		assertThat(application.messages(Message.TYPE_LOG)).extracting(Message::payload).containsExactly("loop");
	}

	@Test
	void publishesNoOtherEntries() {
		orders.error("down", "provider", "psp2", new IllegalStateException());
		assertThat(application.messages(Message.TYPE_LOG)).isEmpty();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class RulesApplication {

		/** Logs what a rule publishes. */
		@Bean
		MessageEnricher loggingEnricher() {
			return (message) -> {
				if (enricherLogs.get()) {
					audit.info("enriches");
				}
			};
		}

	}

	private record Hostile(Throwable failure) {

		@Override
		public String toString() {
			return thrown(this.failure);
		}

		@SuppressWarnings("unchecked")
		private static <T, E extends Throwable> T thrown(Throwable failure) throws E {
			throw (E) failure;
		}

	}

}
