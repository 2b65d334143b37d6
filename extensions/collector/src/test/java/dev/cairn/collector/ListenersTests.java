package dev.cairn.collector;

import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Lifecycle;
import dev.cairn.Message;
import dev.cairn.delivery.MemorySink;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the ports without answers.
 */
class ListenersTests {

	private static Running application;

	@BeforeAll
	static void start() {
		application = Running.start(Running.Application.class, WebApplicationType.NONE, "cairn.collector.udp.port=0",
				"cairn.collector.tcp.port=0", "cairn.collector.max-body=4KB", "cairn.metrics.max-tag-values=10");
	}

	@AfterAll
	static void stop() {
		UdpListener udp = application.bean(UdpListener.class);
		TcpListener tcp = application.bean(TcpListener.class);
		application.close();
		assertThat(udp.port()).isEqualTo(-1);
		assertThat(tcp.port()).isEqualTo(-1);
		assertThat(Thread.getAllStackTraces().keySet())
			.noneMatch((thread) -> thread.getName().startsWith("cairn-collector"));
	}

	@BeforeEach
	void clear() {
		application.bean(MemorySink.class).clear();
	}

	private static void send(String datagram) throws IOException {
		byte[] bytes = datagram.getBytes(StandardCharsets.UTF_8);
		try (DatagramSocket socket = new DatagramSocket()) {
			socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(),
					application.bean(UdpListener.class).port()));
		}
	}

	private static Ledger.Balance balance() {
		return application.bean(Ledger.class).balances().get("collector");
	}

	private static MeterRegistry meters() {
		return application.bean(MeterRegistry.class);
	}

	@Test
	void aListenerThatCannotAcceptPausesBeforeItTriesAgain() {
		List<Long> attempts = new CopyOnWriteArrayList<>();
		TcpListener listener = new TcpListener(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, null) {

			@Override
			ServerSocket open(InetSocketAddress address) throws IOException {
				return new ServerSocket() {

					@Override
					public Socket accept() throws IOException {
						attempts.add(System.nanoTime());
						throw new IOException("Too many open files");
					}

				};
			}

		};
		listener.start();
		await().until(() -> attempts.size() >= 2);
		listener.close();
		assertThat(Duration.ofNanos(attempts.get(1) - attempts.get(0))).isGreaterThan(Duration.ofMillis(900));
	}

	@Test
	void datagramsAreMessages() throws IOException {
		send("{\"type\":\"a\",\"service\":\"pos\"}");
		send("{\"type\":\"b\"}\n{\"type\":\"c\"}\n");
		send("[{\"type\":\"d\"},{\"type\":\"e\"}]");
		await().untilAsserted(() -> assertThat(application.messages()).extracting(Message::type)
			.containsExactlyInAnyOrder("a", "b", "c", "d", "e"));
		assertThat(application.messages().get(0).origin().service()).isEqualTo("pos");
		assertThat(balance().held()).isZero();
	}

	@Test
	void whatIsNeitherAMessageNorALineOfStatsdIsCounted() throws IOException {
		long before = balance().dropped().getOrDefault(DropReason.REFUSED, 0L);
		for (String bad : List.of("nonsense", "{broken", "a:1", "a:x|c", "a:1|x", "a b:1|c", "a:1|c|@2", ":1|c",
				"a:1e999|g", "{\"type\":\"exception\"}", "a:-5|ms", "\u0000\u0001")) {
			send(bad);
		}
		await().untilAsserted(() -> assertThat(balance().dropped()).containsEntry(DropReason.REFUSED, before + 12));
		assertThat(balance().offered()).isEqualTo(balance().delivered() + balance().droppedTotal());
	}

	@Test
	void linesOfStatsdAreMeters() throws IOException {
		send("shop.orders:2|c\nshop.orders:3|c|@0.5\nshop.orders:1|c|#city:berlin,express");
		send("shop.depth:7|g\nshop.depth:-2|g\nshop.depth:+1|g");
		send("shop.call:250|ms|@0.1\nshop.size:7|h\nshop.size:9|d");
		send("shop.users:a|s\nshop.users:b|s\nshop.users:a|s");
		await().ignoreExceptions().untilAsserted(() -> {
			assertThat(meters().get("shop.orders").tagKeys().counters()).isNotEmpty();
			assertThat(meters().get("shop.users").gauge().value()).isEqualTo(2);
		});
		double orders = meters().get("shop.orders").counters().stream().mapToDouble((each) -> each.count()).sum();
		assertThat(orders).isEqualTo(9);
		assertThat(meters().get("shop.orders").tag("city", "berlin").tag("express", "true").counter().count())
			.isEqualTo(1);
		assertThat(meters().get("shop.depth").gauge().value()).isEqualTo(6);
		assertThat(meters().get("shop.call").timer().count()).isEqualTo(10);
		assertThat(meters().get("shop.call").timer().mean(TimeUnit.MILLISECONDS)).isEqualTo(250);
		assertThat(meters().get("shop.size").summary().totalAmount()).isEqualTo(16);
	}

	@Test
	void theValuesOfTagsAreLimited() throws IOException {
		for (int i = 0; i < 50; i++) {
			send("shop.tagged:1|c|#user:u" + i);
		}
		await().ignoreExceptions()
			.untilAsserted(() -> assertThat(
					meters().get("shop.tagged").counters().stream().mapToDouble((each) -> each.count()).sum())
				.isEqualTo(50));
		assertThat(meters().get("shop.tagged").counters()).hasSizeLessThanOrEqualTo(11);
		assertThat(meters().get("shop.tagged").tag("user", "other").counter().count()).isEqualTo(40);
	}

	@Test
	void linesOverTcpAreReceivedUntilOneIsTooLong() throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), application.bean(TcpListener.class).port())) {
			OutputStream out = socket.getOutputStream();
			out.write("{\"type\":\"a\"}\r\n{bad\n\nshop.tcp:1|c\n{\"ty".getBytes(StandardCharsets.UTF_8));
			out.flush();
			out.write("pe\":\"b\"}\n".getBytes(StandardCharsets.UTF_8));
			out.flush();
			await().untilAsserted(
					() -> assertThat(application.messages()).extracting(Message::type).containsExactly("a", "b"));
			await().ignoreExceptions()
				.untilAsserted(() -> assertThat(meters().get("shop.tcp").counter().count()).isEqualTo(1));
			long before = balance().dropped().getOrDefault(DropReason.REFUSED, 0L);
			socket.setSoTimeout(30_000);
			out.write(new byte[5000]);
			out.flush();
			await().untilAsserted(() -> assertThat(balance().dropped()).containsEntry(DropReason.REFUSED, before + 1));
			assertThat(isClosed(socket)).isTrue();
		}
	}

	/** Unread bytes make it a reset. */
	private static boolean isClosed(Socket socket) {
		try {
			return socket.getInputStream().read() < 0;
		}
		catch (IOException ex) {
			return !(ex instanceof SocketTimeoutException);
		}
	}

	@Test
	void thePortsAreClosedWhileTheContextIsPaused() throws IOException {
		Lifecycle udp = application.bean(UdpListener.class);
		udp.suspend(Duration.ofSeconds(5));
		assertThat(application.bean(UdpListener.class).port()).isEqualTo(-1);
		udp.resume();
		send("{\"type\":\"again\"}");
		await()
			.untilAsserted(() -> assertThat(application.messages()).extracting(Message::type).containsExactly("again"));
	}

}
