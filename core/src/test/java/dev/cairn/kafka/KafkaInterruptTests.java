package dev.cairn.kafka;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

import ch.qos.logback.classic.Level;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.LogCapture;
import dev.cairn.testing.TestMessages;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KafkaDestination} that is interrupted while a broker accepts the
 * connection and never responds.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class KafkaInterruptTests {

	@Test
	void nothingIsLoggedAboutAnInterrupt() throws Exception {
		try (ServerSocket broker = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
				LogCapture log = new LogCapture("org.apache.kafka")) {
			KafkaDestination.Address address = new KafkaDestination.Address("events", "", "", null);
			KafkaDestination destination = new KafkaDestination(
					() -> new KafkaProducer<>(
							Map.of("bootstrap.servers", "127.0.0.1:" + broker.getLocalPort(), "max.block.ms", 50_000,
									"request.timeout.ms", 500, "delivery.timeout.ms", 1000),
							new ByteArraySerializer(), new ByteArraySerializer()),
					(message) -> address, MessageEncoder.cairn(Redactor.DEFAULT), 100_000, (message, reason) -> false,
					KafkaDestination.Options.DEFAULT);
			AsyncSink sink = new AsyncSink(new Accounts().channel("kafka"), destination, DeliveryOptions.DEFAULT);
			sink.start();
			sink.offer(new Outgoing(TestMessages.text("a")));
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(KafkaInterruptTests::isSending);
			sink.stop(Duration.ofMillis(100));
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> thread() == null);
			assertThat(log.events()).filteredOn((line) -> line.getLevel().isGreaterOrEqual(Level.ERROR)).isEmpty();
			assertThat(log.all()).noneMatch((line) -> line.contains("nterrupt"));
			assertThat(sink.channel().balance().lastError()).isNull();
		}
	}

	private static boolean isSending() {
		Thread sender = thread();
		return sender != null && Arrays.stream(sender.getStackTrace())
			.anyMatch((frame) -> frame.getMethodName().equals("waitOnMetadata"));
	}

	private static Thread thread() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("cairn-kafka"))
			.findFirst()
			.orElse(null);
	}

}
