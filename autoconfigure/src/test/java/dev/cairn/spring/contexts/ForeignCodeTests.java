package dev.cairn.spring.contexts;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Cairn;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.MessageEnricher;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.ProcessorTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a service whose exceptions, enrichers, listeners and sinks log and publish.
 */
@Timeout(300)
class ForeignCodeTests {

	private static final Logger logger = LoggerFactory.getLogger("com.example.Foreign");

	/** Foreign code that is called more often than that is called without an end. */
	private static final int MANY = 5000;

	private static final AtomicInteger lines = new AtomicInteger();

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(ForeignApplication.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		application.bean(MemorySink.class).clear();
		lines.set(0);
	}

	@Test
	void anExceptionWhoseMessageIsLoggedEndsTheRequest() {
		assertThat(application.get("/hostile").statusCode()).isEqualTo(500);
		assertThat(application.get("/itself").statusCode()).isEqualTo(500);
		RunningApplication.await(() -> application.messages(Message.TYPE_HTTP_REQUEST).size() == 2);
		assertThat(lines).hasValueLessThan(200);
	}

	@Test
	void anEnricherThatLogsAnErrorWithAThrowableIsCalledForOneMore() {
		for (int i = 0; i < 4; i++) {
			application.get("/ok");
		}
		RunningApplication.await(() -> application.messages(Message.TYPE_HTTP_REQUEST).size() == 4);
		assertThat(lines.get()).isBetween(4, 100);
	}

	@Test
	void aListenerThatPublishesIsAnsweredOnce() {
		application.bean(Cairn.class).event("order.placed").publish();
		assertThat(application.messages("from.listener")).hasSize(1);
		assertThat(application.bean(Accounts.class).channel("memory").balance().dropped().get(DropReason.REENTRANT))
			.isPositive();
	}

	@Test
	void aSinkThatLogsAnErrorDoesNotFeedItself() {
		application.bean(Cairn.class).event("order.placed").publish();
		RunningApplication.await(() -> application.bean(Accounts.class).channel("failing").balance().held() == 0);
		long offered = application.bean(Accounts.class).channel("failing").balance().offered();
		application.bean(Cairn.class).event("order.placed").publish();
		RunningApplication.await(() -> application.bean(Accounts.class).channel("failing").balance().held() == 0);
		assertThat(application.bean(Accounts.class).channel("failing").balance().offered() - offered)
			.isLessThanOrEqualTo(50);
	}

	@Test
	void aLineWithALongTextAndManyKeysTakesLittleTime() {
		String text = "password=\"".repeat(200_000);
		for (int i = 0; i < 20_000; i++) {
			MDC.put("token" + i, "x");
		}
		try {
			assertThatItIsQuick(() -> logger.error(text));
			assertThatItIsQuick(() -> logger.error("failed {}", text, new IllegalStateException(text)));
			assertThatItIsQuick(() -> {
				LoggingEventBuilder line = logger.atError();
				for (int i = 0; i < 20_000; i++) {
					line = line.addKeyValue("secret" + i, i);
				}
				line.setCause(new IllegalStateException("x")).log("many pairs");
			});
		}
		finally {
			MDC.clear();
		}
	}

	private static void assertThatItIsQuick(Runnable call) {
		ProcessorTime.assertBelow(Duration.ofMillis(500), call);
	}

	static void logError(String text, Throwable thrown) {
		if (lines.incrementAndGet() < MANY) {
			logger.error(text, thrown);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ForeignApplication {

		@Bean
		AsyncSink failingSink(Accounts ledger) {
			return new AsyncSink(ledger.channel("failing"), (batch) -> {
				logError("cannot send", new IllegalStateException("sender"));
				Cairn.get().event("from.sender").publish();
			}, DeliveryOptions.DEFAULT);
		}

		@Bean
		MessageEnricher loggingEnricher() {
			return (message) -> logError("no tenant", new IllegalStateException("lookup failed"));
		}

		@Bean
		SignalListener publishingListener() {
			return new SignalListener() {

				@Override
				public void published(Message message, boolean accepted, UnitOfWork unit) {
					if (lines.incrementAndGet() < MANY) {
						Cairn.get().event("from.listener").publish();
					}
				}

			};
		}

		@Bean
		SignalListener secondPublishingListener() {
			return new SignalListener() {

				@Override
				public void published(Message message, boolean accepted, UnitOfWork unit) {
					if (lines.incrementAndGet() < MANY) {
						Cairn.get().event("from.second.listener", Map.of());
					}
				}

			};
		}

		@Bean
		HostileController hostileController() {
			return new HostileController();
		}

	}

	@RestController
	static class HostileController {

		@GetMapping("/ok")
		Map<String, Object> ok() {
			return new LinkedHashMap<>(Collections.singletonMap("ok", true));
		}

		@GetMapping("/hostile")
		String hostile() {
			throw new RuntimeException("x") {

				private static final long serialVersionUID = 1L;

				@Override
				public String getMessage() {
					logError("asked", null);
					return "m";
				}

			};
		}

		@GetMapping("/itself")
		String itself() {
			throw new RuntimeException("x") {

				private static final long serialVersionUID = 1L;

				private boolean logging;

				@Override
				public String getMessage() {
					if (!this.logging) {
						this.logging = true;
						logError("asked", this);
						this.logging = false;
					}
					return "m";
				}

			};
		}

	}

}
