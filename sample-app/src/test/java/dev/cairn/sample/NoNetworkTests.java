package dev.cairn.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;

import dev.cairn.Cairn;
import dev.cairn.delivery.MemorySink;
import dev.cairn.delivery.Sink;
import dev.cairn.test.AutoConfigureCairn;
import dev.cairn.test.CairnRecorder;
import dev.cairn.testing.SentryServer;
import dev.cairn.testing.UdpServer;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A test with {@link AutoConfigureCairn} of an application that sends its signals to
 * Kafka, Sentry, StatsD and syslog, all of which listen.
 */
@SpringBootTest(classes = NoNetworkTests.Application.class, webEnvironment = WebEnvironment.NONE,
		properties = { "management.statsd.metrics.export.enabled=true",
				"management.graphite.metrics.export.enabled=false" })
@AutoConfigureCairn
class NoNetworkTests {

	private static final ServerSocket kafka = listen();

	private static final SentryServer sentry = SentryServer.started();

	private static final UdpServer statsd = UdpServer.started();

	private static final UdpServer syslog = UdpServer.started();

	@DynamicPropertySource
	static void destinations(DynamicPropertyRegistry properties) {
		properties.add("spring.kafka.bootstrap-servers", () -> "127.0.0.1:" + kafka.getLocalPort());
		properties.add("sentry.dsn", sentry::dsn);
		properties.add("management.statsd.metrics.export.host", () -> "127.0.0.1");
		properties.add("management.statsd.metrics.export.port", statsd::port);
		properties.add("cairn.syslog.url", () -> "udp://127.0.0.1:" + syslog.port());
	}

	private static ServerSocket listen() {
		try {
			return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	@DirtiesContext
	void allSignalsAreHeldInMemory(@Autowired Cairn cairn, @Autowired CairnRecorder recorder,
			@Autowired List<Sink> sinks, @Autowired MeterRegistry meters) {
		cairn.event("order.placed").publish();
		cairn.capture(new IllegalStateException("no such order"));
		meters.counter("orders").increment();
		assertThat(recorder).recorded("order.placed").once().and().lostNothing();
		assertThat(sinks).singleElement().isInstanceOf(MemorySink.class);
	}

	/**
	 * The messages that a destination holds have been delivered when the application has
	 * stopped.
	 */
	@AfterAll
	static void nothingHasLeftTheProcess() throws IOException {
		try (kafka; sentry; statsd; syslog) {
			kafka.setSoTimeout(1);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(kafka::accept);
			assertThat(sentry.bodies()).isEmpty();
			assertThat(statsd.datagrams()).isEmpty();
			assertThat(syslog.datagrams()).isEmpty();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
