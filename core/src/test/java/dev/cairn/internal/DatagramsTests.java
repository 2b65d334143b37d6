package dev.cairn.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import dev.cairn.testing.UdpServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Datagrams} and real sockets.
 */
@Timeout(60)
class DatagramsTests {

	private final UdpServer server = new UdpServer();

	private final Datagrams datagrams = new Datagrams("127.0.0.1", this.server.port());

	@AfterEach
	void stop() throws Exception {
		this.datagrams.close();
		this.server.stop();
	}

	@Test
	void arrive() throws Exception {
		this.server.start();
		send("a");
		send("b");
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> this.server.datagrams().equals(List.of("a", "b")));
	}

	@Test
	void leaveAReceiverTimeInABurst() throws Exception {
		this.server.start();
		send("first");
		long start = System.nanoTime();
		for (int i = 0; i < 320; i++) {
			send("x".repeat(1432));
		}
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(9));
	}

	@Test
	void noticeWithTheFirstThatThereIsNoListener() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> send("a"));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> send("a"));
	}

	@Test
	void noticeThatTheReceiverHasGone() throws Exception {
		this.server.start();
		send("a");
		this.server.stop();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !canSend("b"));
		assertThat(canSend("c")).isFalse();
	}

	@Test
	void arriveWhenTheReceiverIsBack() throws Exception {
		assertThat(canSend("lost")).isFalse();
		this.server.start();
		send("a");
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.server.datagrams().equals(List.of("a")));
	}

	@Test
	void areSentAgainAfterTheyWereClosed() throws Exception {
		this.server.start();
		send("a");
		this.datagrams.close();
		this.datagrams.close();
		send("b");
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.server.datagrams().size() == 2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, 65_536 })
	void refuseAPortThatThereIsNot(int port) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Datagrams("127.0.0.1", port))
			.withMessage("port must be 1 to 65535, but was " + port);
	}

	private void send(String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		this.datagrams.send(bytes, bytes.length);
	}

	private boolean canSend(String text) {
		try {
			send(text);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
