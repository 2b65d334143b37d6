package dev.cairn.collector;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.MemorySink;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The promises of the collector over HTTP, on each web stack.
 */
abstract class CollectorContract {

	private static final String ID = "0199c1a0-0000-7000-8000-0000000000";

	private static Running application;

	static void start(WebApplicationType type) {
		application = Running.start(Running.Application.class, type, "spring.main.web-application-type=" + type,
				"cairn.collector.max-body=64KB", "cairn.collector.max-messages=200", "cairn.collector.body-timeout=3s",
				"cairn.collector.keys.shop.token=shop-key", "cairn.collector.keys.shop.services=shop,checkout",
				"cairn.collector.keys.web.token=web-key", "cairn.collector.keys.web.origins=https://shop.example",
				"cairn.collector.keys.slow.token=slow-key", "cairn.collector.keys.slow.rate=3",
				"cairn.sampling.rules[0].name=rare", "cairn.sampling.rules[0].rate=0");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void clear() {
		application.bean(MemorySink.class).clear();
	}

	private static HttpResponse<String> post(String body, String... headers) {
		String[] all = new String[headers.length + 2];
		System.arraycopy(headers, 0, all, 0, headers.length);
		all[headers.length] = "X-Cairn-Key";
		all[headers.length + 1] = "shop-key";
		return application.post(body, all);
	}

	private static HttpResponse<String> post(String type, byte[] body, String... headers) {
		String[] all = new String[headers.length + 2];
		System.arraycopy(headers, 0, all, 0, headers.length);
		all[headers.length] = "Authorization";
		all[headers.length + 1] = "Bearer shop-key";
		return application.post(type, body, all);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static Message only() {
		assertThat(application.messages()).hasSize(1);
		return application.messages().get(0);
	}

	private static Ledger.Balance balance() {
		return application.bean(Ledger.class).balances().get("collector");
	}

	@Test
	void anArrayHasOneAnswerForEachMessage() {
		HttpResponse<String> response = post("""
				[{"type": "order.placed", "fields": {"order_id": 7, "total": 78.0}},
				 {"type": "order.placed", "severity": 9},
				 {"id": "0199c1a0-0000-7000-8000-000000000001", "type": "order.paid", "service": "shop"}]""");
		assertThat(response.statusCode()).isEqualTo(202);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		JsonNode answer = Running.parse(response);
		assertThat(answer.path("accepted").asInt()).isEqualTo(2);
		assertThat(answer.path("refused").asInt()).isEqualTo(1);
		assertThat(answer.at("/messages/0/status").asString()).isEqualTo("accepted");
		assertThat(answer.at("/messages/1/status").asString()).isEqualTo("refused");
		assertThat(answer.at("/messages/1/field").asString()).isEqualTo("severity");
		assertThat(answer.at("/messages/2/id").asString()).isEqualTo("0199c1a0-0000-7000-8000-000000000001");
		assertThat(application.messages()).hasSize(2);
		assertThat(application.messages().get(0).id()).isEqualTo(answer.at("/messages/0/id").asString());
		assertThat(application.messages().get(0).fields()).containsEntry("order_id", 7L).containsKey("received_at");
		assertThat(application.messages().get(1).origin().service()).isEqualTo("shop");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			type          | {}
			type          | {"type": ""}
			type          | {"type": "a b"}
			type          | {"type": 7}
			type          | {"type": "exception"}
			type          | {"type": "http.request"}
			id            | {"type": "a", "id": "7"}
			severity      | {"type": "a", "severity": -1}
			severity      | {"type": "a", "severity": 6.5}
			severity      | {"type": "a", "severity": "6"}
			severity      | {"type": "a", "severity": 1e99999}
			severity      | {"type": "a", "severity": 123456789012345678901234567890}
			timestamp     | {"type": "a", "timestamp": "yesterday"}
			timestamp     | {"type": "a", "timestamp": "+999999999-12-31T23:59:59Z"}
			timestamp     | {"type": "a", "timestamp": 1700000000}
			logger        | {"type": "a", "logger": "a\\u000d\\u000aX-Injected: 1"}
			service       | {"type": "a", "service": "a\\u0000"}
			pid           | {"type": "a", "pid": -1}
			trace_id      | {"type": "a", "trace_id": "abc"}
			trace_id      | {"type": "a", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"}
			category      | {"type": "a", "category": "other"}
			payload       | {"type": "a", "payload": {}}
			fields        | {"type": "a", "fields": []}
			truncated     | {"type": "a", "truncated": 1}
			unknown       | {"type": "a", "unknown": 1}
			type          | {"type": "a", "type": "b"}
			x             | {"type": "a", "fields": {"x": 1, "x": 2}}
			""")
	void aMessageThatIsWrongIsRefusedWithItsField(String field, String body) {
		HttpResponse<String> response = post(body.replace("\\\\", "\\"));
		assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
		JsonNode answer = Running.parse(response);
		assertThat(answer.at("/messages/0/field").asString()).as(response.body()).isEqualTo(field);
		assertThat(answer.at("/messages/0/reason").asString()).isNotEmpty();
		assertThat(application.messages()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "{", "[{\"type\":\"a\"}", "{\"type\":\"a\"} x", "nonsense", "[1,]" })
	void aBodyThatIsNoJsonIsRefusedAsAWhole(String body) {
		long before = balance().dropped().getOrDefault(DropReason.REFUSED, 0L);
		HttpResponse<String> response = post(body);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(Running.parse(response).path("error").asString()).isNotEmpty();
		assertThat(application.messages()).isEmpty();
		assertThat(balance().dropped()).containsEntry(DropReason.REFUSED, before + 1);
	}

	@Test
	void whatTheMessageSaysIsKept() {
		assertThat(post("""
				{"id": "0199C1A0-0000-7000-8000-0000000000FF", "type": "order.placed", "severity": 4.0,
				 "timestamp": "2026-01-31T23:59:59.000001+01:00", "logger": "orders", "payload": "text",
				 "service": "checkout", "environment": "test", "release": "7", "hostname": "pos-1", "pid": 12,
				 "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7",
				 "category": "behaviour", "env_version": "1.0",
				 "fields": {"total": 0.1, "items": [{"sku": "a"}], "password": "hunter2", "none": null}}""")
			.statusCode()).isEqualTo(202);
		Message message = only();
		assertThat(message.id()).isEqualTo("0199c1a0-0000-7000-8000-0000000000ff");
		assertThat(message.timestamp()).isEqualTo(Instant.parse("2026-01-31T22:59:59.000001Z"));
		assertThat(message.severity().code()).isEqualTo(4);
		assertThat(message.origin().service()).isEqualTo("checkout");
		assertThat(message.origin().hostname()).isEqualTo("pos-1");
		assertThat(message.origin().pid()).isEqualTo(12);
		assertThat(message.trace().traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
		assertThat(message.fields().get("total")).hasToString("0.1");
		assertThat(message.fields()).containsEntry("password", "********");
		assertThat(message.fields()).containsEntry("timestamp_doubtful", true);
	}

	@Test
	void aSenderHasNoOtherServiceThanThoseOfItsKey() {
		post("{\"type\":\"a\",\"service\":\"bank\",\"hostname\":\"h\",\"pid\":7,\"environment\":\"e\"}");
		assertThat(only().origin().service()).isEqualTo("shop");
		assertThat(only().origin().hostname()).isEqualTo("unknown");
		assertThat(only().origin().pid()).isZero();
		assertThat(only().logger()).isEqualTo("shop");
	}

	@Test
	void aKeyIsRequired() {
		String body = "{\"type\":\"a\"}";
		assertThat(application.post(body).statusCode()).isEqualTo(401);
		assertThat(application.post(body, "X-Cairn-Key", "other").statusCode()).isEqualTo(401);
		assertThat(application.post(body, "Authorization", "Bearer shop-key").statusCode()).isEqualTo(202);
		assertThat(application
			.send(application.request(Running.EVENTS + "?a=b&key=web%2Dkey")
				.POST(HttpRequest.BodyPublishers.ofString(body)))
			.statusCode()).isEqualTo(202);
		assertThat(application.messages()).hasSize(2);
	}

	@Test
	void pagesOfAnotherOriginAreRefused() {
		String body = "{\"type\":\"a\"}";
		HttpResponse<String> allowed = send("web-key", "https://shop.example", body);
		assertThat(allowed.statusCode()).isEqualTo(202);
		assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://shop.example");
		assertThat(allowed.headers().allValues("Vary")).contains("Origin");
		assertThat(send("web-key", "https://evil.example", body).statusCode()).isEqualTo(403);
		assertThat(send("shop-key", "https://shop.example", body).statusCode()).isEqualTo(403);
		// A page of this server
		assertThat(send("shop-key", "http://127.0.0.1:" + application.port(), body).statusCode()).isEqualTo(202);
		HttpResponse<String> wrong = send("web-key", "https://shop.example", "{");
		assertThat(wrong.statusCode()).isEqualTo(400);
		assertThat(wrong.headers().firstValue("Access-Control-Allow-Origin")).isPresent();
	}

	private static HttpResponse<String> send(String key, String origin, String body) {
		return application.send(application.request(Running.EVENTS + "?key=" + key)
			.header("Origin", origin)
			.header("Content-Type", "text/plain")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	@Test
	void aBrowserMayAskBefore() {
		HttpResponse<String> allowed = ask("https://shop.example");
		assertThat(allowed.statusCode()).isEqualTo(204);
		assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://shop.example");
		assertThat(allowed.headers().firstValue("Access-Control-Allow-Headers").orElse("")).contains("x-cairn-key",
				"content-type");
		HttpResponse<String> refused = ask("https://evil.example");
		assertThat(refused.statusCode()).isEqualTo(401);
		assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
	}

	private static HttpResponse<String> ask(String origin) {
		return application.send(application.request(Running.EVENTS)
			.header("Origin", origin)
			.header("Access-Control-Request-Method", "POST")
			.header("Access-Control-Request-Headers", "content-type, x-cairn-key")
			.method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
	}

	@Test
	void onlyPostAndTheDocumentedMediaTypesAreAccepted() {
		assertThat(application.send(application.request(Running.EVENTS)).statusCode()).isEqualTo(405);
		assertThat(post("application/xml", bytes("<a/>")).statusCode()).isEqualTo(415);
		assertThat(post("application/json", bytes("{}"), "Content-Encoding", "br").statusCode()).isEqualTo(415);
		assertThat(application.send(application.request("/cairn/other")).statusCode()).isEqualTo(404);
	}

	@Test
	void aMessageThatIsSentAgainIsStoredOnce() {
		String message = "{\"id\":\"" + ID + "10\",\"type\":\"a\"}";
		for (int i = 0; i < 3; i++) {
			HttpResponse<String> response = post("[" + message + "," + message + "]");
			assertThat(response.statusCode()).isEqualTo(202);
			assertThat(Running.parse(response).path("accepted").asInt()).isEqualTo(2);
			assertThat(Running.parse(response).at("/messages/1/id").asString()).isEqualTo(ID + "10");
		}
		assertThat(application.messages()).hasSize(1);
		// Another sender may have the same id
		application.post(message, "X-Cairn-Key", "web-key");
		assertThat(application.messages()).hasSize(2);
	}

	@Test
	void aKeyThatSendsTooMuchWaits() {
		HttpResponse<String> first = application.post("[" + "{\"type\":\"a\"},".repeat(8) + "{\"type\":\"a\"}]",
				"X-Cairn-Key", "slow-key");
		assertThat(first.statusCode()).isEqualTo(202);
		HttpResponse<String> second = application.post("{\"type\":\"a\"}", "X-Cairn-Key", "slow-key");
		assertThat(second.statusCode()).isEqualTo(429);
		assertThat(second.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 3L);
		assertThat(balance().dropped()).containsKey(DropReason.RATE_LIMITED);
		assertThat(post("{\"type\":\"a\"}").statusCode()).isEqualTo(202);
	}

	@Test
	void linesAreMessages() {
		HttpResponse<String> response = post("application/x-ndjson",
				bytes("{\"type\":\"a\"}\r\n\n{broken\n{\"type\":\"b\"}\n[1]\n"));
		assertThat(response.statusCode()).isEqualTo(202);
		assertThat(Running.parse(response).path("accepted").asInt()).isEqualTo(2);
		assertThat(Running.parse(response).path("refused").asInt()).isEqualTo(2);
		assertThat(application.messages()).extracting(Message::type).containsExactly("a", "b");
	}

	@Test
	void metlogIsAccepted() {
		post("""
				{"type": "timer_like", "timestamp": "2012-03-01T12:00:00.123456", "logger": "shop", "severity": 3,
				 "payload": "20", "fields": {"name": "x"}, "env_version": "0.8", "metlog_pid": 4242,
				 "metlog_hostname": "db-1"}""");
		assertThat(only().timestamp()).isEqualTo(Instant.parse("2012-03-01T12:00:00.123456Z"));
		assertThat(only().origin().hostname()).isEqualTo("db-1");
		assertThat(only().origin().pid()).isEqualTo(4242);
		assertThat(only().severity().code()).isEqualTo(3);
	}

	@Test
	void cloudEventsAreAccepted() {
		String event = "{\"specversion\":\"1.0\",\"id\":\"A-1\",\"source\":\"/pos/7\",\"type\":\"com.example.sold\","
				+ "\"time\":\"2026-01-31T23:59:59Z\",\"subject\":\"x\",\"traceparent\":"
				+ "\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\",\"data\":{\"total\":7}}";
		assertThat(post("application/cloudevents+json; charset=utf-8", bytes(event)).statusCode()).isEqualTo(202);
		assertThat(only().type()).isEqualTo("com.example.sold");
		assertThat(only().fields()).containsEntry("total", 7L)
			.containsEntry("ce_id", "A-1")
			.containsEntry("ce_source", "/pos/7")
			.containsEntry("ce_subject", "x");
		assertThat(only().trace().spanId()).isEqualTo("00f067aa0ba902b7");
		// The same event once more, and one that has no source
		HttpResponse<String> batch = post("application/cloudevents-batch+json",
				bytes("[" + event + ",{\"specversion\":\"1.0\",\"id\":\"2\",\"type\":\"a\"}]"));
		assertThat(Running.parse(batch).path("accepted").asInt()).isEqualTo(1);
		assertThat(Running.parse(batch).at("/messages/1/field").asString()).isEqualTo("source");
		assertThat(application.messages()).hasSize(1);
	}

	@Test
	void cloudEventsInBinaryModeAreAccepted() {
		HttpResponse<String> response = post("application/json", bytes("{\"total\":8}"), "ce-specversion", "1.0",
				"ce-id", "B-1", "ce-source", "/pos/8", "ce-type", "com.example.sold", "ce-shop", "K%C3%B6ln");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
		assertThat(only().fields()).containsEntry("total", 8L).containsEntry("ce_shop", "Köln");
		post("text/plain", bytes("sold"), "ce-specversion", "1.0", "ce-id", "B-2", "ce-source", "/pos/8", "ce-type",
				"com.example.sold");
		assertThat(application.messages().get(1).payload()).isEqualTo("sold");
		assertThat(post("application/json", bytes("{}"), "ce-specversion", "0.3", "ce-id", "1", "ce-source", "s",
				"ce-type", "a")
			.statusCode()).isEqualTo(400);
		String base64 = Base64.getEncoder().encodeToString(bytes("text"));
		post("application/cloudevents+json", bytes("{\"specversion\":\"1.0\",\"id\":\"B-3\",\"source\":\"s\","
				+ "\"type\":\"a\",\"data_base64\":\"" + base64 + "\"}"));
		assertThat(application.messages().get(2).payload()).isEqualTo("text");
	}

	@Test
	void gzipIsAcceptedWithinTheSameLimit() throws IOException {
		assertThat(post("application/json", gzip(bytes("{\"type\":\"a\"}")), "Content-Encoding", "gzip").statusCode())
			.isEqualTo(202);
		assertThat(post("application/json", bytes("{\"type\":\"a\"}"), "Content-Encoding", "gzip").statusCode())
			.isEqualTo(400);
		byte[] bomb = gzip(new byte[50_000_000]);
		assertThat(bomb).hasSizeLessThan(64 * 1024);
		assertThat(post("application/json", bomb, "Content-Encoding", "gzip").statusCode()).isEqualTo(413);
		assertThat(application.messages()).hasSize(1);
	}

	private static byte[] gzip(byte[] bytes) throws IOException {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream();
		try (OutputStream out = new GZIPOutputStream(compressed)) {
			out.write(bytes);
		}
		return compressed.toByteArray();
	}

	@Test
	void sizesAndNumbersAreLimited() {
		assertThat(post("{\"type\":\"a\",\"payload\":\"" + "x".repeat(65 * 1024) + "\"}").statusCode()).isEqualTo(413);
		String many = "[" + "{\"type\":\"a\"},".repeat(200) + "{\"type\":\"a\"}]";
		assertThat(post(many).statusCode()).isEqualTo(413);
		assertThat(post("application/x-ndjson", bytes("{\"type\":\"a\"}\n".repeat(201))).statusCode()).isEqualTo(413);
		HttpResponse<String> deep = post("{\"type\":\"a\",\"fields\":" + "{\"a\":".repeat(17) + "1" + "}".repeat(18));
		assertThat(deep.statusCode()).isEqualTo(400);
		assertThat(Running.parse(deep).at("/messages/0/reason").asString()).contains("nested more than 16 deep");
		assertThat(post("[".repeat(30_000)).statusCode()).isEqualTo(400);
		assertThat(post("{\"type\":\"a\",\"fields\":{\"a\":" + "9".repeat(5000) + "}}").statusCode()).isEqualTo(400);
		assertThat(application.messages()).isEmpty();
	}

	@Test
	void textThatIsNotUtf8IsRefused() {
		byte[] body = bytes("{\"type\":\"a\",\"payload\":\"xx\"}");
		body[body.length - 3] = (byte) 0xC3;
		body[body.length - 4] = (byte) 0xFF;
		assertThat(post("application/json", body).statusCode()).isEqualTo(400);
		assertThat(post("{\"type\":\"a\",\"payload\":\"\\ud800\"}").statusCode()).isIn(202, 400);
	}

	@Test
	void aSlowBodyIsGivenUp() throws IOException {
		try (Socket socket = new Socket("127.0.0.1", application.port())) {
			OutputStream out = socket.getOutputStream();
			out.write(bytes("POST /cairn/events HTTP/1.1\r\nHost: a\r\nX-Cairn-Key: shop-key\r\n"
					+ "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n"));
			byte[] answer = new byte[12];
			socket.setSoTimeout(50);
			int read = 0;
			Instant end = Instant.now().plusSeconds(30);
			while (read <= 0 && Instant.now().isBefore(end)) {
				out.write(' ');
				out.flush();
				try {
					read = socket.getInputStream().read(answer);
				}
				catch (SocketTimeoutException ex) {
					// It waits for more
				}
			}
			assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 408");
		}
	}

	@Test
	void theTimeOfASenderWhoseClockIsWrongIsCorrected() {
		Instant wrong = Instant.now().minus(Duration.ofDays(300));
		post("{\"type\":\"a\",\"timestamp\":\"" + wrong.minusSeconds(5) + "\"}", "X-Cairn-Sent-At", wrong.toString());
		assertThat(only().timestamp()).isBetween(Instant.now().minusSeconds(65), Instant.now());
		assertThat(only().fields()).containsKeys("clock_skew_ms", "sender_timestamp")
			.doesNotContainKey("timestamp_doubtful");
		assertThat(post("{\"type\":\"a\"}", "X-Cairn-Sent-At", "now").statusCode()).isEqualTo(400);
		assertThat(post("{\"type\":\"a\",\"timestamp\":\"9999-12-31T00:00:00Z\"}", "X-Cairn-Sent-At",
				"0001-01-01T00:00:00Z")
			.statusCode()).isEqualTo(400);
	}

	@Test
	void whatTheSamplingLeavesOutIsNotSentAgain() {
		assertThat(post("{\"type\":\"rare\"}").statusCode()).isEqualTo(202);
		assertThat(application.messages()).isEmpty();
		assertThat(application.bean(Ledger.class).balances().get("memory").sampledOut()).isPositive();
	}

	@Test
	void requestsOfTheCollectorAreNotThoseOfUsers() {
		post("{\"type\":\"a\"}");
		Awaitility.await().untilAsserted(() -> assertThat(application.messages()).hasSize(1));
		assertThat(application.bean(MemorySink.class).messages()).extracting(Message::type)
			.doesNotContain(Message.TYPE_HTTP_REQUEST);
	}

	/** Each body begins as a valid one, and is then changed at random. */
	@Test
	void hostileBodiesDoNoHarm() {
		Ledger.Balance before = balance();
		List<byte[]> seeds = List.of(
				bytes("[{\"type\":\"a\",\"fields\":{\"x\":[1,2.5e3,null,true]}},{\"id\":\"" + ID
						+ "20\",\"type\":\"b\",\"severity\":3,\"timestamp\":\"2026-01-31T23:59:59Z\"}]"),
				bytes("{\"type\":\"a\",\"payload\":\"\\u00e4\\ud83d\\ude00\",\"service\":\"shop\",\"pid\":1}"),
				bytes("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"a\",\"data\":{\"a\":1}}"),
				bytes("{\"type\":\"a\"}\n{\"type\":\"b\",\"env_version\":\"0.8\",\"metlog_pid\":1}\n"));
		List<String> types = List.of("application/json", "application/x-ndjson", "application/cloudevents+json",
				"application/cloudevents-batch+json", "text/plain");
		Random random = new Random(20261127);
		Collector collector = application.bean(Collector.class);
		int answers = 0;
		for (int i = 0; i < 10_000; i++) {
			byte[] body = mutate(seeds.get(random.nextInt(seeds.size())), random);
			String type = types.get(random.nextInt(types.size()));
			boolean zipped = random.nextInt(50) == 0;
			int status = (i % 100 == 0) ? overHttp(type, body, zipped) : directly(collector, type, body, zipped);
			assertThat(status).as("body %s of type %s: %s", i, type, new String(body, StandardCharsets.UTF_8))
				.isIn(202, 400, 413);
			answers++;
		}
		assertThat(answers).isEqualTo(10_000);
		assertThat(application.bean(Ledger.class).failures()).doesNotContainKey("reading a message of the collector");
		Ledger.Balance after = balance();
		assertThat(after.held()).isZero();
		assertThat(after.offered() - before.offered()).isGreaterThanOrEqualTo(10_000);
		assertThat(after.offered()).isEqualTo(after.delivered() + after.droppedTotal());
		assertThat(post("{\"type\":\"a\"}").statusCode()).isEqualTo(202);
	}

	private static int overHttp(String type, byte[] body, boolean zipped) {
		return (zipped ? post(type, body, "Content-Encoding", "gzip") : post(type, body)).statusCode();
	}

	/** Without the network, which would take most of the time. */
	private static int directly(Collector collector, String type, byte[] body, boolean zipped) {
		Map<String, String> headers = zipped
				? Map.of("content-type", type, "x-cairn-key", "shop-key", "content-encoding", "gzip")
				: Map.of("content-type", type, "x-cairn-key", "shop-key");
		try (Admission admission = collector.admit(new CollectorRequest("POST", null, "127.0.0.1", headers))) {
			return collector.receive(admission, body).join().status();
		}
		catch (RefusedException ex) {
			return ex.status();
		}
	}

	private static byte[] mutate(byte[] seed, Random random) {
		List<Byte> body = new ArrayList<>();
		for (byte each : seed) {
			body.add(each);
		}
		byte[] tokens = bytes("{}[]\",:\\/0123456789eE.-+ntfu\n\r\0");
		for (int changes = random.nextInt(6); changes > 0; changes--) {
			int at = random.nextInt(body.size());
			switch (random.nextInt(6)) {
				case 0 -> body.set(at, (byte) random.nextInt(256));
				case 1 -> body.set(at, tokens[random.nextInt(tokens.length)]);
				case 2 -> body.add(at, tokens[random.nextInt(tokens.length)]);
				case 3 ->
					body.subList(at, Math.min(body.size() - 1, at + random.nextInt(20)) + ((at == 0) ? 1 : 0)).clear();
				case 4 ->
					body.addAll(at, List.copyOf(body.subList(at, Math.min(body.size(), at + random.nextInt(40)))));
				default -> {
					byte token = tokens[random.nextInt(tokens.length)];
					for (int n = random.nextInt(1200); n > 0; n--) {
						body.add(at, token);
					}
				}
			}
			if (body.isEmpty()) {
				body.add((byte) ' ');
			}
		}
		byte[] bytes = new byte[body.size()];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = body.get(i);
		}
		return bytes;
	}

}
