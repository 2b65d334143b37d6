package dev.cairn.sample.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.micrometer.statsd.StatsdFlavor;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A server whose name moves to another address, as names do where containers run. The JDK
 * that sends has a hosts file of its own and remembers no addresses.
 */
class StatsdAddressIT {

	private static final String BEFORE = "127.0.0.1";

	private static final String AFTER = "127.0.0.2";

	@TempDir
	private Path directory;

	@Test
	void aNameIsFollowedToItsNewAddress() throws Exception {
		moveTo(BEFORE);
		int stays = Backends.freePort(26_000);
		int goes = Backends.freePort(29_000);
		int tcp = Backends.freePort(14_000);
		try (StatsdReceiver staysBefore = new StatsdReceiver(BEFORE, stays);
				StatsdReceiver staysAfter = new StatsdReceiver(AFTER, stays);
				StatsdReceiver goesBefore = new StatsdReceiver(BEFORE, goes);
				StatsdReceiver goesAfter = new StatsdReceiver(AFTER, goes);
				TcpReceiver tcpAfter = new TcpReceiver(AFTER, tcp);
				Sender sender = new Sender("udp:stays.shop.test:" + stays, "udp:goes.shop.test:" + goes,
						"tcp:tcp.shop.test:" + tcp)) {
			try (TcpReceiver tcpBefore = new TcpReceiver(BEFORE, tcp)) {
				awaiting().until(() -> sum(staysBefore) > 0 && sum(goesBefore) > 0 && tcpBefore.sum() > 0);
				moveTo(AFTER);
				goesBefore.close();
			}
			// At once where the old server is gone; else when the address is looked up
			// again
			awaiting().until(() -> sum(goesAfter) > 0);
			awaiting().until(() -> tcpAfter.sum() > 0);
			awaiting().atMost(Duration.ofSeconds(60)).until(() -> sum(staysAfter) > 0);
			List<Account> accounts = sender.end();
			Account account = accounts.get(0);
			awaiting().untilAsserted(() -> assertThat(sum(staysBefore) + sum(staysAfter)).isEqualTo(account.counted()));
			assertThat(accounts).allSatisfy((each) -> {
				assertThat(each.dropped()).isZero();
				assertThat(each.delivered()).isEqualTo(each.offered());
			});
		}
	}

	private void moveTo(String address) throws IOException {
		Path written = Files.writeString(this.directory.resolve("written"),
				Stream.of("stays", "goes", "tcp")
					.map((name) -> "%s %s.shop.test%n".formatted(address, name))
					.reduce("", String::concat));
		Files.move(written, hosts(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	private Path hosts() {
		return this.directory.resolve("hosts");
	}

	private static long sum(StatsdReceiver receiver) {
		return sum(receiver.lines(StatsdFlavor.DATADOG).stream());
	}

	private static long sum(Stream<StatsdLine> lines) {
		return lines.mapToLong((line) -> line.sum().longValueExact()).sum();
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).pollInSameThread();
	}

	/**
	 * {@link MovingNames} as a process of its own.
	 */
	private final class Sender implements AutoCloseable {

		private final Process process;

		Sender(String... servers) throws IOException {
			ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(),
					"-Djdk.net.hosts.file=" + hosts(), "-Dsun.net.inetaddr.ttl=0", "-Dsun.net.inetaddr.negative.ttl=0",
					"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
					MovingNames.class.getName());
			builder.command().addAll(List.of(servers));
			this.process = builder.redirectError(StatsdAddressIT.this.directory.resolve("log").toFile()).start();
		}

		/** Returns its account of each server. */
		List<Account> end() throws IOException {
			this.process.getOutputStream().close();
			String output = new String(this.process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			return output.lines().filter((line) -> line.matches("[\\d ]+")).map(Account::parse).toList();
		}

		@Override
		public void close() {
			this.process.destroyForcibly();
		}

	}

	private record Account(long counted, long offered, long delivered, long dropped) {

		static Account parse(String line) {
			long[] numbers = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
			return new Account(numbers[0], numbers[1], numbers[2], numbers[3]);
		}

	}

	/**
	 * Takes one connection.
	 */
	private static final class TcpReceiver implements AutoCloseable {

		private final StringBuffer text = new StringBuffer();

		private final ServerSocket server;

		private volatile @Nullable Socket connection;

		TcpReceiver(String address, int port) throws IOException {
			this.server = new ServerSocket(port, 1, InetAddress.getByName(address));
			Thread thread = new Thread(this::run, "tcp-receiver");
			thread.setDaemon(true);
			thread.start();
		}

		private void run() {
			try (Socket accepted = this.server.accept()) {
				this.connection = accepted;
				InputStream in = accepted.getInputStream();
				byte[] buffer = new byte[8192];
				for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
					this.text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
				}
			}
			catch (IOException ex) {
				// Closed
			}
		}

		long sum() {
			String whole = this.text.substring(0, this.text.lastIndexOf("\n") + 1);
			return StatsdAddressIT.sum(whole.lines().map((line) -> StatsdLine.parse(StatsdFlavor.DATADOG, line)));
		}

		@Override
		public void close() throws IOException {
			this.server.close();
			Socket open = this.connection;
			if (open != null) {
				open.close();
			}
		}

	}

}
