package dev.cairn.spring.core;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.Lifecycle;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.AwaitThreads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link CairnLifecycle} and {@link StartReport}.
 */
@ExtendWith(AwaitThreads.class)
class CairnLifecycleTests {

	private final Set<Thread> others = Thread.getAllStackTraces().keySet();

	@Test
	void suspendsWhileTheContextIsStopped() {
		List<String> calls;
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class)) {
			calls = application.bean(Owner.class).calls;
			assertThat(calls).containsExactly("start");
			application.context().stop();
			application.context().stop();
			assertThat(calls).containsExactly("start", "suspend");
			application.context().start();
			assertThat(calls).containsExactly("start", "suspend", "resume");
			application.context().pause();
			application.context().restart();
			assertThat(calls).endsWith("suspend", "resume").hasSize(5);
		}
		assertThat(calls).as("closing drains instead").hasSize(5);
	}

	@Test
	void resumesBeforeAStoppedContextIsClosed() {
		List<String> calls;
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class)) {
			calls = application.bean(Owner.class).calls;
			application.context().stop();
		}
		assertThat(calls).containsExactly("start", "suspend", "resume");
	}

	@Test
	void doesNotSuspendIfTheStartFails() {
		FailingApplication.calls.clear();
		assertThatException().isThrownBy(() -> RunningApplication.startWithoutWeb(FailingApplication.class));
		assertThat(FailingApplication.calls).containsExactly("start");
	}

	@Test
	void deliversAfterTheStartWhatWasPublishedWhileStopped(@TempDir Path directory) throws IOException {
		try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
				RunningApplication application = RunningApplication.start(Application.class, "cairn.file.enabled=true",
						"cairn.file.directory=" + directory, "cairn.udp.host=127.0.0.1",
						"cairn.udp.port=" + receiver.getLocalPort(), "management.statsd.metrics.export.host=127.0.0.1",
						"management.statsd.metrics.export.port=" + receiver.getLocalPort())) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.event("before").publish();
			application.get("/missing", "User-Agent", "curl/8.5.0");
			assertThat(threads()).isNotEmpty();
			application.context().stop();
			// An executor terminates a moment before its thread does
			RunningApplication.await(() -> threads().isEmpty());
			cairn.event("meanwhile").publish();
			cairn.capture(new IllegalStateException("meanwhile"));
			assertThat(threads()).as("threads while stopped").isEmpty();
			application.context().start();
			assertThat(cairn.flush(Duration.ofSeconds(30))).isTrue();
			assertThat(lines(directory)).filteredOn((line) -> line.contains("\"type\":\"before\"")).hasSize(1);
			assertThat(lines(directory)).filteredOn((line) -> line.contains("\"type\":\"meanwhile\"")).hasSize(1);
			assertThat(lines(directory)).filteredOn((line) -> line.contains("\"type\":\"exception\"")).hasSize(1);
			assertThat(application.get("/missing").statusCode()).isEqualTo(404);
			assertThat(application.ledger().balances().values()).allSatisfy((channel) -> {
				assertThat(channel.droppedTotal()).isZero();
				assertThat(channel.offered())
					.isEqualTo(channel.sampledOut() + channel.filtered() + channel.delivered() + channel.held());
			});
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void hasNoConnectionWhileTheContextIsStopped(boolean pause) throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				RunningApplication application = RunningApplication.start(Application.class,
						"management.statsd.metrics.export.host=127.0.0.1",
						"management.statsd.metrics.export.protocol=tcp",
						"management.statsd.metrics.export.port=" + server.getLocalPort())) {
			server.setSoTimeout(30_000);
			ConfigurableApplicationContext context = application.context();
			Cairn cairn = application.bean(Cairn.class);
			cairn.incr("orders.before");
			try (Socket connection = server.accept()) {
				connection.setSoTimeout(30_000);
				if (pause) {
					context.pause();
				}
				else {
					context.stop();
				}
				// Fails unless the connection ends
				connection.getInputStream().readAllBytes();
			}
			cairn.incr("orders.meanwhile");
			if (pause) {
				context.restart();
			}
			else {
				context.start();
			}
			try (Socket connection = server.accept();
					BufferedReader lines = new BufferedReader(
							new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
				connection.setSoTimeout(30_000);
				assertThat(lines.lines().filter((line) -> line.contains("meanwhile")).findFirst()).isPresent();
			}
		}
	}

	private List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !this.others.contains(thread))
			.map(Thread::getName)
			.filter((name) -> name.startsWith("cairn-"))
			.toList();
	}

	private static List<String> lines(Path directory) throws IOException {
		List<String> lines = new ArrayList<>();
		try (Stream<Path> files = Files.walk(directory)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				lines.addAll(Files.readAllLines(file));
			}
		}
		return lines;
	}

	@Test
	void logsOnceWhereEventsAndErrorsAndMetricsGo() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"sentry.dsn=http://key@127.0.0.1:9/1", "management.statsd.metrics.export.host=127.0.0.1")) {
			application.context().stop();
			application.context().start();
			assertThat(RunningApplication.logEvents()).extracting(ILoggingEvent::getFormattedMessage)
				.filteredOn((line) -> line.startsWith("Cairn sends "))
				.containsExactly(
						"Cairn sends events of shop to memory, errors to memory and sentry, and metrics to statsd. "
								+ "On: sentry (sentry.dsn is set), statsd (management.statsd.metrics.export.host is set). "
								+ "Off: kafka (spring.kafka.bootstrap-servers is not set), udp (cairn.udp.host is not set), "
								+ "file (cairn.file.enabled is false), stdout (cairn.stdout.enabled is not set)");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Owner owner() {
			return new Owner(new ArrayList<>());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingApplication {

		static final List<String> calls = new ArrayList<>();

		@Bean
		Owner owner() {
			return new Owner(calls);
		}

		@Bean
		SmartLifecycle failing() {
			return new SmartLifecycle() {

				@Override
				public void start() {
					throw new IllegalStateException("does not start");
				}

				@Override
				public void stop() {
				}

				@Override
				public boolean isRunning() {
					return false;
				}

			};
		}

	}

	static final class Owner implements Lifecycle {

		private final List<String> calls;

		Owner(List<String> calls) {
			this.calls = calls;
		}

		@Override
		public void start() {
			this.calls.add("start");
		}

		@Override
		public void suspend(Duration timeout) {
			this.calls.add("suspend");
		}

		@Override
		public void resume() {
			this.calls.add("resume");
		}

		@Override
		public void stop(Duration timeout) {
			this.calls.add("stop");
		}

	}

}
