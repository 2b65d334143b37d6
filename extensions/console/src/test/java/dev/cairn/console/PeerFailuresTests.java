package dev.cairn.console;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import com.sun.net.httpserver.HttpExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Peers that do not answer as they should, and browsers that ask for something else than
 * peers.
 */
@ExtendWith(OutputCaptureExtension.class)
class PeerFailuresTests {

	private static final String SESSION = "{\"instance\":\"fake\",\"csrf\":{\"header\":\"h\",\"token\":\"t\"},"
			+ "\"user\":\"other\",\"endpoints\":{\"cairnswitches\":{\"href\":\"http://evil\",\"methods\":[\"GET\","
			+ "\"POST\"]},\"env\":{\"href\":\"../env\",\"methods\":[\"GET\"]}}}";

	private static final long HUGE = 100L * 1024 * 1024;

	/** Each peer that cannot be read is named with the reason, and the rest is summed. */
	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void aPeerThatCannotBeReadIsMissing(WebApplicationType type) throws IOException {
		CountDownLatch released = new CountDownLatch(1);
		try (Running good = Running.start();
				FakePeer elsewhere = FakePeer.of(200, "application/json", SESSION);
				FakePeer redirecting = FakePeer.of((exchange) -> {
					exchange.getResponseHeaders().set("Location", elsewhere.url() + "/cairnconsole/api/session");
					FakePeer.answer(exchange, 302, "text/plain", "");
				});
				FakePeer refusing = FakePeer.of(401, "application/json", "{\"error\":\"Unauthorized\"}");
				FakePeer other = FakePeer.of(200, "text/html", "<script>alert(1)</script>");
				FakePeer broken = FakePeer.of(200, "application/json", "{\"a\":");
				FakePeer deep = FakePeer.of(200, "application/json",
						"{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}");
				FakePeer list = FakePeer.of(200, "application/json", "[1]");
				FakePeer failing = FakePeer.of(500, "application/json", "{\"error\":\"boom\"}");
				FakePeer without = FakePeer.of(404, "application/json", "{\"error\":\"Not Found\"}");
				FakePeer huge = FakePeer.of(PeerFailuresTests::sendMuch);
				FakePeer slow = FakePeer.of((exchange) -> await(released));
				FakePeer dripping = FakePeer.of((exchange) -> {
					exchange.getResponseHeaders().set("Content-Type", "application/json");
					exchange.sendResponseHeaders(200, 0);
					exchange.getResponseBody().write('{');
					exchange.getResponseBody().flush();
					await(released);
				});
				Running console = Running.start(Fleet.class, type, "cairn.console.peers-timeout=20s")) {
			Map<String, String> urls = new LinkedHashMap<>();
			urls.put("good", "http://127.0.0.1:" + good.port("server") + "/actuator");
			urls.put("dead", "http://127.0.0.1:" + FakePeer.deadPort() + "/actuator");
			urls.put("redirecting", redirecting.url());
			urls.put("refusing", refusing.url());
			urls.put("other", other.url());
			urls.put("broken", broken.url());
			urls.put("deep", deep.url());
			urls.put("list", list.url());
			urls.put("failing", failing.url());
			urls.put("without", without.url());
			urls.put("huge", huge.url());
			urls.put("slow", slow.url());
			urls.put("dripping", dripping.url());
			console.bean(Fleet.Known.class)
				.now()
				.set(urls.entrySet()
					.stream()
					.map((each) -> Instance.of(each.getKey(), URI.create(each.getValue())))
					.toList());
			good.get("/orders/1");
			good.awaitRequest("", (each) -> each.path("state").asString().equals("ended"));
			JsonNode sum = console.json("instances/all/live");
			assertThat(sum.path("instances").path("counted").toString()).isEqualTo("[\"self\",\"good\"]");
			assertThat(sum.path("requests").path("total").asInt()).isOne();
			Map<String, String> reasons = new LinkedHashMap<>();
			sum.path("instances")
				.path("missing")
				.forEach((each) -> reasons.put(each.path("id").asString(), each.path("reason").asString()));
			assertThat(reasons).hasSize(12)
				.containsEntry("dead", "cannot be reached (ConnectException)")
				.containsEntry("redirecting", "answered with a redirect, which is not followed")
				.containsEntry("refusing", "refused the credentials of this console (status 401)")
				.containsEntry("other", "answered with something that is no JSON")
				.containsEntry("broken", "answered with something that is no JSON")
				.containsEntry("deep", "answered with something that is no JSON")
				.containsEntry("list", "answered with something that is no JSON")
				.containsEntry("failing", "answered with the status 500")
				.containsEntry("without", "does not have this (status 404). Is the endpoint exposed at its address?")
				.containsEntry("huge", "answered with more than 4194304 bytes")
				.containsEntry("slow", "did not answer within 20000 ms")
				.containsEntry("dripping", "did not answer within 20000 ms");
			assertThat(elsewhere.requests()).isEmpty();
			assertStatus(console, "dead", 502, "The instance dead cannot be reached (ConnectException).");
			assertStatus(console, "redirecting", 502, "redirect");
			assertStatus(console, "refusing", 502, "The instance refusing refused the credentials");
			assertStatus(console, "without", 502, "does not have this");
			assertStatus(console, "huge", 502, "more than 4194304 bytes");
			released.countDown();
		}
		finally {
			released.countDown();
		}
	}

