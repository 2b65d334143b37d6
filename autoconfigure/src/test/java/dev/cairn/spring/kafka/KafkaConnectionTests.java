package dev.cairn.spring.kafka;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.delivery.Accounts;
import dev.cairn.spring.doctor.DoctorCheck;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that is configured wrongly for a real broker: one warning with the
 * reason and the remedy, while publishing never waits.
 */
class KafkaConnectionTests {

	private static final int EVENTS = 1000;

	private static final String WRONG_PASSWORD = "username=\"shop\" password=\"wrong\";";

	@TempDir
	private static Path directory;

	private static SecuredBroker broker;

	@BeforeAll
	static void startBroker() throws Exception {
		broker = new SecuredBroker(directory);
	}

	@AfterAll
	static void stopBroker() throws Exception {
		broker.close();
	}

	/** Their clients log what happens after the filter was removed. */
	@AfterEach
	void awaitThreads() {
		await().atMost(Duration.ofSeconds(60))
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().contains("cairn-shop")));
	}

	@Test
	void aRightPasswordIsAccepted() {
		try (RunningApplication application = start("SASL", sasl("PLAIN", "username=\"shop\" password=\"secret\";"))) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.event("order.placed").publish();
			assertThat(cairn.flush(Duration.ofSeconds(30))).isTrue();
			assertThat(application.ledger().balances().get("kafka").delivered()).isEqualTo(1);
		}
	}

	@Test
	void aWrongPassword() {
		assertThat(warning("SASL", sasl("PLAIN", WRONG_PASSWORD))).contains("Invalid username or password",
				"sasl.jaas.config");
	}

	@Test
	void aWrongPasswordWithScram() {
		assertThat(warning("SASL", sasl("SCRAM-SHA-256", WRONG_PASSWORD)))
			.contains("Authentication failed during authentication due to invalid credentials", "sasl.jaas.config");
	}

	@Test
	void aMechanismThatTheBrokerDoesNotHave() {
		assertThat(warning("SASL", sasl("SCRAM-SHA-512", WRONG_PASSWORD))).contains("SCRAM-SHA-512", "sasl.mechanism");
	}

	@Test
	void noAuthentication() {
		assertThat(warning("SASL")).contains("disconnected", "security.protocol");
	}

	/**
	 * The client takes the alert of TLS for the size of an answer, 352 MB, and reserves
	 * them before it sees that the connection has ended: seconds on a busy machine.
	 */
	@Test
	void plaintextWhereTheBrokerHasTls() {
		assertThat(warning("TLS", "max.block.ms=12000")).contains("disconnected", "security.protocol");
	}

	@Test
	void tlsWhereTheBrokerHasPlaintext() {
		assertThat(warning("PLAIN", "security.protocol=SSL")).contains("Connection to node", "security.protocol");
	}

	@Test
	void aCertificateThatNobodyTrusts() {
		assertThat(warning("TLS", "security.protocol=SSL")).contains("unable to find valid certification path",
				"ssl.truststore.location");
	}

	@Test
	void anAdvertisedListenerThatCannotBeReached() {
		assertThat(warning("AWAY")).contains("Connection to node 1 (/127.0.0.1:", "could not be established",
				"advertised.listeners");
	}

	@Test
	void theCheckOfTopicsWithAWrongPassword() throws Exception {
		assertThat(finding("SASL", sasl("PLAIN", WRONG_PASSWORD))).contains("SaslAuthenticationException",
				"Invalid username or password");
	}

	@Test
	void theCheckOfTopicsWithAnAddressWhereNobodyListens() throws Exception {
		assertThat(finding("CLOSED")).contains("could not be established");
	}

	/** Returns the only finding. Nothing is logged for it. */
	private static String finding(String listener, String... settings) throws Exception {
		try (RunningApplication application = start(listener, "cairn.doctor.exclude=kafka-topics", settings)) {
			List<DoctorCheck.Finding> findings = application.bean(KafkaTopicsCheck.class).examine();
			assertThat(warnings()).isEmpty();
			assertThat(findings).hasSize(1);
			return findings.get(0).what();
		}
	}

	private static List<String> warnings() {
		return RunningApplication.logEvents()
			.stream()
			.filter((event) -> event.getLevel().isGreaterOrEqual(Level.WARN))
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	/** Returns the only warning of all loggers. */
	private static String warning(String listener, String... settings) {
		Ledger ledger;
		String warning;
		try (RunningApplication application = start(listener, settings)) {
			ledger = application.bean(Accounts.class);
			Cairn cairn = application.bean(Cairn.class);
			cairn.event("order.placed").publish();
			long waited = waited();
			for (int i = 1; i < EVENTS; i++) {
				cairn.event("order.placed").field("n", i).publish();
			}
			assertThat(waited()).isEqualTo(waited);
			await().atMost(Duration.ofSeconds(120)).until(() -> kafka(application.ledger()).state() == State.DOWN);
			assertThat(warnings()).hasSize(1);
			warning = warnings().get(0);
			assertThat(kafka(ledger).held()).isEqualTo(EVENTS);
			assertThat(kafka(ledger).delivered() + kafka(ledger).droppedTotal()).isZero();
		}
		assertThat(kafka(ledger).offered()).isEqualTo(EVENTS);
		assertThat(kafka(ledger).dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, (long) EVENTS));
		assertThat(warning).doesNotContain("wrong\"");
		return warning;
	}

	private static Ledger.Balance kafka(Ledger ledger) {
		return ledger.balances().get("kafka");
	}

	/** Returns how often this thread has waited for anything. */
	private static long waited() {
		return ManagementFactory.getThreadMXBean().getThreadInfo(Thread.currentThread().getId()).getWaitedCount();
	}

	private static String[] sasl(String mechanism, String credentials) {
		String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
		return new String[] { "security.protocol=SASL_PLAINTEXT", "sasl.mechanism=" + mechanism,
				"sasl.jaas.config=org.apache.kafka.common.security." + module + " required " + credentials };
	}

	private static RunningApplication start(String listener, String... settings) {
		return start(listener, "cairn.doctor.enabled=true", settings);
	}

	private static RunningApplication start(String listener, String property, String[] settings) {
		Map<String, String> client = new LinkedHashMap<>(
				Map.of("max.block.ms", "3000", "request.timeout.ms", "500", "delivery.timeout.ms", "1000"));
		for (String setting : settings) {
			client.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
		}
		List<String> properties = new ArrayList<>(
				List.of("spring.kafka.bootstrap-servers=" + broker.address(listener), property));
		client.forEach((name, value) -> properties.add("cairn.kafka.properties." + name + "=" + value));
		return RunningApplication.startWithoutWeb(Application.class, properties.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
