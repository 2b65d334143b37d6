package dev.cairn.console;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.core.GuardedObservation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console of a servlet application, on the port of the application.
 */
class ServletConsoleTests {

	private static final String LIMIT_OF_STREAMS = "12";

	private static final int MAX_STREAMS = 12;

	@SuppressWarnings("NullAway.Init")
	private static Running application;

	@BeforeAll
	static void start() {
		application = Running.start("cairn.console.max-streams=" + LIMIT_OF_STREAMS, "cairn.console.slow=1h",
				"cairn.console.sentry-url=https://sentry.example.com/issues/?query={id}");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void thePageIsAtTheEndpoint() {
		HttpResponse<String> endpoint = application.get(Running.CONSOLE);
		assertThat(endpoint.statusCode()).isEqualTo(302);
		assertThat(endpoint.headers().firstValue("Location")).hasValue("cairnconsole/");
		HttpResponse<String> page = application.get(Running.CONSOLE + "/");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.body()).startsWith("<!DOCTYPE html>");
		assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
		assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
			.contains("default-src 'none'", "script-src 'self'")
			.doesNotContain("unsafe");
		assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		String tag = page.headers().firstValue("ETag").orElseThrow();
		HttpResponse<String> again = application
			.send(application.request(Running.CONSOLE + "/").header("If-None-Match", tag));
		assertThat(again.statusCode()).isEqualTo(304);
		assertThat(application.get("/actuator").body()).contains("/actuator/cairnconsole");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/missing.js", "/../index.html", "/..%2findex.html", "/.hidden.js", "//index.html",
			"/index.class", "/api", "/api/", "/api/unknown", "/api/requests/zzzz", "/api/requests/-",
			"/api/incidents/x", "/lib/unknown/index.js", "/lib/", "/api/session/x", "/api/requests/1/unknown" })
	void nothingElseIsServed(String path) {
		HttpResponse<String> response = application.get(Running.CONSOLE + path);
		assertThat(response.statusCode()).isIn(400, 404);
		assertThat(response.body()).doesNotContain("<!DOCTYPE html><html lang=\"en\"><head>");
	}

	@Test
	void itIsReadOnly() {
		HttpResponse<String> response = application.send(
				application.request(Running.CONSOLE + "/api/requests").POST(HttpRequest.BodyPublishers.ofString("{}")));
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
	}

	@Test
	void headIsAnsweredAsGetWithoutABody() {
		assertHeadAsGet(application);
	}

	static void assertHeadAsGet(Running application) {
		for (String path : List.of("", "/", "/js/app.js", "/api/incidents", "/api/find?id=abcd", "/api/find?id=x",
				"/missing.js", "/api/requests/zzzz")) {
			HttpResponse<String> get = application.get(Running.CONSOLE + path);
			HttpResponse<String> head = head(application, path);
			assertThat(head.statusCode()).as(path).isEqualTo(get.statusCode());
			assertThat(head.body()).as(path).isEmpty();
			for (String name : List.of("Content-Type", "Content-Length", "Location", "ETag", "Cache-Control")) {
				assertThat(head.headers().firstValue(name)).as(path + " " + name)
					.isEqualTo(get.headers().firstValue(name));
			}
		}
		HttpResponse<String> stream = head(application, "/api/stream");
		assertThat(stream.statusCode()).isEqualTo(200);
		assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=UTF-8");
		assertThat(application.bean(Streams.class).size()).isZero();
	}

	private static HttpResponse<String> head(Running application, String path) {
		return application
			.send(application.request(Running.CONSOLE + path).method("HEAD", HttpRequest.BodyPublishers.noBody()));
	}

	@Test
	void aRequestOpensIntoAllThatItDid() {
		application.send(application.request("/orders/17?token=abc&page=2")
			.header("Authorization", "Bearer secret-of-the-user")
			.header("Accept", "application/json"));
		JsonNode request = application.awaitRequest("route=/orders/*&where=order=17", (each) -> true);
		assertThat(request.path("status").asInt()).isEqualTo(200);
		assertThat(request.path("method").asString()).isEqualTo("GET");
		assertThat(request.path("route").asString()).isEqualTo("/orders/{id}");
		assertThat(request.path("path").asString()).isEqualTo("/orders/17");
		assertThat(request.path("outcome").asString()).isEqualTo("success");
		assertThat(request.path("failed").asBoolean()).isFalse();
		assertThat(request.path("calls").asInt()).isEqualTo(6);
		assertThat(request.path("badges").path(0).path("kind").asString()).isEqualTo("n_plus_one");
		assertThat(request.path("badges").path(0).path("count").asInt()).isEqualTo(6);
		HttpResponse<String> response = application
			.get(Running.CONSOLE + "/api/requests/" + request.path("id").asString());
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
		assertThat(response.body()).doesNotContain("secret-of-the-user", "hunter2", "token=abc");
		JsonNode detail = Running.parse(response.body());
		assertThat(detail.path("bindings").path("order").asString()).isEqualTo("17");
		assertThat(detail.path("headers").path("Authorization").asString()).isEqualTo("********");
		assertThat(detail.path("log").valueStream().map((line) -> line.path("text").asString()))
			.contains("Reading order 17");
		JsonNode viewed = detail.path("published")
			.valueStream()
			.filter((each) -> each.path("type").asString().equals("order.viewed"))
			.findFirst()
			.orElseThrow();
		assertThat(viewed.path("fields").path("order_id").asInt()).isEqualTo(17);
		assertThat(viewed.path("accepted").asBoolean()).isTrue();
		List<JsonNode> spans = detail.path("spans").valueStream().toList();
		JsonNode server = spans.get(0);
		assertThat(server.path("kind").asString()).isEqualTo("server");
		assertThat(server.path("parent").isNull()).isTrue();
		List<JsonNode> statements = spans.stream().filter((span) -> !span.path("statement").isNull()).toList();
		assertThat(statements).hasSize(6)
			.allSatisfy((span) -> assertThat(span.path("statement").asString()).isEqualTo("select 1 where 1 = ?"))
			.allSatisfy((span) -> assertThat(span.path("parent").isNull()).isFalse())
			.allSatisfy((span) -> assertThat(span.path("duration_ms").asDouble()).isNotNegative());
		String curl = application.get(Running.CONSOLE + "/api/requests/" + request.path("id").asString() + "/curl")
			.body();
		assertThat(curl).startsWith("curl -X 'GET' 'http://127.0.0.1:")
			.contains("/orders/17?", "page=2", "-H 'Accept: application/json'", "-H 'Authorization: ********'")
			.isEqualTo(detail.path("curl").asString());
	}

	/**
	 * The task is one row below the request that has caused it, with what it calls. The
	 * row has the values of both the observation and the unit of work.
	 */
	@Test
	void anAsynchronousMethodIsOneRowOfItsRequest() {
		JsonNode spans = spansOfMail(9);
		JsonNode server = only(spans, (each) -> each.path("kind").asString().equals("server"));
		JsonNode task = only(spans, (each) -> each.toString().contains("send"));
		assertThat(task.path("kind").asString()).isEqualTo("task");
		assertThat(task.path("name").asString()).isEqualTo("tasks.async.execution");
		assertThat(task.path("label").asString()).isEqualTo("task mail.send");
		assertThat(task.at("/tags/task").asString()).isEqualTo(Shop.Mail.class.getName() + "#send");
		assertThat(task.at("/tags/mail").asString()).isEqualTo("9");
		assertThat(task.path("error").isNull()).isTrue();
		assertThat(task.path("parent")).isEqualTo(server.path("id"));
		JsonNode query = only(spans, (each) -> each.path("statement").asString("").startsWith("select 'mail'"));
		int parent = query.path("parent").asInt();
		while (parent > task.path("id").asInt()) {
			int id = parent;
			parent = only(spans, (each) -> each.path("id").asInt() == id).path("parent").asInt();
		}
		assertThat(parent).isEqualTo(task.path("id").asInt());
		assertThat(statuses("kind=task")).isEmpty();
	}

	@Test
	void theRowOfAFailedTaskHasItsException() {
		JsonNode task = only(spansOfMail(Shop.Mail.UNKNOWN), (each) -> each.path("kind").asString().equals("task"));
		assertThat(task.path("error").asString()).contains("IllegalStateException", "no address");
	}

	/** Returns the spans of a request that sends a mail, when all have ended. */
	private static JsonNode spansOfMail(int id) {
		application.get("/mail/" + id);
		JsonNode request = application.awaitRequest("route=/mail/*&text=order+" + id, (each) -> true);
		return Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> application.json("requests/" + request.path("id").asString()).path("spans"),
					(found) -> found.valueStream().allMatch((each) -> each.path("duration_ms").isNumber())
							&& found.toString().contains("select 'mail'"));
	}

	/**
	 * Spring Batch names its observations like meters, and ends the unit of work before
	 * the observation.
	 */
	@Test
	void observedWorkWithoutANameOfItsOwnHasThatOfTheUnitOfWork() {
		ObservationRegistry observations = application.bean(ObservationRegistry.class);
		Signals signals = application.bean(Signals.class);
		UnitOfWork outer = signals.start(UnitOfWork.Kind.RECORD, "orders");
		try (UnitOfWork.Scope scope = outer.open()) {
			Observation step = Observation.start("spring.batch.step", observations);
			UnitOfWork inner = signals.prepareCaused(UnitOfWork.Kind.TASK, "nightly.import");
			inner.set(GuardedObservation.OF_UNIT, step.getContext());
			inner.begin(null);
			inner.end(UnitOfWork.Outcome.FAILURE);
			step.lowCardinalityKeyValue("status", "FAILED").error(new IllegalStateException("no file")).stop();
		}
		outer.end(UnitOfWork.Outcome.SUCCESS);
		JsonNode record = application.awaitRequest("kind=record", (each) -> each.toString().contains("orders"));
		JsonNode step = only(application.json("requests/" + record.path("id").asString()).path("spans"),
				(each) -> true);
		assertThat(step.path("kind").asString()).isEqualTo("task");
		assertThat(step.path("label").asString()).isEqualTo("nightly.import");
		assertThat(step.path("error").asString()).contains("no file");
		assertThat(step.at("/tags/status").asString()).isEqualTo("FAILED");
	}

	private static JsonNode only(JsonNode spans, Predicate<JsonNode> condition) {
		List<JsonNode> found = spans.valueStream().filter(condition).toList();
		assertThat(found).hasSize(1);
		return found.get(0);
	}

	@Test
	void aTraceLeadsToTheEventsOfOtherProcesses() {
		Trace trace = Trace.begin(true);
		Message sent = new Message(Message.newId(Instant.now()), "stock.reserved", Instant.now(), "stock",
				Severity.INFORMATIONAL, "", Map.of(), new Origin("stock", null, null, "host", 7), trace, null, false,
				null, null);
		application.bean(Cairn.class).accept(sent);
		JsonNode found = application.json("find?id=" + trace.traceId());
		assertThat(found.path("requests")).isEmpty();
		assertThat(found.path("published")).hasSize(1);
		assertThat(found.at("/published/0/id").asString()).isEqualTo(sent.id());
	}

	@Test
	void anErrorIdLeadsToTheRequestAndItsIncident() {
		HttpResponse<String> failed = application.get("/fail/a");
		String errorId = failed.headers().firstValue("X-Error-Id").orElseThrow();
		JsonNode request = application.awaitRequest("status=5xx&where=error_id=" + errorId, (each) -> true);
		JsonNode found = application.json("find?id=%20" + errorId.toUpperCase(Locale.ROOT) + "%20");
		assertThat(found.path("requests")).hasSize(1);
		assertThat(found.path("requests").path(0).path("id")).isEqualTo(request.path("id"));
		assertThat(found.path("incidents")).hasSize(1);
		JsonNode incident = found.path("incidents").path(0);
		assertThat(incident.path("error_id").asString()).isEqualTo(errorId);
		assertThat(incident.path("type").asString()).isEqualTo(IllegalStateException.class.getName());
		assertThat(incident.path("message").asString()).isEqualTo("cannot serve a");
		assertThat(incident.path("sentry").asString()).isEqualTo("https://sentry.example.com/issues/?query=" + errorId);
		JsonNode frame = incident.path("exceptions").path(0).path("frames").path(0);
		assertThat(frame.path("text").asString()).startsWith(Shop.Orders.class.getName() + ".fail(Shop.java:");
		assertThat(frame.path("own").asBoolean()).isTrue();
		String traceId = request.path("trace_id").asString();
		assertThat(application.json("find?id=" + traceId).path("requests").valueStream().map((each) -> each.path("id")))
			.contains(request.path("id"));
		JsonNode detail = application.json("requests/" + request.path("id").asString());
		assertThat(detail.path("incidents").path(0).path("error_id").asString()).isEqualTo(errorId);
		assertThat(detail.path("warnings").asInt()).isPositive();
	}

	@Test
	void failuresOfAKindAreAGroup() {
		String first = application.get("/fail/b").headers().firstValue("X-Error-Id").orElseThrow();
		String second = application.get("/fail/c").headers().firstValue("X-Error-Id").orElseThrow();
		JsonNode group = Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> application.json("incidents")
				.path("groups")
				.valueStream()
				.filter((each) -> each.path("error_ids").toString().contains(second))
				.findFirst(), Optional::isPresent)
			.orElseThrow();
		assertThat(group.path("error_ids").toString()).contains(first);
		assertThat(group.path("count").asInt()).isGreaterThanOrEqualTo(2);
		assertThat(group.path("location").asString()).startsWith(Shop.Orders.class.getName() + ".fail(");
		assertThat(group.path("trend")).hasSize(60);
		assertThat(group.path("trend").valueStream().mapToInt(JsonNode::asInt).sum())
			.isEqualTo(group.path("count").asInt());
		assertThat(group.path("routes").path("/fail/{reason}").asInt()).isGreaterThanOrEqualTo(2);
		JsonNode detail = application.json("incidents/" + group.path("group").asString());
		assertThat(detail.path("incidents").path(0).path("error_id").asString()).isEqualTo(second);
	}

	@Test
	void requestsAreFiltered() {
		application.get("/orders/41");
		application.get("/fail/41");
		application.awaitRequest("where=order=41", (each) -> true);
		application.awaitRequest("text=cannot+serve+41", (each) -> true);
		assertThat(statuses("status=4xx,500&text=cannot%20SERVE%2041")).containsOnly(500);
		assertThat(statuses("route=/orders/*")).isNotEmpty().containsOnly(200);
		assertThat(statuses("where=status%3E=500&where=duration_ms%3C60s")).isNotEmpty().containsOnly(500);
		assertThat(statuses("where=event=order.viewed")).isNotEmpty().containsOnly(200);
		assertThat(statuses("outcome=failure")).isNotEmpty().containsOnly(500);
		assertThat(statuses("where=order=41&where=method!=GET")).isEmpty();
		assertThat(statuses("user=nobody")).isEmpty();
		assertThat(statuses("slow=true")).isEmpty();
		assertThat(statuses("kind=task")).isEmpty();
		JsonNode newest = application.json("requests?limit=1");
		assertThat(newest.path("more").asBoolean()).isTrue();
		String id = newest.path("requests").path(0).path("id").asString();
		assertThat(application.json("requests?after=" + id).path("requests")).isEmpty();
		assertThat(application.json("requests?limit=500&before=" + id)
			.path("requests")
			.valueStream()
			.map((each) -> each.path("id").asString())).isNotEmpty().doesNotContain(id);
		String trace = newest.path("requests").path(0).path("trace_id").asString();
		assertThat(application.json("requests?trace=" + trace.substring(0, 8))
			.path("requests")
			.path(0)
			.path("id")
			.asString()).isEqualTo(id);
	}

	private static List<Integer> statuses(String query) {
		return application.json("requests?limit=500&" + query)
			.path("requests")
			.valueStream()
			.map((each) -> each.path("status").asInt())
			.toList();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			requests?status=abc | status must be
			requests?limit=0 | limit must be a number from 1 to 500
			requests?limit=x | limit must be
			requests?kind=other | kind must be one of request, record, task
			requests?trace=xyz | trace must be
			requests?where=user%3E5 | there is no number 'user'
			requests?where=status%3Eabc | is not a number
			requests?after=-1 | after must be
			requests?min_ms=-5 | min_ms must be
			find?id=%3Cscript%3E | id must be
			find | id must be
			search?where=total%3Ex | is not a number
			search?limit=1000 | limit must be""")
	void badInputIsAnswered(String path, String reason) {
		HttpResponse<String> response = application.get(Running.CONSOLE + "/api/" + path);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(Running.parse(response.body()).path("error").asString()).contains(reason);
	}

	@Test
	void inputIsBounded() {
		HttpResponse<String> tooLong = application.get(Running.CONSOLE + "/api/requests?text=" + "x".repeat(501));
		assertThat(tooLong.statusCode()).isEqualTo(400);
		HttpResponse<String> tooMany = application.get(Running.CONSOLE + "/api/requests?x=1" + "&where=a=b".repeat(21));
		assertThat(tooMany.statusCode()).isEqualTo(400);
	}

	@Test
	void eventsAreFoundByTypeAndByTheirFields() {
		application.get("/orders/71");
		application.get("/orders/72");
		application.awaitRequest("where=order=72", (each) -> true);
		JsonNode type = application.json("events")
			.path("types")
			.valueStream()
			.filter((each) -> each.path("type").asString().equals("order.viewed"))
			.findFirst()
			.orElseThrow();
		assertThat(type.path("total").asInt()).isGreaterThanOrEqualTo(2);
		assertThat(type.path("last").asString()).endsWith("Z");
		assertThat(ids("events/order.viewed?where=order_id=72")).containsExactly(72);
		assertThat(ids("search?where=order.*&where=order_id%3E70&where=order_id%3C73")).containsExactly(72, 71);
		assertThat(ids("events/order.viewed?where=order_id%3E70&limit=1")).containsExactly(72);
		JsonNode requests = application.json("events/http.request?limit=1");
		assertThat(requests.path("schema").asString()).startsWith("{");
		assertThat(ids("events/unknown.type")).isEmpty();
	}

	private static List<Integer> ids(String path) {
		return application.json(path)
			.path("published")
			.valueStream()
			.map((each) -> each.path("fields").path("order_id").asInt())
			.toList();
	}

	@Test
	void whatUsersSendIsNothingButText() {
		String script = "<script>alert(1)</script>";
		String turned = "\u202eevil\u2066";
		String text = script + turned + "\ud800" + "x".repeat(100_000);
		HttpResponse<String> response = application.send(application.request("/echo")
			.header("Content-Type", "text/plain;charset=UTF-8")
			.header("User-Agent", script)
			.POST(HttpRequest.BodyPublishers.ofString(text.replace("\ud800", "?"))));
		String errorId = response.headers().firstValue("X-Error-Id").orElseThrow();
		JsonNode request = application.awaitRequest("where=error_id=" + errorId, (each) -> true);
		String group = application.json("find?id=" + errorId).path("incidents").path(0).path("group").asString();
		String id = request.path("id").asString();
		for (String path : List.of("requests", "requests/" + id, "find?id=" + errorId, "incidents",
				"incidents/" + group, "events", "events/text.received", "search?where=*", "live", "session")) {
			HttpResponse<String> answer = application.get(Running.CONSOLE + "/api/" + path);
			assertThat(answer.statusCode()).as(path).isEqualTo(200);
			assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
			assertThat(answer.body()).as(path).doesNotContain("<", ">", "\u202e").matches("\\p{ASCII}*");
			assertThat(answer.body().length()).as(path).isLessThanOrEqualTo(Json.MAX_BYTES);
			Running.parse(answer.body());
		}
		JsonNode detail = application.json("requests/" + id);
		assertThat(detail.path("bindings").path("text").asString()).startsWith(script + turned).hasSizeLessThan(8002);
		assertThat(detail.path("incidents").path(0).path("message").asString()).startsWith(script + turned);
		assertThat(detail.path("log").toString()).contains("Received <script>");
	}

	@Test
	void theLedgerAddsUpInTheFigures() {
		application.get("/orders/1");
		JsonNode live = application.json("live");
		JsonNode channels = live.path("channels");
		assertThat(channels.propertyNames()).contains("memory");
		channels.propertyStream().forEach((entry) -> {
			JsonNode channel = entry.getValue();
			assertThat(channel.path("offered").asLong()).as(entry.getKey())
				.isEqualTo(channel.path("sampled_out").asLong() + channel.path("filtered").asLong()
						+ channel.path("delivered").asLong() + channel.path("held").asLong()
						+ channel.path("dropped").valueStream().mapToLong(JsonNode::asLong).sum());
		});
		assertThat(live.path("history").path("per_second")).hasSize(300);
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			application.get("/orders/1");
			JsonNode requests = application.json("live").path("requests");
			assertThat(requests.path("per_second").asDouble()).isPositive();
			assertThat(requests.path("p99_ms").asDouble()).isPositive()
				.isLessThanOrEqualTo(requests.path("max_ms").asDouble());
		});
	}

	@Test
	void requestsOfTheActuatorAreNotRecorded() {
		application.get("/actuator/cairn");
		application.get("/orders/5");
		application.awaitRequest("where=order=5", (each) -> true);
		assertThat(application.json("requests?limit=500")
			.path("requests")
			.valueStream()
			.map((each) -> each.path("path").asString())).noneMatch((path) -> path.startsWith("/actuator"));
	}

	@Test
	void theSessionTellsWhatThePageNeeds() {
		JsonNode session = application.json("session");
		assertThat(session.path("csrf").isNull()).isTrue();
		assertThat(session.path("endpoints").path("cairn").path("href").asString()).isEqualTo("../cairn");
		assertThat(
				session.path("endpoints").path("cairnswitches").path("methods").valueStream().map(JsonNode::asString))
			.containsExactly("GET");
		assertThat(session.path("endpoints").has("cairnevents")).isFalse();
		assertThat(session.path("memory").path("max_bytes").asLong()).isEqualTo(8 * 1024 * 1024);
		assertThat(session.path("memory").path("used_bytes").asLong()).isBetween(1L, 8 * 1024 * 1024L);
	}

	@Test
	void manyStreamsShareTheFigures() throws IOException {
		List<Running.EventSource> streams = new ArrayList<>();
		try {
			for (int i = 0; i < MAX_STREAMS; i++) {
				streams.add(application.stream(application.port("server"), Running.CONSOLE + "/api/stream"));
			}
			for (Running.EventSource stream : streams) {
				assertThat(stream.response().statusCode()).isEqualTo(200);
				assertThat(stream.response().headers().firstValue("Content-Type"))
					.hasValueSatisfying((type) -> assertThat(type).startsWith("text/event-stream"));
				assertThat(stream.next("live").path("requests").has("total")).isTrue();
			}
			while (streams.get(0).next("live").path("streams").asInt() != MAX_STREAMS) {
				// The figures are of the time before the last stream
			}
			HttpResponse<String> refused = application.get(Running.CONSOLE + "/api/stream");
			assertThat(refused.statusCode()).isEqualTo(503);
		}
		finally {
			streams.forEach(Running.EventSource::close);
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> application.bean(Streams.class).size(), (size) -> size == 0);
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().startsWith("cairn-console")));
	}

}