	@Test
	void aPeerThatIsTooSlowIsDown() throws IOException {
		CountDownLatch released = new CountDownLatch(1);
		try (FakePeer slow = FakePeer.of((exchange) -> await(released));
				Running console = Running.start("cairn.console.peers-timeout=100ms", "cairn.console.peers[0].name=slow",
						"cairn.console.peers[0].url=" + slow.url())) {
			assertStatus(console, "slow", 504, "The instance slow did not answer within 100 ms.");
			JsonNode listed = console.json("instances").path("instances").get(1);
			assertThat(listed.path("state").asString()).isEqualTo("down");
			assertThat(listed.path("reason").asString()).isEqualTo("did not answer within 100 ms");
			released.countDown();
		}
	}

	private static void assertStatus(Running console, String name, int status, String reason) {
		HttpResponse<String> response = console.get(Running.CONSOLE + "/api/instances/" + name + "/live");
		assertThat(response.statusCode()).as(name).isEqualTo(status);
		assertThat(response.body()).contains(reason);
	}

	private static void sendMuch(HttpExchange exchange) throws IOException {
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(200, 0);
		byte[] piece = new byte[1024 * 1024];
		try (OutputStream out = exchange.getResponseBody()) {
			for (long sent = 0; sent < HUGE; sent += piece.length) {
				out.write(piece);
			}
		}
	}

