package dev.cairn.mcp;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.testing.AwaitThreads;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests of the tools with a running application and the client of the SDK.
 */
@ExtendWith(AwaitThreads.class)
class McpEndToEndTests {

	private static Shop shop;

	private static McpSyncClient client;

	private static String traceId;

	private static String errorId;

	@BeforeAll
	static void start() {
		shop = Shop.start(Shop.ON, "cairn.kafka.topik=orders");
		client = shop.client();
		traceId = header(shop.get("/orders/7"), "X-Trace-Id");
		awaitRequests(1);
		errorId = header(shop.get("/orders/0"), "X-Error-Id");
		awaitRequests(2);
	}

	@AfterAll
	static void stop() {
		shop.close();
	}

	/** The message of a request is published after its response. */
	private static void awaitRequests(int number) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> requests(Map.of()).size() == number);
	}

	private static String header(HttpResponse<String> response, String name) {
		return response.headers().firstValue(name).orElseThrow();
	}

	private static List<JsonNode> requests(Map<String, Object> arguments) {
		return Shop.call(client, "recent_requests", arguments).path("requests").valueStream().toList();
	}

	private static List<JsonNode> timeline(String id) {
		return Shop.call(client, "request_timeline", Map.of("id", id)).path("messages").valueStream().toList();
	}

	@Test
	void theServerDescribesItself() {
		assertThat(client.getServerInfo().name()).isEqualTo("shop");
		assertThat(client.getServerInstructions()).contains("Read-only");
		assertThat(client.getServerCapabilities().tools()).isNotNull();
		assertThat(client.getServerCapabilities().resources()).isNull();
		assertThat(client.getServerCapabilities().prompts()).isNull();
	}

	@Test
	void eachToolOnlyReads() {
		assertThat(client.listTools().tools()).isNotEmpty().allSatisfy((tool) -> {
			assertThat(tool.description()).isNotBlank();
			assertThat(tool.annotations().readOnlyHint()).isTrue();
			assertThat(tool.annotations().destructiveHint()).isFalse();
		});
	}

	@Test
	void theToolsAreThoseOfTheDocumentation() {
		assertThat(client.listTools().tools()).extracting(Tool::name)
			.containsExactlyInAnyOrderElementsOf(McpDocsTests.tools());
	}

	@Test
	void recentRequestsAreTheNewestFirst() {
		List<JsonNode> requests = requests(Map.of());
		assertThat(requests).extracting((request) -> request.path("status").asInt()).startsWith(500, 200);
		JsonNode served = requests.get(1);
		assertThat(served.path("route").asString()).isEqualTo("/orders/{id}");
		assertThat(served.path("method").asString()).isEqualTo("GET");
		assertThat(served.path("trace_id").asString()).isEqualTo(traceId);
		assertThat(served.path("duration_ms").asDouble()).isPositive();
		assertThat(served.has("error_id")).isFalse();
		assertThat(requests.get(0).path("error_id").asString()).isEqualTo(errorId);
	}

	@Test
	void requestsOfAssistantsAreNotAmongThem() {
		client.ping();
		assertThat(requests(Map.of("limit", 100))).extracting((request) -> request.path("route").asString())
			.containsOnly("/orders/{id}");
	}

	@Test
	void requestsAreSelected() {
		assertThat(requests(Map.of("min_status", 500))).extracting((request) -> request.path("status").asInt())
			.containsOnly(500);
		assertThat(requests(Map.of("route", "/orders", "limit", 1))).hasSize(1);
		assertThat(requests(Map.of("route", "/nothing"))).isEmpty();
		assertThat(requests(Map.of("min_duration_ms", 3_600_000))).isEmpty();
	}

	@Test
	void theTimelineOfATraceHasItsEventsAndItsRequest() {
		List<JsonNode> messages = timeline(traceId);
		assertThat(messages).extracting((message) -> message.path("type").asString())
			.containsExactlyInAnyOrder("order.viewed", "http.request");
		assertThat(messages).extracting((message) -> message.path("timestamp").asString()).isSorted();
		assertThat(messages).filteredOn((message) -> message.path("type").asString().equals("order.viewed"))
			.singleElement()
			.satisfies((event) -> assertThat(event.path("fields").path("order_id").asString()).isEqualTo("7"));
	}

	@Test
	void theTimelineOfAnErrorHasTheStackTrace() {
		List<JsonNode> messages = timeline(errorId);
		assertThat(messages).extracting((message) -> message.path("type").asString())
			.containsExactlyInAnyOrder("order.viewed", "exception", "http.request");
		assertThat(messages).filteredOn((message) -> message.path("type").asString().equals("exception"))
			.singleElement()
			.satisfies((failure) -> assertThat(failure.path("fields").path("exception").toString())
				.contains("IllegalStateException", "ShopApplication$Orders"));
	}

	@Test
	void incidentsAreGrouped() {
		JsonNode answer = Shop.call(client, "incidents", Map.of());
		assertThat(answer.path("kinds").asInt()).isEqualTo(1);
		JsonNode incident = answer.path("incidents").path(0);
		assertThat(incident.path("type").asString()).isEqualTo("java.lang.IllegalStateException");
		assertThat(incident.path("where").asString()).contains("ShopApplication$Orders.order");
		assertThat(incident.path("count").asInt()).isEqualTo(1);
		assertThat(incident.path("last_error_id").asString()).isEqualTo(errorId);
		assertThat(timeline(incident.path("last_trace_id").asString())).isNotEmpty();
	}

	@Test
	void channelsAreThoseOfTheLedger() {
		JsonNode answer = Shop.call(client, "channels", Map.of());
		List<JsonNode> channels = answer.path("channels").valueStream().toList();
		assertThat(channels).extracting((channel) -> channel.path("channel").asString())
			.containsExactlyInAnyOrderElementsOf(shop.context().getBean(Cairn.class).ledger().balances().keySet());
		assertThat(channels).anySatisfy((channel) -> assertThat(channel.path("offered").asInt()).isGreaterThan(2));
		assertThat(answer.path("incidents").path("failures").asInt()).isEqualTo(1);
	}

	@Test
	void theDoctorShowsWhatIsWrongAndWhatToDo() {
		JsonNode answer = Shop.call(client, "doctor", Map.of());
		assertThat(answer.path("checks").path("unknown-properties").asString()).isEqualTo("found");
		assertThat(answer.path("findings").valueStream()).anySatisfy((finding) -> {
			assertThat(finding.path("where").asString()).isEqualTo("cairn.kafka.topik");
			assertThat(finding.path("remedy").asString()).isNotBlank();
		});
	}

	@Test
	void noToolShowsASecret() {
		assertThat(timeline(traceId).toString() + timeline(errorId) + Shop.call(client, "incidents", Map.of())
				+ requests(Map.of()))
			.doesNotContain(ShopApplication.SECRET)
			.contains("********");
	}

	@Test
	void anUnknownIdIsAnErrorWithAdvice() {
		assertThat(Shop.refusal(client, "request_timeline", Map.of("id", "0".repeat(32)))).contains("No recent message",
				"recent_requests");
	}

	@Test
	void badArgumentsAreErrorsThatNameThem() {
		assertThat(Shop.refusal(client, "recent_requests", Map.of("limit", 101)))
			.isEqualTo("limit must be a whole number from 1 to 100, but was '101'.");
		assertThat(Shop.refusal(client, "recent_requests", Map.of("limit", "ten"))).contains("limit", "'ten'");
		assertThat(Shop.refusal(client, "recent_requests", Map.of("limit", 1.5))).contains("limit", "'1.5'");
		assertThat(Shop.refusal(client, "recent_requests", Map.of("route", List.of("a")))).contains("route", "text");
		assertThat(Shop.refusal(client, "recent_requests", Map.of("rotue", "/"))).contains("no argument 'rotue'",
				"route");
		assertThat(Shop.refusal(client, "request_timeline", Map.of())).isEqualTo("id is required.");
		assertThat(Shop.refusal(client, "request_timeline", Map.of("id", "x".repeat(10_000)))).hasSizeLessThan(200);
		assertThat(Shop.refusal(client, "channels", Map.of("id", "1"))).contains("has none");
		assertThat(
				Shop.refusal(client, "request_timeline", Map.of("id", List.of("password=" + ShopApplication.SECRET))))
			.doesNotContain(ShopApplication.SECRET);
	}

	@Test
	void anUnknownToolIsAnErrorOfTheProtocol() {
		assertThatException().isThrownBy(() -> Shop.call(client, "set_switch", Map.of()));
		assertThat(client.listTools().tools()).isNotEmpty();
	}

	@Test
	void theEndpointsThatToolsReadAreNotExposed() {
		assertThat(shop.get("/actuator/cairn").statusCode()).isEqualTo(404);
		assertThat(shop.get("/actuator/cairndoctor").statusCode()).isEqualTo(404);
	}

}
