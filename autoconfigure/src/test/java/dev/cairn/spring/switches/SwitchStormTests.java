package dev.cairn.spring.switches;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.cairn.Ledger;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import dev.cairn.testing.SentryServer.Envelope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Switches while about 100 requests fail per second, as Sentry's server and the log
 * receive it. Each request has a number, and is compared with the switches by its times.
 */
class SwitchStormTests {

	private static final String FAILURE = IllegalStateException.class.getName();

	@Test
	void changesTheRateOnTheWireAndRevertsInTimeAlsoAfterARevertThatFails() throws Exception {
		try (RunningApplication application = RunningApplication.startWithSentry(Shop.class,
				"management.endpoints.web.exposure.include=cairn,cairnswitches",
				"management.endpoint.cairnswitches.access=unrestricted"); Storm storm = new Storm(application)) {
			Client client = Client.of(application);
			Received received = new Received(application.sentry());
			RunningApplication.await(() -> !received.numbers().isEmpty());

			// Off, and back at its time
			Instant before = Instant.now();
			JsonNode off = client.set("group", FAILURE, "off", "5s");
			Instant set = Instant.now();
			Instant until = Instant.parse(off.path("until").asString());
			client.awaitNone();
			Instant reverted = Instant.now();
			assertThat(reverted).isAfterOrEqualTo(until);
			storm.awaitCalls(50, reverted);

			// At a rate
			Instant rating = Instant.now();
			JsonNode quarter = client.set("group", FAILURE, "0.25", "1h");
			Instant rated = Instant.now();
			storm.awaitCalls(400, rated);
			Instant unrated = Instant.now();
			client.delete(quarter.path("id").asString());

			// A revert that fails delays no other one, and is tried again
			FlakyLoggers loggers = application.bean(FlakyLoggers.class);
			JsonNode level = client.set("logger", "shop.storm", "debug", "3s");
			Instant debug = Instant.now();
			Instant noDebug = Instant.parse(level.path("until").asString());
			client.set("group", FAILURE, "off", "3s");
			loggers.broken = true;
			RunningApplication.await(() -> client.active().size() == 1
					&& client.active().path(0).path("state").asString().equals("reverting"));
			Instant reverting = Instant.now();
			storm.awaitCalls(50, reverting);
			RunningApplication.await(() -> loggers.refused.get() > 1);
			Instant mended = Instant.now();
			loggers.broken = false;
			client.awaitNone();
			Instant quiet = Instant.now();
			storm.awaitCalls(50, quiet);
			storm.close();
			awaitSettled(application.ledger());

			assertThat(received.numbers()).containsAll(storm.calls((call) -> call.end().isBefore(before)))
				.doesNotContainAnyElementsOf(
						nonEmpty(storm.calls((call) -> call.begin().isAfter(set) && call.end().isBefore(until))))
				.containsAll(
						nonEmpty(storm.calls((call) -> call.begin().isAfter(reverted) && call.end().isBefore(rating))))
				.containsAll(
						nonEmpty(storm.calls((call) -> call.begin().isAfter(reverting) && call.end().isBefore(mended))))
				.containsAll(nonEmpty(storm.calls((call) -> call.begin().isAfter(quiet))));
			Set<Integer> sampled = storm.calls((call) -> call.begin().isAfter(rated) && call.end().isBefore(unrated));
			int kept = (int) sampled.stream().filter(received.numbers()::contains).count();
			assertThat(kept).as("of " + sampled.size()).isBetween(sampled.size() / 10, sampled.size() * 45 / 100);

			assertThat(logged())
				.containsAll(
						nonEmpty(storm.calls((call) -> call.begin().isAfter(debug) && call.end().isBefore(noDebug))))
				.containsAll(
						nonEmpty(storm.calls((call) -> call.begin().isAfter(reverting) && call.end().isBefore(mended))))
				.doesNotContainAnyElementsOf(storm.calls((call) -> call.begin().isAfter(quiet)))
				.doesNotContainAnyElementsOf(storm.calls((call) -> call.end().isBefore(unrated)));
			assertThat(RunningApplication.warnings()).filteredOn((line) -> line.contains("could not be reverted"))
				.singleElement()
				.asString()
				.contains(level.path("id").asString());
			assertBalanced(application, storm, received);
		}
	}

	private static void awaitSettled(Ledger ledger) {
		RunningApplication.await(() -> ledger.balances().values().stream().allMatch((balance) -> balance.held() == 0)
				&& ledger.incidents().balance().held() == 0);
	}

	/** By the endpoint, as an operator sees it. */
	private static void assertBalanced(RunningApplication application, Storm storm, Received received) {
		JsonNode ledger = RunningApplication.json(application.get("/actuator/cairn").body());
		assertThat(ledger.path("channels").propertyNames()).contains("sentry", "memory");
		ledger.path("channels")
			.properties()
			.forEach((channel) -> assertThat(channel.getValue().path("offered").asLong()).as(channel.toString())
				.isEqualTo(sum(channel.getValue(), "sampled_out", "filtered", "delivered", "held")
						+ sum(channel.getValue().path("dropped"))));
		JsonNode sentry = ledger.path("channels").path("sentry");
		assertThat(sentry.path("delivered").asInt()).isEqualTo(received.numbers().size());
		assertThat(sum(sentry.path("dropped"))).isZero();
		JsonNode incidents = ledger.path("incidents");
		assertThat(incidents.path("failures").asInt()).isEqualTo(storm.calls((call) -> true).size());
		assertThat(incidents.path("failures").asLong())
			.isEqualTo(sum(incidents, "sampled_out", "grouped", "recovered", "sent", "refused", "held"));
		assertThat(incidents.path("sampled_out").asInt())
			.isEqualTo(incidents.path("failures").asInt() - received.numbers().size());
	}

