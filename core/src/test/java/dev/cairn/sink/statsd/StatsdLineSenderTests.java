package dev.cairn.sink.statsd;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.cairn.DropReason;
import dev.cairn.Ledger;
import dev.cairn.sink.DeliveryOptions;
import dev.cairn.sink.UdpServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link StatsdLineSender} and {@link StatsdChannel} over a real socket.
 */
@Timeout(60)
class StatsdLineSenderTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final UdpServer server = new UdpServer();

	private final Ledger.Channel account = new Ledger().channel("statsd");

	private StatsdChannel channel;

	@BeforeEach
	void start() throws Exception {
		this.server.start();
		this.channel = channel(100);
	}

	@AfterEach
	void stop() throws Exception {
		this.channel.close();
		this.server.stop();
	}

	@Test
	void packsSeveralLinesIntoADatagram() {
		List<String> lines = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			lines.add("orders.placed:" + i + "|c");
		}
		assertThat(received(lines)).isEqualTo(lines);
		assertThat(this.server.datagrams()).hasSizeLessThan(50).allMatch((datagram) -> datagram.length() <= 100);
		assertThat(this.account.balance().delivered()).isEqualTo(100);
	}

	@Test
	void fillsADatagramToTheLastByte() {
		String half = "a".repeat(47) + "|c";
		assertThat(received(List.of(half, "b" + half, half))).containsExactly(half, "b" + half, half);
		assertThat(this.server.datagrams()).allMatch((datagram) -> datagram.length() <= 100);
	}

	@Test
	void countsBytesAndNotCharacters() {
		List<String> lines = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			lines.add("\u4e2d\u6587:" + i + "|c");
		}
		assertThat(received(lines)).isEqualTo(lines);
		assertThat(this.server.datagrams())
			.allMatch((datagram) -> datagram.getBytes(StandardCharsets.UTF_8).length <= 100);
	}

	@Test
	void sendsALongLineAlone() {
		String longLine = "x".repeat(500) + ":1|c";
		assertThat(received(List.of("a:1|c", longLine, "b:1|c"))).containsExactly("a:1|c", longLine, "b:1|c");
		assertThat(this.server.datagrams()).contains(longLine);
	}

	@Test
	void dropsALineThatFitsIntoNoDatagramAndSendsTheOthers() {
		this.channel.accept("a:1|c");
		this.channel.accept("x".repeat(70_000));
		this.channel.accept("b:1|c");
		assertThat(this.channel.flush(LONG)).isTrue();
		Awaitility.await().atMost(LONG).until(() -> lines().equals(List.of("a:1|c", "b:1|c")));
		assertThat(this.account.balance().dropped()).isEqualTo(Map.of(DropReason.OVERSIZE, 1L));
		assertThat(this.account.balance().delivered()).isEqualTo(2);
	}

	@Test
	void doesNotLetATagStartAnotherLine() {
		assertThat(received(List.of("a:1|c|#user:x\nevil:1|c", "b:1|c|#user:x\r\nevil:1|c")))
			.containsExactly("a:1|c|#user:x_evil:1|c", "b:1|c|#user:x__evil:1|c");
	}

	@Test
	void countsWhatComesAfterItWasClosed() {
		this.channel.close();
		this.channel.close();
		this.channel.accept("a:1|c");
		assertThat(this.account.balance().dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 1L));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, 65_508 })
	void refusesAPacketLengthThatThereCannotBe(int packetLength) {
		assertThatIllegalArgumentException().isThrownBy(() -> new StatsdLineSender("127.0.0.1", 8125, packetLength))
			.withMessage("packetLength must be 1 to 65507, but was " + packetLength);
	}

	private StatsdChannel channel(int packetLength) {
		return new StatsdChannel(this.account, new StatsdLineSender("127.0.0.1", this.server.port(), packetLength),
				DeliveryOptions.DEFAULT, Duration.ofSeconds(5));
	}

	private List<String> received(List<String> lines) {
		lines.forEach(this.channel);
		assertThat(this.channel.flush(LONG)).isTrue();
		Awaitility.await().atMost(LONG).until(() -> lines().size() == lines.size());
		return lines();
	}

	private List<String> lines() {
		return this.server.datagrams().stream().flatMap(String::lines).toList();
	}

}
