package dev.cairn.spring.incident;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.cairn.Cairn;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.Brokers;
import dev.cairn.testing.SentryServer;
import dev.cairn.testing.UdpServer;
import io.micrometer.core.annotation.Counted;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Secrets that a failing request has wherever a failure is reported from: none leaves, by
 * any of the channels. The tests read the bytes on the wire.
 */
@Timeout(120)
@ExtendWith(AwaitThreads.class)
class SecretsTests {

	private static final String SECRET = "hunter2-4711";

	private static final String TOPIC = "secrets";

	@TempDir
	private static Path folder;

	private static EmbeddedKafkaKraftBroker broker;

	private static SentryServer sentry;

	private static UdpServer udp;

	private static UdpServer statsd;

	@BeforeAll
	static void startBackends() {
		broker = new EmbeddedKafkaKraftBroker(1, 1, TOPIC);
		Brokers.start(broker);
		sentry = SentryServer.started();
		udp = UdpServer.started();
		statsd = UdpServer.started();
	}

	@AfterAll
	static void stopBackends() {
		statsd.close();
		udp.close();
		sentry.close();
		Brokers.stop(broker);
	}

	@Test
	void leaveByNoChannel() throws IOException {
		HttpResponse<String> answer;
		String actuator;
		try (RunningApplication application = RunningApplication.start(Shop.class, "sentry.dsn=" + sentry.dsn(),
				"sentry.send-default-pii=true", "spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
				"cairn.kafka.topic=" + TOPIC, "cairn.file.enabled=true", "cairn.file.directory=" + folder,
				"cairn.udp.host=127.0.0.1", "cairn.udp.port=" + udp.port(),
				"management.statsd.metrics.export.enabled=true", "management.statsd.metrics.export.host=127.0.0.1",
				"management.statsd.metrics.export.port=" + statsd.port(),
				"management.endpoints.web.exposure.include=cairn",
				"cairn.errors.request-headers=authorization,x-api-key,referer,x-shop")) {
			answer = application.get("/pay?password=" + SECRET, "Authorization", "Bearer " + SECRET, "Cookie",
					"session=" + SECRET, "X-Api-Key", SECRET, "Referer", "https://shop.example/?access_token=" + SECRET,
					"X-Shop", "berlin");
			actuator = application.get("/actuator/cairn").body();
			RunningApplication.await(() -> statsd.lines().stream().anyMatch((line) -> line.startsWith("payments")));
			assertThat(application.bean(Cairn.class).flush(Duration.ofSeconds(30))).isTrue();
			RunningApplication.await(() -> !sentry.events().isEmpty());
		}
		Map<String, String> channels = Map.of("Sentry", sentry.bodies().toString(), "Kafka", kafka(), "file", files(),
				"UDP", String.join("\n", udp.datagrams()));
		channels.forEach((name, bytes) -> {
			// Each of the places was reported, so that leaving it out is no way to pass
			assertThat(bytes).as(name)
				.contains("the payment of customer 7 failed", "the bank does not answer", "berlin", "customer-7",
						"charge", "iban-7");
			assertThat(bytes).as(name).doesNotContain(SECRET);
		});
		assertThat(String.join("\n", statsd.datagrams())).contains("payments", "bank:https:").doesNotContain(SECRET);
		assertThat(answer.statusCode()).isEqualTo(500);
		assertThat(answer.body() + answer.headers().map() + actuator).contains("errorId", "\"recent\"")
			.doesNotContain(SECRET);
	}

	private static String files() throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.map(SecretsTests::read).collect(Collectors.joining("\n"));
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Headers and keys, too. */
	private static String kafka() {
		Map<String, Object> options = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.getBrokersAsString(),
				ConsumerConfig.GROUP_ID_CONFIG, "secrets", ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
		StringBuilder text = new StringBuilder();
		try (Consumer<String, String> consumer = new KafkaConsumer<>(options, new StringDeserializer(),
				new StringDeserializer())) {
			consumer.subscribe(List.of(TOPIC));
			RunningApplication.await(() -> {
				consumer.poll(Duration.ofMillis(100)).forEach((record) -> text.append(describe(record)).append('\n'));
				return text.indexOf("\"exception\"") >= 0 && text.indexOf("\"http.request\"") >= 0;
			});
		}
		return text.toString();
	}

	private static String describe(ConsumerRecord<String, String> record) {
		return StreamSupport.stream(record.headers().spliterator(), false)
			.map((header) -> header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8))
			.collect(Collectors.joining(" ", record.key() + " ", " " + record.value()));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Till.class, Bank.class })
	static class Shop {

	}

	@RestController
	static class Till {

		private final Bank bank;

		Till(Bank bank) {
			this.bank = bank;
		}

		@GetMapping("/pay")
		String pay(@RequestParam String password) {
			try (MDC.MDCCloseable customer = MDC.putCloseable("customer", "customer-7");
					MDC.MDCCloseable token = MDC.putCloseable("session_token", password);
					MDC.MDCCloseable address = MDC.putCloseable("address",
							"https://me:" + password + "@bank.example")) {
				this.bank.charge("iban-7", password, new Login("me", password),
						URI.create("https://bank.example/?token=" + password));
				return "paid";
			}
			catch (IllegalStateException ex) {
				throw new IllegalStateException("the payment of customer 7 failed, Authorization: Bearer " + password
						+ ", password=" + password, ex);
			}
		}

	}

	record Login(String name, String password) {
	}

	@Service
	static class Bank {

		@Counted(value = "payments", extraTags = { "bank", "https://shop:" + SECRET + "@bank" })
		void charge(String account, String password, Login login, URI uri) {
			IllegalStateException failure = new IllegalStateException("the bank does not answer, {\"password\":\""
					+ password + "\"}, jdbc:postgresql://me:" + password + "@db/bank");
			failure.addSuppressed(new IllegalArgumentException("secret=" + password));
			throw failure;
		}

	}

}
