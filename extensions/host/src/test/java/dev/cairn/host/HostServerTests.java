package dev.cairn.host;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import dev.cairn.metrics.Distribution;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The host view over real pipes and processes. A producer is a shell, and gives each
 * reader one snapshot.
 */
@DisabledOnOs(OS.WINDOWS)
class HostServerTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final HttpClient client = HttpClient.newHttpClient();

	private final List<Process> processes = new ArrayList<>();

	private HostServer server;

	@TempDir
	private Path temporary;

	@AfterEach
	void stop() throws Exception {
		if (this.server != null) {
			this.server.close();
		}
		for (Process process : this.processes) {
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly().waitFor();
		}
		Awaitility.await().atMost(PATIENCE).until(HostServerTests::threads, List::isEmpty);
	}

	private static List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("cairn-host"))
			.toList();
	}

	private void serve(String... options) throws IOException {
		List<String> all = new ArrayList<>(List.of("-p", "0", "-d", this.temporary.toString(), "--timeout", "20000"));
		all.addAll(Arrays.asList(options));
		this.server = new HostServer(Options.parse(all.toArray(String[]::new)));
	}

	private HttpResponse<String> get(String path) throws IOException, InterruptedException {
		return this.client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.server.port() + path))
			.timeout(PATIENCE)
			.build(), BodyHandlers.ofString());
	}

	private JsonNode stats() throws IOException, InterruptedException {
		return JsonMapper.shared().readTree(get("/stats?details").body());
	}

	private static JsonNode producer(JsonNode answer, String name) {
		return answer.get("producers")
			.valueStream()
			.filter((producer) -> producer.get("name").asString().equals(name))
			.findFirst()
			.orElseThrow();
	}

	/** Starts a producer that has the id of its process, and gives each reader a file. */
	private String produce(String content) throws Exception {
		return produce(content.getBytes(StandardCharsets.UTF_8));
	}

	private String produce(byte[] content) throws Exception {
		return shell("while :; do mkfifo $$.stats; exec 3> $$.stats; rm $$.stats; cat $0 >&3; exec 3>&-; done",
				content);
	}

	/** The shell itself opens the pipe, so that the reader waits for this process. */
	private String shell(String script, byte[] content) throws Exception {
		Path file = Files.write(Files.createTempFile("cairn-host", ".txt"), content);
		Process process = new ProcessBuilder("sh", "-c", script, file.toString()).directory(this.temporary.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		this.processes.add(process);
		Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(this.temporary.resolve(process.pid() + ".stats")));
		return String.valueOf(process.pid());
	}

	@Test
	void answersAsStatventDid() throws Exception {
		produce("orders: 3\nfoo :: now: 1.500000\n");
		produce("orders: 4\n");
		serve();
		HttpResponse<String> response = get("/stats");
		assertThat(response.body()).startsWith("{\"stats\":{\"foo :: now\":1.5,\"orders\":7},\"timestamp\":");
		assertThat(JsonMapper.shared().readTree(response.body()).propertyNames()).containsExactly("stats", "timestamp");
		assertThat(response.body()).matches(".*\"timestamp\":\\d+(\\.\\d+)?}");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		HttpResponse<String> wrong = get("/other");
		assertThat(wrong.statusCode()).isEqualTo(400);
		assertThat(wrong.body())
			.isEqualTo("{\"message\":\"The requested resource was not found\",\"path\":\"/other\"}");
	}

	@Test
	void theLocationIsAnOption() throws Exception {
		serve("-l", "/numbers");
		assertThat(get("/numbers").statusCode()).isEqualTo(200);
		assertThat(get("/stats").statusCode()).isEqualTo(400);
	}

	@Test
	void percentilesWithoutBucketsStayThoseOfTheirProcess() throws Exception {
		String first = produce("pay->median: 3\npay->99th: 9\nalone.mean: 2.500000\n");
		String second = produce("pay->median: 5\npay->99th: 11\n");
		serve();
		JsonNode answer = stats();
		assertThat(answer.get("stats").has("pay->median")).isFalse();
		assertThat(answer.get("stats").get("alone.mean").asDouble()).isEqualTo(2.5);
		assertThat(answer.get("processes").get("pay->99th").get(first).asInt()).isEqualTo(9);
		assertThat(answer.get("processes").get("pay->99th").get(second).asInt()).isEqualTo(11);
	}

	@Test
	void gaugesAreMergedByTheirRule() throws Exception {
		produce("q.a: 3\nq.b: 3\nq.c: 3\nq.d: 3\nsystem.cpu.count: 8\n");
		produce("q.a: 5\nq.b: 5\nq.c: 5\nq.d: 5\nsystem.cpu.count: 8\n");
		Path rules = Files.writeString(this.temporary.resolve("rules"), "# gauges\nq.b=max\nq.c = average\n");
		serve("--gauges", rules.toString(), "--gauge", "*.d=last");
		JsonNode stats = stats().get("stats");
		assertThat(stats.get("q.a").asInt()).isEqualTo(8);
		assertThat(stats.get("q.b").asInt()).isEqualTo(5);
		assertThat(stats.get("q.c").asInt()).isEqualTo(4);
		assertThat(stats.get("q.d").asInt()).isIn(3, 5);
		assertThat(stats.get("system.cpu.count").asInt()).isEqualTo(8);
	}

	@Test
	void malformedLinesAreMarkedAndTheOthersCount() throws Exception {
		byte[] bytes = "orders: 3\nno stats\nb: x\nc: 1e999\nd::e: 4\n\n\u00fc: 5\n"
			.getBytes(StandardCharsets.ISO_8859_1);
		String name = produce(bytes);
		serve();
		JsonNode answer = stats();
		assertThat(producer(answer, name).get("state").asString()).isEqualTo("malformed");
		assertThat(producer(answer, name).get("problem").asString()).isEqualTo("3 lines are no stats");
		assertThat(answer.get("stats").get("orders").asInt()).isEqualTo(3);
		assertThat(answer.get("stats").get("d::e").asInt()).isEqualTo(4);
		assertThat(answer.get("stats").get("\u00fc").asInt()).isEqualTo(5);
	}

	@Test
	void aWriterThatEndsInTheMiddleIsMarked() throws Exception {
		String name = produce("orders: 3\nvisits: 12");
		serve();
		JsonNode answer = stats();
		assertThat(producer(answer, name).get("state").asString()).isEqualTo("incomplete");
		assertThat(answer.get("stats").get("orders").asInt()).isEqualTo(3);
		assertThat(answer.get("stats").has("visits")).isFalse();
	}

	@Test
	void aProcessThatStallsIsMarkedAndKeepsItsPipeAndCountsLater() throws Exception {
		String content = "orders: 3\n";
		String stalled = shell(
				"mkfifo $$.stats; exec 3> $$.stats; echo 'orders: 1' >&3; "
						+ "while [ ! -e go ]; do sleep 0.05; done; cat $0 >&3; exec 3>&-; sleep 600",
				content.getBytes());
		String silent = shell("mkfifo $$.stats; sleep 600", new byte[0]);
		String good = produce(content);
		serve("--timeout", "300");
		JsonNode answer = stats();
		assertThat(producer(answer, stalled).get("state").asString()).isEqualTo("slow");
		assertThat(producer(answer, silent).get("problem").asString()).isEqualTo("it has not opened its pipe");
		assertThat(this.temporary.resolve(stalled + ".stats")).exists();
		assertThat(this.temporary.resolve(silent + ".stats")).exists();
		Awaitility.await().atMost(PATIENCE).until(() -> producer(stats(), good).get("state").asString().equals("ok"));
		Files.createFile(this.temporary.resolve("go"));
		Awaitility.await().atMost(PATIENCE).until(() -> stats().get("stats").get("orders").asInt() == 7);
		assertThat(threads().stream().filter("cairn-host-pipe"::equals)).hasSizeLessThanOrEqualTo(3);
	}

	@Test
	void thePipeOfAKilledProcessIsRemoved() throws Exception {
		String name = shell("mkfifo $$.stats; sleep 600", new byte[0]);
		Process process = this.processes.get(0);
		process.descendants().forEach(ProcessHandle::destroyForcibly);
		process.destroyForcibly().waitFor();
		serve();
		assertThat(producer(stats(), name).get("state").asString()).isEqualTo("ended");
		assertThat(this.temporary.resolve(name + ".stats")).doesNotExist();
		assertThat(stats().get("producers")).isEmpty();
	}

	@Test
	void aFileThatIsNoPipeIsMarkedAndNotRead() throws Exception {
		Files.writeString(this.temporary.resolve("x.stats"), "orders: 1\n");
		serve();
		JsonNode answer = stats();
		assertThat(producer(answer, "x").get("state").asString()).isEqualTo("failed");
		assertThat(answer.get("stats")).isEmpty();
		assertThat(this.temporary.resolve("x.stats")).exists();
	}

	@Test
	void thePageIsEscapedAndHasNoScript() throws Exception {
		String name = produce("<script>alert(1)</script>: 1\npay->median: 3\nbad\n");
		produce("pay->median: 4\n");
		serve();
		HttpResponse<String> page = get("/");
		assertThat(page.body()).doesNotContain("<script")
			.contains("&lt;script&gt;alert(1)&lt;/script&gt;", "<td>" + name + "</td>", "malformed",
					"1 lines are no stats", "cannot be merged");
		assertThat(page.headers().firstValue("Content-Security-Policy"))
			.hasValueSatisfying((policy) -> assertThat(policy).startsWith("default-src 'none'"));
		assertThat(get("/host.css").body()).contains("table");
	}

	@Test
	void endsWhileItWaitsForAProcess() throws Exception {
		shell("mkfifo $$.stats; sleep 600", new byte[0]);
		serve("--timeout", "100");
		stats();
		assertThat(threads()).contains("cairn-host-pipe");
		this.server.close();
		Awaitility.await().atMost(PATIENCE).until(HostServerTests::threads, List::isEmpty);
	}

	@Test
	void readsEndpointsByTheFilesWithTheirPorts() throws Exception {
		String body = """
				{"window":"5m","folded":{},"meters":[
				{"name":"orders","type":"counter","tags":{"country":"de"},"total":17,"count":3,"rate":0.5,"buckets":{}},
				{"name":"pay","type":"timer","tags":{},"total":9,"count":4,"rate":0.25,"mean":2.0,"p99":3.0,
				"buckets":{"sum":8000000.0,"counts":{"%d":4}}}]}""".formatted(bucketOf(2_000_000));
		HttpServer service = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		service.createContext("/actuator/cairnmetrics", (exchange) -> {
			exchange.sendResponseHeaders(200, body.length());
			try (OutputStream out = exchange.getResponseBody()) {
				out.write(body.getBytes(StandardCharsets.UTF_8));
			}
		});
		service.start();
		try {
			String both = produce("orders.country.de: 1000\n");
			produce("orders.country.de: 3\n");
			Path ports = Files.createDirectory(this.temporary.resolve("ports"));
			Files.writeString(ports.resolve(both + ".port"), "1");
			Files.writeString(ports.resolve(both + "-management.port"), String.valueOf(service.getAddress().getPort()));
			Files.writeString(ports.resolve("closed.port"), "1");
			serve("-e", ports.toString());
			JsonNode answer = stats();
			assertThat(answer.get("stats").get("orders.country.de").asInt()).isEqualTo(20);
			assertThat(answer.get("stats").get("pay.count").asInt()).isEqualTo(9);
			assertThat(answer.get("stats").get("pay.99th").asDouble()).isCloseTo(2, within(0.02));
			assertThat(answer.get("stats").get("pay.mean").asDouble()).isEqualTo(2);
			assertThat(producer(answer, both).get("source").asString()).isEqualTo("endpoint");
			assertThat(producer(answer, "closed").get("state").asString()).isEqualTo("failed");
		}
		finally {
			service.stop(0);
		}
	}

	private static int bucketOf(double value) {
		int bucket = 0;
		while (Distribution.upperBound(bucket) <= value) {
			bucket++;
		}
		return bucket;
	}

	@Test
	void twoHundredProcessesAreMergedWhileTheyComeAndGo() throws Exception {
		Random random = new Random(42);
		double[] values = new double[200 * 50];
		int next = 0;
		for (int producer = 0; producer < 200; producer++) {
			Map<Integer, Long> counts = new HashMap<>();
			for (int i = 0; i < 50; i++) {
				// Each process has its own speed, so that an average of percentiles is
				// far off
				double nanos = Math.exp(random.nextGaussian() + 13 + (producer % 10) / 3.0);
				values[next++] = nanos;
				counts.merge(bucketOf(nanos), 1L, Long::sum);
			}
			StringBuilder lines = new StringBuilder("orders: " + producer + "\norders.rate: 0.500000\npay.count: 50\n");
			new TreeMap<>(counts).forEach((bucket, count) -> lines.append("pay.bucket.")
				.append(new BigDecimal(Distribution.upperBound(bucket)).movePointLeft(6).toPlainString())
				.append(": ")
				.append(count)
				.append('\n'));
			Files.writeString(this.temporary.resolve("content-" + producer), lines);
		}
		// One shell starts all of them, and others come and go meanwhile
		Process shells = new ProcessBuilder("sh", "-c",
				"""
						for i in $(seq 0 199); do
						  sh -c 'while :; do mkfifo $$.stats; exec 3> $$.stats; rm $$.stats; cat content-$0 >&3; exec 3>&-; done' $i 2>/dev/null &
						done
						while :; do
						  sh -c 'mkfifo $$.stats; exec 3> $$.stats; rm $$.stats; echo "guests: 1" >&3' & sleep 0.05; kill -9 $!
						done""")
			.directory(this.temporary.toFile())
			.start();
		this.processes.add(shells);
		serve();
		Awaitility.await().atMost(PATIENCE).until(() -> pipes() >= 200);
		Arrays.sort(values);
		double exact = values[(int) Math.ceil(0.99 * values.length) - 1] / 1e6;
		Awaitility.await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
			JsonNode stats = stats().get("stats");
			assertThat(stats.get("orders").asInt()).isEqualTo(199 * 100);
			assertThat(stats.get("orders.rate").asDouble()).isCloseTo(100, within(1e-9));
			assertThat(stats.get("pay.count").asInt()).isEqualTo(10_000);
			assertThat(stats.get("pay.99th").asDouble()).isCloseTo(exact, within(exact / 100));
		});
	}

	private long pipes() throws IOException {
		try (Stream<Path> entries = Files.list(this.temporary)) {
			return entries.filter((path) -> path.toString().endsWith(".stats")).count();
		}
	}

}
