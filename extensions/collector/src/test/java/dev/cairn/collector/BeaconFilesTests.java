package dev.cairn.collector;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;

import dev.cairn.Cairn;
import dev.cairn.engine.Settings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The files of the beacon over HTTP.
 */
class BeaconFilesTests {

	private static final String SCRIPT = "/cairn/beacon.js";

	private static final String SETTINGS = "/cairn/beacon.json";

	private static final String[] PROPERTIES = { "cairn.beacon.enabled=true", "cairn.beacon.sample=0.25",
			"cairn.beacon.points.buy.selector=#buy", "cairn.beacon.points.buy.fields.sku=data-sku",
			"cairn.beacon.points.later.selector=.later", "cairn.beacon.points.later.enabled=false",
			"cairn.requests.consent.cookie=consent" };

	private static Running application;

	@BeforeAll
	static void start() {
		application = Running.start(PROPERTIES);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void theScriptHasLessThanFourKilobytes() {
		BeaconScript script = BeaconScript.load();
		assertThat(script.compressed()).hasSizeLessThan(4096);
		assertThat(new String(script.content(), StandardCharsets.UTF_8)).doesNotContain("\n", "  ", "/*")
			.startsWith("(()=>{const known=window.cairn;")
			.contains("'click submit'");
	}

	@Test
	void theScriptIsCompressedForClientsThatAcceptIt() throws Exception {
		HttpResponse<byte[]> compressed = application.client()
			.send(application.request(SCRIPT).header("Accept-Encoding", "br, gzip").build(),
					HttpResponse.BodyHandlers.ofByteArray());
		assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
		assertThat(compressed.headers().allValues("Vary")).contains("Accept-Encoding");
		try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed.body()))) {
			assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
				.isEqualTo(application.send(application.request(SCRIPT)).body());
		}
	}

	@Test
	void anAddressWithTheHashIsCachedForEver() throws Exception {
		Beacon beacon = application.bean(Beacon.class);
		HttpResponse<String> response = application.send(application.request(beacon.src()));
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).contains("text/javascript;charset=UTF-8");
		assertThat(response.headers().firstValue("Cache-Control")).contains("public, max-age=31536000, immutable");
		byte[] hash = MessageDigest.getInstance("SHA-384").digest(response.body().getBytes(StandardCharsets.UTF_8));
		assertThat(beacon.integrity()).isEqualTo("sha384-" + Base64.getEncoder().encodeToString(hash));
		assertThat(beacon.tags()).isEqualTo("<script async src=\"" + beacon.src() + "\" integrity=\""
				+ beacon.integrity() + "\" crossorigin=\"anonymous\"></script>");
	}

	@Test
	void otherAddressesAreCachedForMinutesAndCompared() {
		for (String path : List.of(SCRIPT, SCRIPT + "?v=0123")) {
			HttpResponse<String> response = application.send(application.request(path));
			assertThat(response.headers().firstValue("Cache-Control")).contains("public, max-age=600");
			String tag = response.headers().firstValue("ETag").orElseThrow();
			HttpResponse<String> again = application
				.send(application.request(path).header("If-None-Match", "\"other\", " + tag));
			assertThat(again.statusCode()).isEqualTo(304);
			assertThat(again.body()).isEmpty();
		}
	}

	@Test
	void onlyReadingIsAllowed() {
		HttpResponse<String> head = application
			.send(application.request(SCRIPT).method("HEAD", HttpRequest.BodyPublishers.noBody()));
		assertThat(head.statusCode()).isEqualTo(200);
		assertThat(head.body()).isEmpty();
		HttpResponse<String> post = application
			.send(application.request(SETTINGS).POST(HttpRequest.BodyPublishers.ofString("{}")));
		assertThat(post.statusCode()).isEqualTo(405);
		assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
	}

	@Test
	void theSettingsContainWhatIsOn() {
		JsonNode settings = settings("Cookie", "consent=true");
		assertThat(settings.path("on").asBoolean()).isTrue();
		assertThat(settings.path("sample").asDouble()).isEqualTo(0.25);
		assertThat(settings.path("consent").asBoolean()).isFalse();
		assertThat(settings.path("store").asBoolean()).isTrue();
		assertThat(settings.path("interactions").asBoolean()).isFalse();
		assertThat(settings.has("key")).isFalse();
		assertThat(settings.path("points").toString())
			.isEqualTo("[{\"type\":\"buy\",\"selector\":\"#buy\",\"submit\":false,\"fields\":{\"sku\":\"data-sku\"}}]");
	}

	@Test
	void aTypeThatIsSwitchedOffIsLeftOut() {
		Settings.Holder holder = application.bean(Settings.Holder.class);
		holder.switches((base) -> base.withOff(java.util.Set.of("buy"), base.sinksOff()));
		try {
			assertThat(settings("Cookie", "consent=true").path("points").isEmpty()).isTrue();
		}
		finally {
			holder.switches((base) -> base);
		}
		assertThat(settings("Cookie", "consent=true").path("points").size()).isEqualTo(1);
	}

	@Test
	void theConsentIsThatOfRequests() {
		assertThat(settings("Accept", "*/*").path("on").asBoolean()).isFalse();
		assertThat(settings("Cookie", "consent=false").path("on").asBoolean()).isFalse();
		assertThat(settings("Cookie", "consent=true", "DNT", "1").path("on").asBoolean()).isFalse();
	}

	private static JsonNode settings(String... headers) {
		HttpResponse<String> response = application.send(application.request(SETTINGS).headers(headers));
		assertThat(response.headers().firstValue("Cache-Control")).contains("private, max-age=60");
		assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
		return Running.parse(response);
	}

	@Test
	void theFilesAreThoseOfWebFluxAsWell() {
		String script = application.send(application.request(SCRIPT)).body();
		try (Running reactive = Running.start(Running.Application.class, WebApplicationType.REACTIVE, PROPERTIES)) {
			HttpResponse<String> response = reactive.send(reactive.request(SCRIPT));
			assertThat(response.body()).isEqualTo(script);
			String tag = response.headers().firstValue("ETag").orElseThrow();
			assertThat(reactive.send(reactive.request(SCRIPT).header("If-None-Match", tag)).statusCode())
				.isEqualTo(304);
			assertThat(reactive.send(reactive.request(SCRIPT).DELETE()).statusCode()).isEqualTo(405);
			assertThat(Running.parse(reactive.send(reactive.request(SETTINGS).header("Cookie", "consent=true")))
				.path("on")
				.asBoolean()).isTrue();
			assertThat(Running.parse(reactive.send(reactive.request(SETTINGS))).path("on").asBoolean()).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void messagesOfAPageHaveTheFieldsThatAreBoundToTheVisit(WebApplicationType type) {
		try (Running bound = Running.start(BindingApplication.class, type, "cairn.collector.keys.web.token=web",
				"cairn.collector.keys.web.origins=*")) {
			bound.send(bound.request("/campaign"));
			String[] page = { "Origin", "http://shop.example", "X-Cairn-Key", "web" };
			bound.post("{\"type\": \"page.sent\"}", page);
			bound.post("{\"type\": \"page.sent\", \"fields\": {\"campaign\": \"own\", \"visitor\": \"claimed\"}}",
					page);
			bound.post("{\"type\": \"page.sent\"}", "X-Cairn-Key", "web");
			assertThat(bound.messages()).extracting((message) -> message.fields().get("campaign"))
				.containsExactly("summer", "own", null);
			assertThat(bound.messages().get(0).fields().get("visitor")).isNotNull()
				.isEqualTo(bound.messages().get(1).fields().get("visitor"));
		}
	}

	@Test
	void aPageCannotClaimAVisitor() {
		try (Running claimed = Running.start("cairn.collector.keys.web.token=web", "cairn.collector.keys.web.origins=*",
				"cairn.collector.keys.pos.token=pos")) {
			String claim = "{\"type\": \"page.sent\", \"fields\": {\"user_id\": \"victim\", \"visitor\": \"v\","
					+ " \"visit_id\": \"w\", \"device_class\": \"mobile\", \"sku\": \"s-7\"}}";
			claimed.post(claim, "Origin", "http://shop.example", "X-Cairn-Key", "web");
			claimed.post(claim, "Origin", "http://shop.example", "X-Cairn-Key", "web", "DNT", "1");
			claimed.post(claim, "X-Cairn-Key", "web");
			claimed.post(claim, "X-Cairn-Key", "pos");
			assertThat(claimed.messages()).extracting((message) -> message.fields().get("user_id"))
				.containsExactly(null, null, null, "victim");
			assertThat(claimed.messages().subList(0, 3))
				.allSatisfy((message) -> assertThat(message.fields()).containsEntry("sku", "s-7")
					.doesNotContainValue("v")
					.doesNotContainValue("w")
					.doesNotContainValue("mobile"));
		}
	}

	@Test
	void thereIsAVisitorOnWebFluxAsWell() {
		try (Running reactive = Running.start(Running.Application.class, WebApplicationType.REACTIVE,
				"cairn.collector.anonymous=true", "cairn.collector.keys.web.token=web",
				"cairn.collector.keys.web.origins=*")) {
			String page = "{\"type\": \"page.sent\", \"fields\": {\"visitor\": null}}";
			assertThat(reactive.post(page, "Origin", "http://shop.example", "X-Cairn-Key", "web").statusCode())
				.isEqualTo(202);
			assertThat(reactive.messages()).singleElement()
				.satisfies((message) -> assertThat(message.fields().get("visitor")).isNotNull());
			// A program is no visitor
			assertThat(reactive.post(page, "X-Cairn-Key", "web").statusCode()).isEqualTo(202);
			assertThat(reactive.messages().get(1).fields().get("visitor")).isNull();
		}
	}

	@Test
	void theTimeOfAPageIsCorrectedByItsClock() {
		try (Running other = Running.start("cairn.collector.keys.web.token=web",
				"cairn.collector.keys.web.origins=*")) {
			HttpResponse<String> response = other
				.send(other.request("/cairn/events?key=web&sent_at=2020-01-01T00:00:10Z")
					.header("Origin", "http://shop.example")
					.header("Content-Type", "text/plain")
					.POST(HttpRequest.BodyPublishers
						.ofString("{\"type\": \"page.sent\", \"timestamp\": \"2020-01-01T00:00:00Z\"}")));
			assertThat(response.statusCode()).isEqualTo(202);
			assertThat(other.messages().get(0).timestamp()).isAfter(Instant.now().minusSeconds(60));
		}
	}

	@Test
	void thereIsNoBeaconByDefault() {
		try (Running without = Running.start()) {
			assertThat(without.send(without.request(SCRIPT)).statusCode()).isEqualTo(404);
			assertThat(without.context().getBeanProvider(Beacon.class).getIfAvailable()).isNull();
		}
	}

	@ParameterizedTest
	@CsvSource({ "sample, 2, between 0 and 1", "max-age, -1s, cairn.beacon.max-age",
			"points.buy.fields.sku, value, begins with data-", "points.buy.type, exception, reserved",
			"points.buy.type, a b, type", "points.buy.selector, '', CSS selector" })
	void anInvalidPropertyFailsTheStart(String name, String value, String reason) {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(dev.cairn.spring.core.CairnAutoConfiguration.class,
					CollectorAutoConfiguration.class, BeaconAutoConfiguration.class))
			.withPropertyValues("cairn.collector.enabled=true", "cairn.beacon.enabled=true",
					"cairn.beacon.points.buy.selector=#buy", "cairn.beacon." + name + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.message()
				.satisfies((message) -> assertThat(message).contains(reason)));
	}

	@Configuration(proxyBeanMethods = false)
	@RestController
	static class BindingApplication extends Running.Application {

		@GetMapping("/campaign")
		void comes() {
			Cairn.get().bindToVisit("campaign", "summer");
		}

	}

}
