package dev.cairn.matrix;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import dev.cairn.matrix.app.WarApplication;
import dev.cairn.matrix.app.WarServer;
import dev.cairn.matrix.app.WebApplication;
import dev.cairn.testing.KafkaServer;
import dev.cairn.testing.SentryServer;
import dev.cairn.testing.UdpServer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Each kind of application takes an order, and fails at a second one. All that it sends
 * arrives before it ends, and is what the table in the documentation has.
 */
class MatrixTests {

	private static final JsonMapper JSON = new JsonMapper();

	private static final Path PAGE = Path.of("..", "src", "docs", "applications.md");

	private final KafkaServer kafka = KafkaServer.get();

	private final String topic = this.kafka.newTopic();

	private final String orders = this.kafka.newTopic();

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	void arrivesWhatTheTableHas(Kind kind) throws Exception {
		try (SentryServer sentry = SentryServer.started(); UdpServer statsd = UdpServer.started()) {
			List<HttpResponse<String>> responses = new ArrayList<>();
			String log;
			try (Application application = start(kind, properties(sentry, statsd))) {
				if (kind.isWeb()) {
					int port = application.awaitPort();
					responses.add(order(port, 7));
					responses.add(order(port, -1));
					application.terminate();
				}
				else if (kind == Kind.LISTENER) {
					send("7", "-1");
					application.awaitLog(Pattern.compile("There is no order -1"));
					application.terminate();
				}
				assertThat(application.awaitExit()).as(application::log).isEqualTo(kind.exitCode());
				log = application.log();
			}
			// A datagram may still be on its way
			await().until(() -> statsd.lines().stream().anyMatch((line) -> line.startsWith("orders.placed")));
			Signals signals = new Signals(messages(), sentry.events(), statsd.lines(), lines(log), responses);
			assertThat(signals.lines())
				.noneMatch((line) -> line.path("logger_name").asString("").startsWith("io.micrometer"));
			assertThat(Files.readString(PAGE)).as(() -> signals + "\n" + log).contains(row(kind, signals));
		}
	}

	private static String row(Kind kind, Signals signals) {
		return "| %s | %s | %s | %s | %s | %s | %s |".formatted(kind.title(),
				kind.isWeb() ? cell(signals.hasRequests()) : "", cell(signals.hasEvents(kind == Kind.BATCH)),
				cell(signals.hasOneIncident()), cell(signals.hasTimer()), cell(signals.hasBindings()),
				cell(signals.hasSameIds()));
	}

	private static String cell(boolean supported) {
		return supported ? "yes" : "no";
	}

	private Map<String, String> properties(SentryServer sentry, UdpServer statsd) {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("spring.application.name", "shop");
		properties.put("server.address", "127.0.0.1");
		properties.put("server.port", "0");
		properties.put("spring.security.user.password", "secret");
		properties.put("spring.kafka.bootstrap-servers", this.kafka.bootstrapServers());
		properties.put("cairn.kafka.topic", this.topic);
		properties.put("orders.topic", this.orders);
		properties.put("sentry.dsn", sentry.dsn());
		properties.put("sentry.context-tags", "order");
		properties.put("management.statsd.metrics.export.host", "127.0.0.1");
		properties.put("management.statsd.metrics.export.port", String.valueOf(statsd.port()));
		properties.put("logging.structured.format.console", "logstash");
		return properties;
	}

	private Application start(Kind kind, Map<String, String> properties) throws Exception {
		String classPath = Library.classPathWithCairn(kind.libraries());
		if (kind == Kind.WAR) {
			WarServer.unpack(this.directory);
			properties.put(WarApplication.SOURCE, WebApplication.class.getName());
			return Application.start(this.directory, classPath, properties, kind.main(), this.directory.toString());
		}
		if (kind == Kind.AHEAD_OF_TIME) {
			properties.put("spring.aot.enabled", "true");
			classPath = AheadOfTime.process(this.directory, classPath, kind.main());
		}
		return Application.start(this.directory, classPath, properties, kind.main());
	}

	private static HttpResponse<String> order(int port, int number) throws IOException, InterruptedException {
		String credentials = Base64.getEncoder().encodeToString("user:secret".getBytes(StandardCharsets.UTF_8));
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/orders/" + number))
			.header("Authorization", "Basic " + credentials)
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	private void send(String... numbers) {
		try (Producer<byte[], byte[]> producer = this.kafka.producer(Map.of())) {
			for (String number : numbers) {
				producer.send(new ProducerRecord<>(this.orders, number.getBytes(StandardCharsets.UTF_8)));
			}
		}
	}

	private List<JsonNode> messages() {
		return this.kafka.records(this.topic).stream().map((record) -> JSON.readTree(record.value())).toList();
	}

	private static List<JsonNode> lines(String log) {
		return log.lines().filter((line) -> line.startsWith("{")).map(JSON::readTree).toList();
	}

}
