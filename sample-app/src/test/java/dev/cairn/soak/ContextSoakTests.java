package dev.cairn.soak;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.micrometer.tracing.Tracer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * 200 requests at a time, each with a user of its own, on pools of all kinds. Some of
 * them fail, and some have tasks that are cancelled. Runs for some seconds, or as many as
 * the system property {@code cairn.soak.seconds} requires.
 */
class ContextSoakTests {

	private static final Duration DURATION = Duration.ofSeconds(Integer.getInteger("cairn.soak.seconds", 3));

	private static final String NO_TRACER = "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration";

	private static final List<String> PATHS = Stream
		.concat(Stream.of(Hop.values()).map(Hop::name), Stream.of("callable", "stream"))
		.flatMap((path) -> Stream.of("/OK", "/OK", "/FAILS", "/CANCELLED").map(path::concat))
		.toList();

	private final AtomicLong users = new AtomicLong();

	private final AtomicLong answers = new AtomicLong();

	@ParameterizedTest(name = "tracer: {0}")
	@ValueSource(booleans = { true, false })
	void noValueIsInTheWrongPlaceAndNoneIsLeft(boolean tracer) throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(SoakApplication.class)
			.properties("server.port=0", "server.address=127.0.0.1", "cairn.incidents.interval=0",
					"cairn.file.directory=target/cairn-events", "logging.level.root=off",
					"management.graphite.metrics.export.enabled=false",
					"spring.autoconfigure.exclude=" + (tracer ? "" : NO_TRACER))
			.run()) {
			assertThat(context.getBean(Tracer.class) == Tracer.NOOP).isNotEqualTo(tracer);
			Witness witness = context.getBean(Witness.class);
			Logger logger = (Logger) SoakWork.logger;
			logger.setLevel(Level.INFO);
			logger.setAdditive(false);
			witness.start();
			logger.addAppender(witness);
			try {
				drive(context.getEnvironment().getRequiredProperty("local.server.port", int.class));
			}
			finally {
				logger.detachAppender(witness);
			}
			System.out.printf("[soak] %s tracer: %d requests, %d values compared%n", tracer ? "with" : "without",
					this.answers.get(), witness.compared());
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(witness.places())
					.contains("line", "message " + SoakWork.EVENT, "message exception", "message http.request",
							Inspected.BEFORE, Inspected.AFTER, SoakWork.QUEUED)
					.containsAll(Stream.of("otherPool", "waiters", "virtual")
						.flatMap((pool) -> Stream.of(Inspected.BEFORE + " of " + pool, Inspected.AFTER + " of " + pool))
						.toList()));
			assertThat(witness.wrong()).isEmpty();
		}
	}

	private void drive(int port) throws Exception {
		HttpClient http = HttpClient.newHttpClient();
		ExecutorService clients = Executors.newFixedThreadPool(SoakApplication.CLIENTS);
		long end = System.nanoTime() + DURATION.toNanos();
		try {
			List<Future<?>> all = new ArrayList<>();
			for (int client = 0; client < SoakApplication.CLIENTS; client++) {
				int first = client;
				all.add(clients.submit(() -> {
					for (int i = first; i == first || System.nanoTime() < end; i++) {
						request(http, port, PATHS.get(i % PATHS.size()));
					}
					return null;
				}));
			}
			for (Future<?> client : all) {
				client.get(DURATION.toSeconds() + 120, TimeUnit.SECONDS);
			}
		}
		finally {
			clients.shutdownNow();
		}
	}

	private void request(HttpClient http, int port, String path) throws Exception {
		String user = "user-" + this.users.incrementAndGet();
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + port + "/soak/" + path + "/" + user))
			.header("Referer", "http://" + user + "/")
			.timeout(Duration.ofSeconds(60))
			.build();
		HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
		this.answers.incrementAndGet();
		if (path.startsWith(Hop.DETACHED.name())) {
			assertThat(response.statusCode()).as(path).isEqualTo(200);
		}
		else if (path.endsWith("/FAILS")) {
			assertThat(response.statusCode()).as(path).isIn(500);
		}
		else {
			assertThat(response.body()).as(path).isEqualTo(user);
		}
	}

}