	private static long sum(JsonNode counts, String... names) {
		Collection<String> all = (names.length > 0) ? List.of(names) : counts.propertyNames();
		return all.stream().mapToLong((name) -> counts.path(name).asLong()).sum();
	}

	/** The numbers that a logger has logged. */
	private static Set<Integer> logged() {
		return RunningApplication.logEvents()
			.stream()
			.filter((event) -> event.getLoggerName().equals("shop.storm"))
			.map((event) -> number(event.getFormattedMessage()))
			.collect(Collectors.toSet());
	}

	private static Set<Integer> nonEmpty(Set<Integer> numbers) {
		assertThat(numbers).isNotEmpty();
		return numbers;
	}

	private static int number(String text) {
		Matcher number = Pattern.compile("order (\\d+)").matcher(text);
		assertThat(number.find()).as(text).isTrue();
		return Integer.parseInt(number.group(1));
	}

	/**
	 * A request that failed.
	 *
	 * @param number its number
	 * @param begin the time before it was sent
	 * @param end the time when the response was received
	 */
	private record Call(int number, Instant begin, Instant end) {
	}

	/**
	 * Eight clients, each of which sends a request that fails every 80 milliseconds.
	 */
	private static final class Storm implements AutoCloseable {

		private static final int CLIENTS = 8;

		private final RunningApplication application;

		private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(CLIENTS);

		private final AtomicInteger last = new AtomicInteger();

		private final Queue<Call> calls = new ConcurrentLinkedQueue<>();

		Storm(RunningApplication application) {
			this.application = application;
			for (int i = 0; i < CLIENTS; i++) {
				this.clients.scheduleAtFixedRate(this::fail, i * 10, CLIENTS * 10, TimeUnit.MILLISECONDS);
			}
		}

		private void fail() {
			int number = this.last.incrementAndGet();
			Instant begin = Instant.now();
			if (this.application.get("/orders/" + number).statusCode() == 500) {
				this.calls.add(new Call(number, begin, Instant.now()));
			}
		}

		Set<Integer> calls(Predicate<Call> filter) {
			return this.calls.stream().filter(filter).map(Call::number).collect(Collectors.toSet());
		}

		/** Waits for calls that begin after a time. */
		void awaitCalls(int number, Instant time) {
			RunningApplication.await(() -> calls((call) -> call.begin().isAfter(time)).size() >= number);
		}

		@Override
		public void close() throws InterruptedException {
			this.clients.shutdown();
			assertThat(this.clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
			assertThat(this.calls).hasSize(this.last.get());
		}

	}

	/**
	 * The numbers of the failures that Sentry's server has received.
	 */
	private static final class Received {

		private final SentryServer server;

		private final Set<Integer> numbers = new HashSet<>();

		private int read;

		Received(SentryServer server) {
			this.server = server;
		}

		Set<Integer> numbers() {
			List<Envelope> envelopes = this.server.envelopes();
			for (; this.read < envelopes.size(); this.read++) {
				envelopes.get(this.read)
					.items()
					.stream()
					.filter((item) -> item.type().equals("event"))
					.map((item) -> RunningApplication.json(new String(item.payload(), StandardCharsets.UTF_8)))
					.forEach((event) -> this.numbers.add(number(event.path("exception").path("values").toString())));
			}
			return this.numbers;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class Shop {

		private static final Logger logger = LoggerFactory.getLogger("shop.storm");

		@Bean
		@Primary
		FlakyLoggers flakyLoggers(@Qualifier("springBootLoggingSystem") LoggingSystem loggers) {
			return new FlakyLoggers(loggers);
		}

		@GetMapping("/orders/{number}")
		String place(@PathVariable int number) {
			logger.debug("order {}", number);
			throw new IllegalStateException("order " + number);
		}

	}

	/**
	 * Loggers whose levels cannot be removed while they are broken.
	 */
	static final class FlakyLoggers extends LoggingSystem {

		private final LoggingSystem loggers;

		private final AtomicInteger refused = new AtomicInteger();

		private volatile boolean broken;

		FlakyLoggers(LoggingSystem loggers) {
			this.loggers = loggers;
		}

		@Override
		public void beforeInitialize() {
		}

		@Override
		public Set<LogLevel> getSupportedLogLevels() {
			return this.loggers.getSupportedLogLevels();
		}

		@Override
		public @Nullable LoggerConfiguration getLoggerConfiguration(String name) {
			return this.loggers.getLoggerConfiguration(name);
		}

		@Override
		public void setLogLevel(@Nullable String name, @Nullable LogLevel level) {
			if (this.broken && level == null) {
				this.refused.incrementAndGet();
				throw new IllegalStateException("the level cannot be removed");
			}
			this.loggers.setLogLevel(name, level);
		}

	}

}
