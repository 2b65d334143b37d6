package dev.cairn.file;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;

import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Severity;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.TestMessages;
import dev.cairn.testing.UdpServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the destination of syslog; what it shares with others is in
 * {@link TcpSyslogContractTests}.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class SyslogTests {

	private static final MessageEncoder JSON = MessageEncoder.cairn(Redactor.DEFAULT);

	@Test
	void theHeaderHasWhatRfc5424Demands() throws Exception {
		Message message = TestMessages.builder("order.placed")
			.severity(Severity.WARNING)
			.timestamp(Instant.parse("2026-01-31T23:59:59.000001Z"))
			.build();
		String line = new String(new SyslogEncoder(16, JSON).encode(message, 10_000).bytes(), StandardCharsets.UTF_8);
		Origin origin = message.origin();
		String json = new String(JSON.encode(message, 10_000).bytes(), StandardCharsets.UTF_8);
		assertThat(line).isEqualTo("<132>1 2026-01-31T23:59:59.000001Z " + origin.hostname() + " " + origin.service()
				+ " " + origin.pid() + " order.placed - " + json);
	}

	@Test
	void namesAreCutAndCannotForgeAHeader() throws Exception {
		Origin origin = new Origin("a shop\n<0>1 größe" + "x".repeat(100), null, null, "h".repeat(300), 7);
		Message message = TestMessages.builder("t".repeat(200), origin).build();
		String line = new String(new SyslogEncoder(1, JSON).encode(message, 10_000).bytes(), StandardCharsets.UTF_8);
		String[] parts = line.split(" ", 8);
		assertThat(parts[2]).isEqualTo("h".repeat(255));
		assertThat(parts[3]).startsWith("a_shop_<0>1_gr__e").hasSize(48);
		assertThat(parts[4]).isEqualTo("7");
		assertThat(parts[5]).isEqualTo("t".repeat(32));
		assertThat(parts[6]).isEqualTo("-");
		assertThat(parts[7]).startsWith("{").doesNotContain("\n");
	}

	@Test
	void aMessageIsADatagram() throws Exception {
		try (UdpServer server = UdpServer.started()) {
			Channel channel = new Accounts().channel("syslog");
			AsyncSink sink = sink(channel, "udp://127.0.0.1:" + server.port() + "?facility=23");
			offer(channel, sink, TestMessages.builder("a").payload("x".repeat(200_000)).build());
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> server.datagrams().size() == 1);
			assertThat(server.datagrams().get(0)).startsWith("<190>1 ").contains("\"truncated\":true");
			assertThat(server.datagrams().get(0).getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(65_507);
			sink.stop(Duration.ofSeconds(5));
		}
	}

	@Test
	void aMessageIsSentAgainAsAWholeOnANewConnection() throws Exception {
		SyslogServer server = new SyslogServer();
		server.breakNext();
		server.start();
		Channel channel = new Accounts().channel("syslog");
		AsyncSink sink = sink(channel, "tcp://127.0.0.1:" + server.port());
		String payload = "x".repeat(200_000);
		IntStream.range(0, 100)
			.forEach((i) -> offer(channel, sink, TestMessages.builder("a").payload(payload).build()));
		assertThat(sink.flush(Duration.ofSeconds(30))).isTrue();
		assertThat(channel.balance().delivered()).isEqualTo(100);
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !server.messages().isEmpty());
		sink.stop(Duration.ofSeconds(5));
		assertThat(server.messages()).allSatisfy((message) -> assertThat(message).startsWith("<14>1 ").endsWith("}"));
		server.stop();
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "http://localhost", "udp:localhost", "udp://localhost/path",
			"tcp://localhost:0", "tcp://localhost:70000", "udp://localhost?facility=24", "udp://localhost?facility=x",
			"udp://localhost?a=b", "udp://syslog_server:0", "udp://syslog_server:70000", "udp://syslog_server:x",
			"udp://syslog_server:999999999999", "udp://a_b:1:2", "udp://1.2.3.256", "http://syslog_server",
			"udp://user@syslog_server", "udp://a_b..c", "udp:///", "udp://syslog_server/path" })
	void anotherAddressIsRefused(String address) {
		assertThatIllegalArgumentException().isThrownBy(() -> SyslogAddress.of(URI.create(address)));
	}

	@Test
	void theAddressHasDefaults() {
		assertThat(SyslogAddress.of(URI.create("udp://logs.example.com/")))
			.isEqualTo(new SyslogAddress("udp", "logs.example.com", 514, 1));
		assertThat(SyslogAddress.of(URI.create("tcp://[::1]:601?facility=0")))
			.isEqualTo(new SyslogAddress("tcp", "::1", 601, 0));
	}

	@ParameterizedTest
	@CsvSource({ "udp://syslog_server:1514, udp, syslog_server, 1514, 1",
			"tcp://my_stack_syslog, tcp, my_stack_syslog, 514, 1",
			"udp://log_1.example.com:601?facility=3, udp, log_1.example.com, 601, 3",
			"tcp://log_1.:, tcp, log_1., 514, 1", "udp://logs.2nd/, udp, logs.2nd, 514, 1",
			"UDP://logs.example.com, udp, logs.example.com, 514, 1", "Tcp://Syslog_Server:1, tcp, Syslog_Server, 1, 1",
			"TCP://127.0.0.1:5, tcp, 127.0.0.1, 5, 1" })
	void theHostMayBeAnyNameAndTheSchemeHasNoCase(String address, String protocol, String host, int port,
			int facility) {
		assertThat(SyslogAddress.of(URI.create(address))).isEqualTo(new SyslogAddress(protocol, host, port, facility));
	}

	private static AsyncSink sink(Channel channel, String address) {
		Destination destination = Destinations.syslog(URI.create(address), JSON, 262_144);
		AsyncSink sink = new AsyncSink(channel, destination, DeliveryOptions.DEFAULT);
		sink.start();
		return sink;
	}

	private static void offer(Channel channel, AsyncSink sink, Message message) {
		channel.offered();
		sink.offer(new Outgoing(message));
	}

}
