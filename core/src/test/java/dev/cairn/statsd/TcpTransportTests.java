package dev.cairn.statsd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.cairn.Ledger;
import dev.cairn.Ledger.State;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.Ports;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TcpTransport} with real connections.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class TcpTransportTests {

	private final Channel channel = new Accounts().channel("statsd");

	@Test
	void aServerThatNeverReadsHoldsUpNeitherReadersNorTheEnd() throws Exception {
		try (ServerSocket server = server()) {
			StatsdRegistry registry = registry(server, Duration.ofMillis(10), Duration.ofSeconds(1));
			registry.start();
			Timer timer = registry.timer("times");
			Thread load = new Thread(() -> {
				while (!Thread.currentThread().isInterrupted()) {
					timer.record(1, TimeUnit.MILLISECONDS);
				}
			});
			load.start();
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.channel.balance().state() == State.DOWN);
			assertThat(this.channel.balance().lastError()).contains("does not read");
			assertThat(timer.count()).isPositive();
			assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isPositive();
			registry.close();
			load.interrupt();
			load.join();
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.channel.balance().held() == 0);
		}
	}

	@Test
	void neitherReadersNorTheEndWaitForATransportThatHangs() throws Exception {
		Thread[] sender = new Thread[1];
		StatsdRegistry registry = new StatsdRegistry(StatsdConfig.DEFAULT, Clock.SYSTEM, HierarchicalNameMapper.DEFAULT,
				new StatsdRegistry.Options(Duration.ofMillis(10), 1000, false, Duration.ofMillis(100)),
				MeterSampling.keepAll(), this.channel, (packet, length) -> {
					sender[0] = Thread.currentThread();
					try {
						Thread.sleep(Long.MAX_VALUE);
					}
					catch (InterruptedException ex) {
						throw new IOException(ex);
					}
				});
		registry.start();
		Timer timer = registry.timer("times");
		timer.record(1, TimeUnit.MILLISECONDS);
		Awaitility.await().until(() -> sender[0] != null && sender[0].getState() == Thread.State.TIMED_WAITING);
		timer.record(1, TimeUnit.MILLISECONDS);
		assertThat(timer.count()).isEqualTo(2);
		assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(2);
		assertThat(registry.flush(Duration.ZERO)).isFalse();
		registry.close();
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(this.channel.balance().dropped()).containsEntry(Ledger.DropReason.SHUTDOWN, 2L));
	}

	@Test
	void aServerThatReadsAgainGetsEachLineOnceAndWhole() throws Exception {
		try (ServerSocket server = server()) {
			StatsdRegistry registry = registry(server, Duration.ofMillis(10), Duration.ofSeconds(30));
			registry.start();
			Timer timer = registry.timer("times");
			long recorded = 0;
			while (this.channel.balance().state() == State.UP) {
				timer.record(recorded++, TimeUnit.MILLISECONDS);
				if (recorded % 10_000 == 0) {
					registry.flush(Duration.ofMillis(1));
				}
			}
			AtomicLong lines = new AtomicLong();
			Thread reader = new Thread(() -> read(server, lines));
			reader.start();
			registry.close();
			reader.join();
			Ledger.Balance balance = this.channel.balance();
			assertThat(balance.offered()).isEqualTo(recorded);
			assertThat(balance.delivered()).isEqualTo(lines.get());
			assertThat(balance.held()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aHostThatCannotBeResolvedIsNamed(boolean tcp) {
		String host = "stats.invalid";
		StatsdRegistry registry = registry(Duration.ofMillis(10), Duration.ofMillis(10),
				tcp ? StatsdRegistry.Transport.tcp(host, 8125) : StatsdRegistry.Transport.udp(host, 8125));
		registry.counter("orders").increment();
		registry.start();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(this.channel.balance().lastError())
				.isEqualTo("UnknownHostException: stats.invalid cannot be resolved; "
						+ "check management.statsd.metrics.export.host"));
		registry.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aPortWithoutServerIsNamed(boolean tcp) {
		int port = Ports.free();
		StatsdRegistry registry = registry(Duration.ofMillis(10), Duration.ofMillis(10), tcp
				? StatsdRegistry.Transport.tcp("127.0.0.1", port) : StatsdRegistry.Transport.udp("127.0.0.1", port));
		registry.counter("orders").increment();
		registry.start();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(this.channel.balance().lastError()).contains("127.0.0.1:" + port));
		registry.close();
	}

	@Test
	void nothingIsLostUnderALoadThatUdpCarries() throws Exception {
		try (ServerSocket server = server()) {
			AtomicLong lines = new AtomicLong();
			Thread reader = new Thread(() -> read(server, lines));
			reader.start();
			StatsdRegistry registry = registry(server, Duration.ofSeconds(1), Duration.ofSeconds(30));
			registry.start();
			Timer timer = registry.timer("times");
			long begin = System.nanoTime();
			for (int i = 0; i < 500_000; i++) {
				timer.record(i, TimeUnit.MICROSECONDS);
				if (i % 1000 == 0) {
					Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(due(begin, i));
				}
			}
			registry.close();
			reader.join();
			assertThat(this.channel.balance().dropped()).isEmpty();
			assertThat(lines).hasValue(500_000);
		}
	}

	/** 500,000 samples in 2.5 seconds. */
	private static java.util.concurrent.Callable<Boolean> due(long begin, int samples) {
		return () -> System.nanoTime() - begin >= samples * 5000L;
	}

	private static void read(ServerSocket server, AtomicLong lines) {
		try (Socket connection = server.accept();
				BufferedReader in = new BufferedReader(
						new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII))) {
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				assertThat(line).startsWith("times:").endsWith("|ms");
				lines.incrementAndGet();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private StatsdRegistry registry(ServerSocket server, Duration interval, Duration closeTimeout) {
		return registry(interval, closeTimeout,
				StatsdRegistry.Transport.tcp(server.getInetAddress().getHostAddress(), server.getLocalPort()));
	}

	private StatsdRegistry registry(Duration interval, Duration closeTimeout, StatsdRegistry.Transport transport) {
		return new StatsdRegistry(StatsdConfig.DEFAULT, Clock.SYSTEM, HierarchicalNameMapper.DEFAULT,
				new StatsdRegistry.Options(interval, StatsdRegistry.Options.SAMPLES, false, closeTimeout),
				MeterSampling.keepAll(), this.channel, transport);
	}

	private static ServerSocket server() throws IOException {
		return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
	}

}
