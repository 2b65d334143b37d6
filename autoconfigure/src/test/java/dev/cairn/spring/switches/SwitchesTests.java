package dev.cairn.spring.switches;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.points.Points;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.UdpServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Switches in running applications, set and reverted by HTTP.
 */
class SwitchesTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=cairnswitches";

	private static final String WRITABLE = "management.endpoint.cairnswitches.access=unrestricted";

	/** The test class path has two servers for WebFlux. */
	private static final String ONE_SERVER = "spring.autoconfigure.exclude=org.springframework.boot.tomcat."
			+ "autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration";

	/**
	 * Short enough to wait for the end of the switch, which may come before its effect is
	 * seen.
	 */
	private static final String SHORT = "2s";

	@Test
	void turnsATimerOffOnTheWire() throws Exception {
		try (UdpServer statsd = UdpServer.started(); RunningApplication application = start(statsd(statsd))) {
			Timer held = application.bean(MeterRegistry.class).timer("work");
			Timer other = application.bean(MeterRegistry.class).timer("other");
			held.record(1, TimeUnit.MILLISECONDS);
			RunningApplication.await(() -> statsd.lines().contains("work:1|ms"));
			JsonNode set = Client.of(application).set("timer", "wor*", "off", "1h");
			assertThat(set.path("was").asString()).isEqualTo("as configured");
			// The samples since the last flush before the switch are still sent
			for (int millis = 5; millis < 7; millis++) {
				String line = "other:" + millis + "|ms";
				other.record(millis, TimeUnit.MILLISECONDS);
				RunningApplication.await(() -> statsd.lines().contains(line));
			}
			held.record(7, TimeUnit.MILLISECONDS);
			other.record(7, TimeUnit.MILLISECONDS);
			RunningApplication.await(() -> statsd.lines().contains("other:7|ms"));
			assertThat(Client.of(application).delete(set.path("id").asString()).statusCode()).isEqualTo(200);
			RunningApplication.await(() -> {
				held.record(9, TimeUnit.MILLISECONDS);
				return statsd.lines().contains("work:9|ms");
			});
			assertThat(statsd.lines()).doesNotContain("work:7|ms");
		}
	}

	@Test
	void turnsStatsdOff() throws Exception {
		try (UdpServer statsd = UdpServer.started(); RunningApplication application = start(statsd(statsd))) {
			Timer timer = application.bean(MeterRegistry.class).timer("work");
			timer.record(1, TimeUnit.MILLISECONDS);
			RunningApplication.await(() -> statsd.lines().contains("work:1|ms"));
			JsonNode set = Client.of(application).set("sink", "statsd", "off", "1h");
			timer.record(7, TimeUnit.MILLISECONDS);
			// The first flush may have begun before the record
			for (int flush = 0; flush < 2; flush++) {
				long filtered = application.ledger().balances().get("statsd").filtered();
				timer.record(8, TimeUnit.MILLISECONDS);
				RunningApplication.await(() -> application.ledger().balances().get("statsd").filtered() > filtered);
			}
			assertThat(Client.of(application).delete(set.path("id").asString()).statusCode()).isEqualTo(200);
			RunningApplication.await(() -> {
				timer.record(9, TimeUnit.MILLISECONDS);
				return statsd.lines().contains("work:9|ms");
			});
			assertThat(statsd.lines()).doesNotContain("work:7|ms");
		}
	}

	@Test
	void changesTheRateOfATimerOnTheWireUntilItExpires() throws Exception {
		try (UdpServer statsd = UdpServer.started(); RunningApplication application = start(statsd(statsd))) {
			Timer held = application.bean(MeterRegistry.class).timer("work");
			Client.of(application).set("timer", "work", "0.5", "5s");
			RunningApplication.await(() -> {
				held.record(3, TimeUnit.MILLISECONDS);
				return statsd.lines().contains("work:3|ms|@0.5");
			});
			Client.of(application).awaitNone();
			RunningApplication.await(() -> {
				held.record(9, TimeUnit.MILLISECONDS);
				return statsd.lines().contains("work:9|ms");
			});
		}
	}

	/** A counter that is created while it is off is held for good. */
	@Test
	void aMeterThatIsCreatedWhileItIsOffComesBack() throws Exception {
		try (UdpServer statsd = UdpServer.started(); RunningApplication application = start(statsd(statsd))) {
			MeterRegistry meters = application.bean(MeterRegistry.class);
			meters.counter("calls", "of", "first").increment();
			JsonNode set = Client.of(application).set("counter", "calls", "off", "1h");
			Counter held = meters.counter("calls", "of", "second");
			held.increment();
			Client.of(application).delete(set.path("id").asString());
			RunningApplication.await(() -> {
				held.increment();
				return statsd.lines().stream().anyMatch((line) -> line.contains("of:second"));
			});
		}
	}

	@Test
	void turnsATypeOfEventsOffUntilItExpires() {
		try (RunningApplication application = start()) {
			Cairn cairn = application.bean(Cairn.class);
			JsonNode set = Client.of(application).set("event", "order.placed", "off", "1h");
			assertThat(cairn.event("order.placed").keep().publish()).isNull();
			assertThat(cairn.event("order.paid").publish()).isNotNull();
			Client.of(application).delete(set.path("id").asString());
			Client.of(application).set("event", "order.placed", "off", SHORT);
			Client.of(application).awaitNone();
			assertThat(cairn.event("order.placed").publish()).isNotNull();
		}
	}

	@Test
	void samplesByAPattern() {
		try (RunningApplication application = start()) {
			Cairn cairn = application.bean(Cairn.class);
			JsonNode set = Client.of(application).set("sampling", "order.*", "0", "1h");
			assertThat(set.path("value").asString()).isEqualTo("off");
			assertThat(cairn.event("order.placed").publish()).isNull();
			JsonNode later = Client.of(application).set("event", "order.placed", "on", "1h");
			assertThat(later.path("was").asString()).isEqualTo("off");
			assertThat(cairn.event("order.placed").publish()).isNotNull();
			assertThat(cairn.event("order.paid").publish()).isNull();
			Client.of(application).delete(set.path("id").asString());
			assertThat(cairn.event("order.paid").publish()).isNotNull();
		}
	}

	@Test
	void turnsASinkOffButReportsItThere() {
		try (RunningApplication application = start()) {
			MemorySink audit = application.context().getBean("auditSink", MemorySink.class);
			JsonNode set = Client.of(application).set("sink", "audit", "off", "1h");
			application.bean(Cairn.class).event("order.placed").publish();
			assertThat(application.messages("order.placed")).hasSize(1);
			Client.of(application).delete(set.path("id").asString());
			RunningApplication.await(() -> audit.messages()
				.stream()
				.map((message) -> message.type() + message.fields().getOrDefault("action", ""))
				.toList()
				.equals(List.of("cairn.switchset", "cairn.switchreverted")));
			application.bean(Cairn.class).event("order.placed").publish();
			assertThat(audit.messages()).hasSize(3);
		}
	}

	@Test
	void changesAPointAndRespectsAChangeMeanwhile() {
		try (RunningApplication application = start("cairn.points.placed.method=orders#place",
				"cairn.points.placed.type=order.placed", "cairn.points.placed.fields.number=#number")) {
			Orders orders = application.bean(Orders.class);
			orders.place(1);
			HttpResponse<String> response = Client.of(application)
				.post("kind", "point", "target", "placed", "condition", "#number > 5", "fields",
						"double=#number * 2; half=#number / 2", "duration", "1h");
			assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
			JsonNode set = RunningApplication.json(response.body());
			assertThat(set.path("was").asString()).isEqualTo("on, condition: , fields: number=#number;");
			orders.place(2);
			orders.place(6);
			application.bean(Points.class).enable("placed", false);
			orders.place(8);
			Client.of(application).delete(set.path("id").asString());
			orders.place(9);
			application.bean(Points.class).enable("placed", true);
			orders.place(3);
			assertThat(application.messages("order.placed")).extracting(Message::fields)
				.usingRecursiveComparison()
				.isEqualTo(List.of(Map.of("number", 1), Map.of("double", 12, "half", 3), Map.of("number", 3)));
		}
	}

	@Test
	void changesTheLevelOfALoggerUntilItExpires() {
		try (RunningApplication application = start()) {
			Logger logger = LoggerFactory.getLogger("shop.level");
			assertThat(logger.isDebugEnabled()).isFalse();
			JsonNode set = Client.of(application).set("logger", "shop.level", "debug", "1h");
			assertThat(set.path("was").asString()).isEqualTo("inherited");
			assertThat(logger.isDebugEnabled()).isTrue();
			Client.of(application).delete(set.path("id").asString());
			Client.of(application).set("logger", "shop.level", "debug", SHORT);
			Client.of(application).awaitNone();
			assertThat(logger.isDebugEnabled()).isFalse();
		}
	}

	@Test
	void turnsALogRuleOff() {
		try (RunningApplication application = start("cairn.logging.rules[0].logger=shop.*",
				"cairn.logging.rules[0].message=true", "cairn.logging.rules[1].logger=shop.*",
				"cairn.logging.rules[1].meter=shop.lines")) {
			Logger logger = LoggerFactory.getLogger("shop.rule");
			MeterRegistry meters = application.bean(MeterRegistry.class);
			logger.info("one");
			JsonNode first = Client.of(application).set("log-rule", "0", "off", "1h");
			logger.info("two");
			assertThat(meters.get("shop.lines").counter().count()).isEqualTo(2);
			JsonNode second = Client.of(application).set("log-rule", "shop.lines", "off", "1h");
			Client.of(application).delete(first.path("id").asString());
			logger.info("three");
			Client.of(application).delete(second.path("id").asString());
			logger.info("four");
			assertThat(meters.get("shop.lines").counter().count()).isEqualTo(3);
			RunningApplication.await(() -> application.messages(Message.TYPE_LOG).size() >= 3);
			assertThat(application.messages(Message.TYPE_LOG)).extracting(Message::payload)
				.containsExactly("one", "three", "four");
		}
	}

	@Test
	void turnsAGroupOfErrorsOff() {
		try (RunningApplication application = start()) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.capture(new IllegalStateException("seen"));
			JsonNode targets = RunningApplication.json(Client.of(application).get().body())
				.path("kinds")
				.path("group")
				.path("targets");
			assertThat(targets.toString()).contains("java.lang.IllegalStateException");
			JsonNode set = Client.of(application).set("group", "java.lang.IllegalStateException", "off", "1h");
			cairn.capture(new IllegalStateException("off"));
			cairn.capture(new IllegalArgumentException("other"));
			Client.of(application).delete(set.path("id").asString());
			cairn.capture(new IllegalStateException("back"));
			RunningApplication.await(() -> application.incidents().size() >= 3);
			assertThat(application.incidents()).extracting((message) -> message.fields().get("exception_message"))
				.hasSize(3);
			assertThat(application.incidents().toString()).contains("seen", "other", "back");
		}
	}

	@Test
	void turnsAnInstrumentationOffUntilItExpires() throws Exception {
		try (RunningApplication application = start()) {
			Orders orders = application.bean(Orders.class);
			MeterRegistry meters = application.bean(MeterRegistry.class);
			orders.later().get();
			RunningApplication.await(() -> meters.find("tasks.async.execution").timer() != null);
			JsonNode set = Client.of(application).set("instrumentation", "async", "off", "1h");
			orders.later().get();
			Client.of(application).delete(set.path("id").asString());
			Client.of(application).set("instrumentation", "async", "off", SHORT);
			Client.of(application).awaitNone();
			orders.later().get();
			RunningApplication.await(() -> meters.get("tasks.async.execution").timer().count() == 2);
		}
	}

	@Test
	void samplesTracesByTheirName() {
		try (RunningApplication application = start()) {
			JsonNode set = Client.of(application).set("trace", "http.server.*", "0.25", "1h");
			assertThat(set.path("value").asString()).isEqualTo("0.25");
			JsonNode again = Client.of(application).set("trace", "http.server.requests", "on", "1h");
			assertThat(again.path("was").asString()).isEqualTo("0.25");
		}
	}

	@Test
	void listsAndReportsWhoWhenAndWhatItWas() {
		try (RunningApplication application = start()) {
			JsonNode set = Client.of(application).set("sampling", "password=hunter2secret", "off", "PT20M");
			JsonNode active = Client.of(application).active();
			assertThat(active).hasSize(1);
			JsonNode first = active.path(0);
			assertThat(first.propertyNames()).containsExactly("id", "kind", "target", "value", "was", "who", "since",
					"until", "state");
			assertThat(first.path("who").asString()).isEqualTo("anonymous");
			assertThat(Duration.between(Instant.parse(first.path("since").asString()),
					Instant.parse(first.path("until").asString())))
				.isEqualTo(Duration.ofMinutes(20));
			Client.of(application).delete(set.path("id").asString());
			assertThat(Client.of(application).delete(set.path("id").asString()).statusCode()).isEqualTo(404);
			assertThat(application.messages("cairn.switch")).hasSize(2)
				.allSatisfy((message) -> assertThat(message.fields()).containsKeys("action", "switch", "kind", "target",
						"value", "was", "who", "until"));
			assertThat(lines()).hasSize(2);
			assertThat(lines().toString() + application.messages() + active).doesNotContain("hunter2secret");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = { "{}|kind must be one of",
			"kind=log,target=a,value=off|kind must be one of", "kind=sink,target=kafka,value=off|target must be one of",
			"kind=point,target=none,value=off|does not exist", "kind=log-rule,target=7,value=off|target must be one of",
			"kind=instrumentation,target=soap,value=off|target must be one of",
			"kind=timer,target=no.such.timer,value=off|target must match one of",
			"kind=counter,target=cairn.*,value=0.5|counters are exact",
			"kind=sampling,target=a,value=1.5|value must be on, off or a rate",
			"kind=sampling,target=a,value=maybe|value must be on, off or a rate",
			"kind=sampling,value=off|target is required", "kind=sampling,target=a|value is required",
			"kind=sink,target=audit,value=0.5|value must be on or off",
			"kind=logger,target=a,value=loud|value must be one of", "kind=event,target=no token,value=off|type",
			"kind=event,target=cairn.switch,value=off|cannot be switched",
			"kind=sampling,target=a,value=off,duration=0s|duration must be more than 0",
			"kind=sampling,target=a,value=off,duration=-5m|duration must be more than 0",
			"kind=sampling,target=a,value=off,duration=25h|duration must be at most",
			"kind=sampling,target=a,value=off,duration=10|duration must be such as",
			"kind=sampling,target=a,value=off,duration=soon|duration must be such as",
			"kind=sampling,target=a,value=off,condition=true|only a point" })
	void refusesABadRequestWithItsReason(String parts, String reason) {
		RunningApplication application = Shared.APPLICATION;
		String[] pairs = parts.equals("{}") ? new String[0] : parts.split("[,=]");
		HttpResponse<String> response = Client.of(application).post(pairs);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
		assertThat(RunningApplication.json(response.body()).path("error").asString()).contains(reason);
		assertThat(Client.of(application).active()).isEmpty();
	}

	/** The page has a row for each kind, and its examples are accepted as they are. */
	@Test
	void thePageIsRight() throws Exception {
		String page = Files.readString(Path.of("..", "src", "docs", "switching.md"));
		try (RunningApplication application = start("cairn.points.placed.method=orders#place")) {
			List<HttpResponse<String>> answers = Pattern.compile("-d '(.+)'")
				.matcher(page)
				.results()
				.map((body) -> Client.of(application).postBody(body.group(1)))
				.toList();
			assertThat(answers).hasSize(2)
				.allSatisfy((answer) -> assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200));
			JsonNode kinds = RunningApplication.json(Client.of(application).get().body()).path("kinds");
			assertThat(page.lines()
				.filter((line) -> line.startsWith("| `"))
				.map((line) -> line.substring(3, line.indexOf('`', 3))))
				.containsExactlyInAnyOrderElementsOf(kinds.propertyNames());
		}
	}

	@Test
	void theInstrumentationsAreThoseOfTheProperty() throws Exception {
		Object[] all = Class.forName("dev.cairn.spring.tracing.Instrument").getEnumConstants();
		assertThat(Stream.of(all)
			.map((each) -> each.toString().toLowerCase(Locale.ROOT))
			.filter((name) -> !name.equals("all"))).containsExactlyInAnyOrderElementsOf(Instruments.NAMES);
	}

	@Test
	void changesNothingWithoutWriteAccess() {
		try (RunningApplication application = RunningApplication.start(Shop.class, EXPOSED)) {
			Client client = Client.of(application);
			assertThat(client.get().statusCode()).isEqualTo(200);
			assertThat(client.post("kind", "sink", "target", "audit", "value", "off").statusCode()).isEqualTo(405);
			assertThat(client.delete("1").statusCode()).isIn(404, 405);
			assertThat(client.active()).isEmpty();
		}
	}

	@Test
	void reportsActiveSwitchesAtShutdownAndNoneAtStart() {
		try (RunningApplication application = start()) {
			assertThat(lines()).isEmpty();
			Client.of(application).set("sink", "audit", "off", "1h");
			Client.of(application).set("logger", "shop.shutdown", "trace", "1h");
		}
		assertThat(lines().subList(2, lines().size())).hasSize(2)
			.allSatisfy((line) -> assertThat(line).contains("ends with the application"));
		assertThat(LoggerFactory.getLogger("shop.shutdown").isTraceEnabled()).isFalse();
	}

	/**
	 * Messages that are published at the end arrive, though the switches end before the
	 * sinks.
	 */
	@Test
	void theEventsOfAShutdownArriveAndTheNextStartHasNone(@TempDir Path directory) throws Exception {
		String[] files = { "cairn.file.enabled=true", "cairn.file.directory=" + directory };
		try (RunningApplication application = start(files)) {
			Client.of(application).set("event", "order.placed", "off", "1h");
			Client.of(application).set("sink", "audit", "off", "1h");
		}
		assertThat(switched(directory)).containsExactly("set order.placed", "set audit", "stopped order.placed",
				"stopped audit");
		try (RunningApplication application = start(files)) {
			assertThat(Client.of(application).active()).isEmpty();
			assertThat(application.bean(Cairn.class).event("order.placed").publish()).isNotNull();
			assertThat(lines()).isEmpty();
		}
		assertThat(switched(directory)).hasSize(4);
	}

	private static List<String> switched(Path directory) throws IOException {
		return Files.readAllLines(directory.resolve("events.jsonl"))
			.stream()
			.map(RunningApplication::json)
			.filter((event) -> event.path("type").asString().equals("cairn.switch"))
			.map((event) -> event.path("fields"))
			.map((fields) -> fields.path("action").asString() + " " + fields.path("target").asString())
			.toList();
	}

	@Test
	void worksWithWebFluxAndItsOwnPort() {
		try (RunningApplication application = RunningApplication.startReactive(Shop.class, EXPOSED, WRITABLE,
				ONE_SERVER, "management.server.port=0")) {
			Client client = Client.at(management(application));
			worksWith(client, application);
		}
		try (RunningApplication application = RunningApplication.startReactive(Shop.class, EXPOSED)) {
			Client client = Client.of(application);
			assertThat(client.post("kind", "sink", "target", "audit", "value", "off").statusCode()).isEqualTo(405);
			assertThat(client.delete("1").statusCode()).isIn(404, 405);
		}
	}

	@Test
	void worksWithServletsAndItsOwnPort() {
		try (RunningApplication application = start("management.server.port=0")) {
			worksWith(Client.at(management(application)), application);
		}
	}

	private static void worksWith(Client client, RunningApplication application) {
		JsonNode set = client.set("event", "order.placed", "off", "1h");
		assertThat(application.bean(Cairn.class).event("order.placed").publish()).isNull();
		assertThat(client.post("kind", "event").statusCode()).isEqualTo(400);
		assertThat(client.delete(set.path("id").asString()).statusCode()).isEqualTo(200);
		assertThat(application.bean(Cairn.class).event("order.placed").publish()).isNotNull();
	}

	private static int management(RunningApplication application) {
		return Integer.parseInt(application.context().getEnvironment().getRequiredProperty("local.management.port"));
	}

	@Test
	void worksWithJmx() throws Exception {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Shop.class, "spring.jmx.enabled=true",
				"spring.jmx.unique-names=true", "management.endpoints.jmx.exposure.include=cairnswitches", WRITABLE)) {
			MBeanServer server = application.bean(MBeanServer.class);
			ObjectName name = server.queryNames(new ObjectName("org.springframework.boot:name=Cairnswitches,*"), null)
				.iterator()
				.next();
			String text = String.class.getName();
			Object set = server.invoke(name, "set", new Object[] { "event", "order.placed", "off", null, null, "10m" },
					new String[] { text, text, text, text, text, text });
			assertThat(set.toString()).contains("order.placed");
			assertThat(application.bean(Cairn.class).event("order.placed").publish()).isNull();
		}
	}

	private static List<String> lines() {
		return RunningApplication.logEvents()
			.stream()
			.filter((event) -> event.getLoggerName().equals(Switches.class.getName()))
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	private static RunningApplication start(String... more) {
		String[] all = new String[more.length + 2];
		all[0] = EXPOSED;
		all[1] = WRITABLE;
		System.arraycopy(more, 0, all, 2, more.length);
		return RunningApplication.start(Shop.class, all);
	}

	private static String[] statsd(UdpServer statsd) {
		return new String[] { "management.statsd.metrics.export.host=127.0.0.1",
				"management.statsd.metrics.export.port=" + statsd.port(),
				"management.statsd.metrics.export.enabled=true", "cairn.statsd.flush-interval=100ms" };
	}

	/** One application for all bad requests. */
	private static final class Shared {

		static final RunningApplication APPLICATION = start();

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class Shop {

		@Bean
		Orders orders() {
			return new Orders();
		}

		@Fallback
		@Bean(destroyMethod = "")
		MemorySink auditSink(Accounts ledger) {
			return new MemorySink(ledger.channel("audit"), 1000);
		}

	}

	static class Orders {

		void place(int number) {
		}

		@Async
		CompletableFuture<String> later() {
			return CompletableFuture.completedFuture("done");
		}

	}

}
