package dev.cairn.file;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
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
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UdpDestination}; what it shares with others is in
 * {@link UdpDestinationContractTests}.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class UdpDestinationTests {

	@Test
	void shortensWhatFitsIntoNoDatagram() throws Exception {
		UdpServer server = new UdpServer();
		server.start();
		Channel channel = new Accounts().channel("udp");
		AsyncSink sink = new AsyncSink(channel,
				new UdpDestination("127.0.0.1", server.port(), MessageEncoder.cairn(Redactor.DEFAULT), 262_144),
				DeliveryOptions.DEFAULT);
		sink.start();
		channel.offered();
		sink.offer(new Outgoing(TestMessages.builder("a").payload("x".repeat(200_000)).build()));
		assertThat(sink.flush(Duration.ofSeconds(30))).isTrue();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> server.datagrams().size() == 1);
		String datagram = server.datagrams().get(0);
		assertThat(datagram.getBytes(StandardCharsets.UTF_8).length).isBetween(65_000, 65_507);
		assertThat(JsonMapper.shared().readTree(datagram).get("truncated").asBoolean()).isTrue();
		assertThat(channel.balance().truncated()).isEqualTo(1);
		sink.stop(Duration.ofSeconds(5));
		server.stop();
	}

}