	private static void await(CountDownLatch released) {
		try {
			released.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void onlyTheDataOfAPeerIsPassedOn() throws IOException {
		try (FakePeer peer = FakePeer.of(200, "application/json;charset=UTF-8", SESSION);
				Running console = Running.start("cairn.console.peers[0].name=peer",
						"cairn.console.peers[0].url=" + peer.url())) {
			HttpResponse<String> session = console.get(Running.CONSOLE + "/api/instances/peer/session");
			assertThat(session.headers().firstValue("Content-Type")).hasValue("application/json");
			assertThat(session.headers().map()).doesNotContainKey("set-cookie").containsKey("content-security-policy");
			JsonNode shown = Running.parse(session.body());
			assertThat(shown.path("csrf").isNull()).isTrue();
			assertThat(shown.path("user").isNull()).isTrue();
			assertThat(shown.path("endpoints"))
				.isEqualTo(Running.parse("{\"cairnswitches\":{\"href\":\"api/cairnswitches\",\"methods\":[\"GET\"]}}"));
		}
		try (FakePeer peer = FakePeer.of(200, "application/json", "{\"requests\":[\"<script>\\u202e\"]}");
				Running console = Running.start("cairn.console.peers[0].name=peer",
						"cairn.console.peers[0].url=" + peer.url())) {
			assertThat(console.get(Running.CONSOLE + "/api/instances/peer/requests").body())
				.isEqualTo("{\"requests\":[\"\\u003Cscript\\u003E\\u202E\"]}");
		}
	}

	/** The name is looked up, and the path is one of a few. */
	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void theBrowserNamesNoAddress(WebApplicationType type) throws IOException {
		try (FakePeer peer = FakePeer.of(200, "application/json", SESSION);
				FakePeer victim = FakePeer.of(200, "application/json", "{}");
				Running console = Running.start(Shop.class, type, "cairn.console.peers[0].name=peer",
						"cairn.console.peers[0].url=" + peer.url())) {
			String host = URI.create(victim.url()).getAuthority();
			for (String path : List.of("unknown/live", host + "/live", "http:%2F%2F" + host + "/live",
					"http://" + host + "/live", "%2F%2F" + host + "/live", "peer@" + host + "/live",
					"peer%40" + host + "/live", "..%2Fpeer/live", "../instances/unknown/live", "peer%2F..%2Fx/live",
					"peer/env", "peer/instances", "peer/instances/peer/live", "peer/stream", "peer/..%2Fenv",
					"peer/live/../../env", "peer/requests/..%2F..%2F..%2Fenv", "peer/requests/..%2Fsession",
					"peer/requests/%2e%2e/%2e%2e/env", "peer/requests/.", "peer/requests/", "peer/requests//a",
					"peer/cairnmetrics/..%2Fenv", "peer/cairnswitches/17", "peer/live/x", "peer/", "peer",
					"peer/index.html", "self/live")) {
				HttpResponse<String> response = console.get(Running.CONSOLE + "/api/instances/" + path);
				assertThat(response.statusCode()).as(path).isBetween(400, 404);
			}
			assertThat(victim.requests()).isEmpty();
			assertThat(peer.requests()).isEmpty();
			console.get(Running.CONSOLE + "/api/instances/peer/events/a%3Fb%23c;d%25?url=http://" + host
					+ "&where=x%26y%3Dz");
			console.get(Running.CONSOLE + "/api/instances/peer/cairnmetrics/a.b?empty&Host=" + host);
			assertThat(peer.requests()).hasSize(2)
				.allSatisfy((request) -> assertThat(request)
					.matches("/actuator/(cairnconsole/api/events/a%3Fb%23c.*\\?url=http%3A%2F%2F.*&where=x%26y%3Dz|"
							+ "cairnmetrics/a\\.b\\?Host=.*)"));
			assertThat(victim.requests()).isEmpty();
		}
	}

	@Test
	void credentialsArePerPeerAndNeverShown(CapturedOutput output) throws IOException {
		try (Running secured = Running.start(SecuredConsoleTests.Secured.class, WebApplicationType.SERVLET,
				"spring.autoconfigure.exclude=");
				FakePeer other = FakePeer.of((exchange) -> FakePeer.answer(exchange, 200, "application/json",
						"{\"authorization\":\"" + exchange.getRequestHeaders().getFirst("Authorization") + "\"}"));
				Running console = Running.start("cairn.console.peers-timeout=60s",
						"management.endpoints.web.exposure.include=cairnconfig",
						"management.endpoint.cairnconfig.show-values=always", "cairn.console.peers[0].name=secured",
						"cairn.console.peers[0].username=operator", "cairn.console.peers[0].password=pw",
						"cairn.console.peers[0].url=http://127.0.0.1:" + secured.port("server") + "/actuator",
						"cairn.console.peers[1].name=token", "cairn.console.peers[1].token=s3cr3t-t0ken",
						"cairn.console.peers[1].url=" + other.url(), "cairn.console.peers[2].name=open",
						"cairn.console.peers[2].url=" + other.url(), "cairn.console.peers[3].name=wrong",
						"cairn.console.peers[3].username=operator", "cairn.console.peers[3].password=hunter2-peer",
						"cairn.console.peers[3].url=http://127.0.0.1:" + secured.port("server") + "/actuator")) {
			assertThat(console.json("instances/secured/live").path("requests").isObject()).isTrue();
			assertThat(console.json("instances/secured/session").path("user").isNull()).isTrue();
			assertStatus(console, "wrong", 502, "refused the credentials of this console (status 401)");
			assertThat(console.json("instances/token/live").path("authorization").asString())
				.isEqualTo("Bearer s3cr3t-t0ken");
			assertThat(console.json("instances/open/live").path("authorization").asString()).isEqualTo("null");
			String shown = console.get("/actuator/cairnconfig").body()
					+ console.get(Running.CONSOLE + "/api/instances").body()
					+ console.get(Running.CONSOLE + "/api/session").body()
					+ console.get(Running.CONSOLE + "/api/instances/all/session").body()
					+ console.get(Running.CONSOLE + "/api/instances/all/live").body() + output;
			assertThat(shown).contains("cairn.console.peers[0].password")
				.doesNotContain("hunter2", "s3cr3t", "b3BlcmF0b3I6");
		}
	}

	/** The id of the instance comes beside the figures. */
	@Test
	void aSumReadsEachPeerOnce() throws IOException {
		try (FakePeer peer = FakePeer.of((exchange) -> {
			exchange.getResponseHeaders().set("Cairn-Instance", "one");
			FakePeer.answer(exchange, 200, "application/json",
					"{\"requests\":{\"total\":5},\"meters\":[],\"groups\":[],\"service\":\"shop\"}");
		});
				Running console = Running.start("cairn.console.peers[0].name=one",
						"cairn.console.peers[0].url=" + peer.url(), "cairn.console.peers[1].name=other-address",
						"cairn.console.peers[1].url=" + peer.url())) {
			for (String path : List.of("live", "cairnmetrics", "cairnmetrics/a.b", "incidents", "session")) {
				peer.requests().clear();
				console.json("instances/all/" + path);
				assertThat(peer.requests()).as(path)
					.hasSize(2)
					.allSatisfy((request) -> assertThat(request).startsWith("/actuator/cairnconsole/api/" + path));
			}
			JsonNode sum = console.json("instances/all/live");
			assertThat(sum.path("requests").path("total").asInt()).isEqualTo(5);
			assertThat(sum.path("instances"))
				.isEqualTo(Running.parse("{\"counted\":[\"self\",\"one\"],\"missing\":[]}"));
			assertThat(console.json("instances").path("instances").valueStream().map((each) -> each.path("state")))
				.map(JsonNode::asString)
				.containsExactly("up", "up", "same");
		}
	}

	@Test
	void twoAddressesOfOneInstanceCountOnce() {
		try (Running peer = Running.start();
				Running console = Running.start("cairn.console.peers[0].name=one",
						"cairn.console.peers[0].url=http://127.0.0.1:" + peer.port("server") + "/actuator",
						"cairn.console.peers[1].name=two",
						"cairn.console.peers[1].url=http://127.0.0.1:" + peer.port("server") + "/actuator")) {
			peer.get("/orders/1");
			peer.awaitRequest("", (each) -> each.path("state").asString().equals("ended"));
			JsonNode sum = console.json("instances/all/live");
			assertThat(sum.path("requests").path("total").asInt()).isOne();
			assertThat(sum.path("instances").path("counted").toString()).isEqualTo("[\"self\",\"one\"]");
			assertThat(sum.path("instances").path("missing")).isEmpty();
		}
	}

	@Test
	void aSourceThatFailsHasNoInstances(CapturedOutput output) {
		try (Running console = Running.start(Fleet.class, WebApplicationType.SERVLET)) {
			console.bean(Fleet.Known.class).now().set(null);
			assertThat(console.json("instances").path("instances")).isEmpty();
			assertThat(console.json("instances/all/live").path("instances").path("counted")).hasSize(1);
			assertThat(output).contains("The registry does not answer");
		}
	}

	/** The answers of a peer are not trusted. */
	@Test
	void figuresThatCannotBeAddedAreNamed() throws IOException {
		String live = "{\"instance\":\"x\",\"requests\":{\"total\":\"many\",\"buckets\":{\"%s\":1}},\"events\":[],"
				+ "\"history\":{\"per_second\":[null,{}]}}";
		try (FakePeer strange = FakePeer.of(200, "application/json", live.formatted("5"));
				Running console = Running.start("cairn.console.peers[0].name=strange",
						"cairn.console.peers[0].url=" + strange.url())) {
			assertThat(console.json("instances/all/live").path("requests").path("total").asInt()).isZero();
		}
		try (FakePeer hostile = FakePeer.of(200, "application/json", live.formatted("100000"));
				Running console = Running.start("cairn.console.peers[0].name=hostile",
						"cairn.console.peers[0].url=" + hostile.url())) {
			HttpResponse<String> sum = console.get(Running.CONSOLE + "/api/instances/all/live");
			assertThat(sum.statusCode()).isEqualTo(502);
			assertThat(sum.body()).contains("An instance has sent figures that cannot be added");
		}
	}

}
