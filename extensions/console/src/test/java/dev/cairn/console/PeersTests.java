package dev.cairn.console;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.cairn.Cairn;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The console of three instances: two on Spring MVC, one on WebFlux. Each knows all of
 * them, also itself, as with one configuration for all.
 */
class PeersTests {

	/** The library of the sketches refuses later ones. */
	private static final int LAST_JDK_WITH_SKETCHES = 21;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final List<Running> fleet = new ArrayList<>();

	@BeforeAll
	static void start() {
		for (WebApplicationType type : List.of(WebApplicationType.SERVLET, WebApplicationType.SERVLET,
				WebApplicationType.REACTIVE)) {
			fleet.add(Running.start(Fleet.class, type, "cairn.console.peers-timeout=60s",
					"management.endpoints.web.exposure.include=cairnevents,cairnconfig",
					"cairn.live.conversions.checkout.steps=cart.added,order.placed"));
		}
		List<Instance> all = new ArrayList<>();
		for (Running each : fleet) {
			all.add(Instance.of("shop-" + (all.size() + 1),
					URI.create("http://127.0.0.1:" + each.port("server") + "/actuator/")));
		}
		fleet.forEach((each) -> each.bean(Fleet.Known.class).now().set(List.copyOf(all)));
	}

	@AfterAll
	static void stop() {
		fleet.forEach(Running::close);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 2 })
	void eachListsTheOthersAndRecognizesItself(int reader) {
		JsonNode instances = fleet.get(reader).json("instances").path("instances");
		assertThat(instances.valueStream().map((each) -> each.path("id").asString())).containsExactly("self", "shop-1",
				"shop-2", "shop-3");
		assertThat(instances.valueStream().map((each) -> each.path("state").asString())).containsExactlyElementsOf(
				(reader == 0) ? List.of("up", "same", "up", "up") : List.of("up", "up", "up", "same"));
		assertThat(instances.get(0).path("hostname").asString()).isNotEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "0, 2", "2, 0", "0, 1" })
	void aPeerIsReadThrough(int reader, int read) {
		Running peer = fleet.get(read);
		peer.get("/orders/" + (1000 + read));
		JsonNode request = peer.awaitRequest("where=order=" + (1000 + read),
				(each) -> each.path("state").asString().equals("ended"));
		String prefix = "instances/shop-" + (read + 1) + "/";
		Running console = fleet.get(reader);
		assertThat(console.json(prefix + "requests?where=order%3D" + (1000 + read)).path("requests").get(0))
			.isEqualTo(request);
		String id = request.path("id").asString();
		assertThat(console.json(prefix + "requests/" + id)).isEqualTo(peer.json("requests/" + id));
		assertThat(console.json(prefix + "live").path("history").path("per_second")).hasSize(300);
		JsonNode session = console.json(prefix + "session");
		assertThat(session.path("instance")).isEqualTo(peer.json("session").path("instance"));
		assertThat(session.path("endpoints").path("cairnswitches"))
			.isEqualTo(Running.parse("{\"href\":\"api/cairnswitches\",\"methods\":[\"GET\"]}"));
		assertThat(console.json(prefix + "cairnswitches").path("kinds").size()).isPositive();
		assertThat(console.json(prefix + "cairnmetrics?window=1m").path("window").asString()).isEqualTo("1m");
		assertThat(console.get(Running.CONSOLE + "/api/" + prefix + "requests/zzzzzzzz").statusCode()).isEqualTo(404);
		assertThat(console.get(Running.CONSOLE + "/api/" + prefix + "requests?limit=0").body())
			.contains("limit must be a number from 1 to 500");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 2 })
	void countsAreTheSumOfAllInstances(int reader) {
		for (int i = 0; i < fleet.size(); i++) {
			for (int j = 0; j <= i; j++) {
				fleet.get(i).get("/orders/1");
				fleet.get(i).get("/fail/same");
			}
		}
		Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
			JsonNode sum = fleet.get(reader).json("instances/all/live");
			assertThat(sum.path("requests").path("active").asInt()).isZero();
			for (String path : List.of("/requests/total", "/requests/failed", "/events/order.viewed/total",
					"/incidents/failures", "/channels/memory/offered", "/channels/memory/delivered")) {
				assertThat(sum.at(path).asLong()).as(path)
					.isPositive()
					.isEqualTo(fleet.stream().mapToLong((each) -> each.json("live").at(path).asLong()).sum());
			}
			assertThat(sum.path("instances").path("counted")).hasSize(3);
			assertThat(sum.path("instances").path("missing")).isEmpty();
		});
		JsonNode sum = fleet.get(reader).json("instances/all/live");
		assertThat(sum.path("history").path("per_second")).hasSize(300);
		assertThat(sum.at("/channels/memory/state").asString()).isEqualTo("up");
	}

	@Test
	void groupsOfFailuresAreOneOverAllInstances() {
		String marker = "/fail/group";
		String errorId = "";
		for (Running each : fleet) {
			errorId = each.get(marker).headers().firstValue("X-Error-Id").orElseThrow();
			each.awaitRequest("status=5xx&where=error_id=" + errorId, (found) -> true);
		}
		Running console = fleet.get(0);
		JsonNode groups = console.json("instances/all/incidents").path("groups");
		long own = fleet.stream()
			.mapToLong((each) -> each.json("incidents")
				.path("groups")
				.valueStream()
				.mapToLong((group) -> group.path("count").asLong())
				.sum())
			.sum();
		assertThat(groups.valueStream().mapToLong((group) -> group.path("count").asLong()).sum()).isEqualTo(own);
		assertThat(groups.valueStream().map((group) -> group.path("group").asString())).doesNotHaveDuplicates();
		JsonNode found = console.json("instances/all/find?id=" + errorId);
		assertThat(found.path("requests")).hasSize(1);
		assertThat(found.path("requests").get(0).path("instance").asString()).isEqualTo("shop-3");
		String group = found.path("incidents").get(0).path("group").asString();
		JsonNode detail = console.json("instances/all/incidents/" + group);
		assertThat(detail.path("incidents").valueStream().map((each) -> each.path("error_id").asString()))
			.contains(errorId);
		assertThat(detail.path("trend")).hasSize(60);
		assertThat(console.get(Running.CONSOLE + "/api/instances/all/incidents/0000000000000000").statusCode())
			.isEqualTo(404);
	}

	/** Each instance has ids of its own, so a page of all begins with the newest. */
	@ParameterizedTest
	@ValueSource(ints = { 0, 2 })
	void theFeedHasTheNewestRequestsOfAllInstances(int reader) {
		int first = 5000 + 1000 * reader;
		for (int i = 0; i < 2 * fleet.size(); i++) {
			String order = String.valueOf(first + i);
			Running each = fleet.get(i % fleet.size());
			each.get("/orders/" + order);
			each.awaitRequest("where=order=" + order, (found) -> found.path("state").asString().equals("ended"));
		}
		Running console = fleet.get(reader);
		JsonNode feed = console.json("instances/all/requests?where=order%3D" + first);
		assertThat(feed.path("requests").valueStream().map((each) -> each.path("instance").asString()))
			.containsExactly((reader == 0) ? "self" : "shop-1");
		List<JsonNode> all = console.json("instances/all/requests?route=/orders/*")
			.path("requests")
			.valueStream()
			.toList();
		assertThat(all.stream().limit(2L * fleet.size()).map((each) -> each.path("path").asString()))
			.containsExactlyElementsOf(
					IntStream.range(0, 2 * fleet.size()).mapToObj((i) -> "/orders/" + (first + 5 - i)).toList());
		assertThat(all).hasSizeLessThanOrEqualTo(Sums.MAX_REQUESTS);
		JsonNode newest = all.get(0);
		Running owner = fleet.get(2);
		assertThat(newest.path("instance").asString()).isEqualTo((reader == 2) ? "self" : "shop-3");
		assertThat(owner.json("requests/" + newest.path("id").asString()).path("path")).isEqualTo(newest.path("path"));
		assertThat(console.get(Running.CONSOLE + "/api/instances/all/requests?after=1").statusCode()).isEqualTo(400);
		assertThat(console.get(Running.CONSOLE + "/api/instances/all/requests/1").statusCode()).isEqualTo(404);
	}

	@Test
	void eventsAreAddedAndTheirMessagesJoined() {
		fleet.forEach((each) -> each.bean(Cairn.class).event("fleet.event").field("number", 7).publish());
		Running console = fleet.get(1);
		JsonNode type = console.json("instances/all/events")
			.path("types")
			.valueStream()
			.filter((each) -> each.path("type").asString().equals("fleet.event"))
			.findFirst()
			.orElseThrow();
		assertThat(type.path("total").asInt()).isEqualTo(3);
		JsonNode messages = console.json("instances/all/events/fleet.event").path("published");
		assertThat(messages.valueStream().map((each) -> each.path("instance").asString()))
			.containsExactlyInAnyOrder("self", "shop-1", "shop-3");
		assertThat(console.json("instances/all/search?where=fleet.event").path("published")).hasSize(3);
	}

	/** An average of the 99th percentiles would be about 700 ms. */
	@Test
	void percentilesOfTheSumAreThoseOfAllRequests() {
		Running console = fleet.get(0);
		Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
			for (int i = 0; i < 999; i++) {
				fleet.get(0).bean(RequestFigures.class).ended(Duration.ofMillis(100), false, false);
			}
			fleet.get(1).bean(RequestFigures.class).ended(Duration.ofMillis(1300), false, true);
			fleet.get(1).bean(RequestFigures.class).ended(Duration.ofMillis(1300), false, true);
			JsonNode requests = console.json("instances/all/live").path("requests");
			assertThat(requests.path("p99_ms").asDouble()).isBetween(100.0, 113.0);
			assertThat(requests.path("max_ms").asDouble()).isGreaterThanOrEqualTo(1300.0);
			assertThat(fleet.get(1).json("live").path("requests").path("p99_ms").asDouble()).isGreaterThan(1200);
		});
	}

	@Test
	void metersAreMergedByTheirBuckets() {
		for (int i = 0; i < 999; i++) {
			fleet.get(0)
				.bean(MeterRegistry.class)
				.timer("fleet.pay", "country", "de")
				.record(10, TimeUnit.MILLISECONDS);
		}
		fleet.get(1).bean(MeterRegistry.class).timer("fleet.pay", "country", "de").record(500, TimeUnit.MILLISECONDS);
		fleet.get(2).bean(MeterRegistry.class).timer("fleet.pay", "country", "fr").record(700, TimeUnit.MILLISECONDS);
		Running console = fleet.get(2);
		JsonNode meters = console.json("instances/all/cairnmetrics?window=15m").path("meters");
		JsonNode german = only(meters, "de");
		assertThat(german.path("count").asInt()).isEqualTo(1000);
		assertThat(german.path("p99").asDouble()).isCloseTo(10, within(0.1));
		assertThat(german.path("max").asDouble()).isCloseTo(500, within(5.0));
		assertThat(german.path("mean").asDouble()).isCloseTo(10.49, within(0.01));
		assertThat(only(meters, "fr").path("count").asInt()).isOne();
		JsonNode detail = console.json("instances/all/cairnmetrics/fleet.pay").path("meters");
		assertThat(only(detail, "de").path("1m").path("count").asInt()).isEqualTo(1000);
		assertThat(only(detail, "de").path("15m").path("p99.9").asDouble()).isCloseTo(10, within(0.1));
		assertThat(console.get(Running.CONSOLE + "/api/instances/all/cairnmetrics/no.such.meter").statusCode())
			.isEqualTo(404);
		assertThat(console.get(Running.CONSOLE + "/api/instances/all/cairnmetrics?where=p99%3E1ms").statusCode())
			.isEqualTo(400);
	}

	private static JsonNode only(JsonNode meters, String country) {
		return meters.valueStream()
			.filter((each) -> each.path("name").asString("fleet.pay").equals("fleet.pay")
					&& each.path("tags").path("country").asString("").equals(country))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void aVisitorOfSeveralInstancesCountsOnce() {
		publish(fleet.get(0), "anna", "ben");
		publish(fleet.get(1), "ben", "cleo");
		publish(fleet.get(2), "cleo", "dora");
		Running console = fleet.get(0);
		Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
			JsonNode total = console.json("instances/all/cairnevents?per=day").at("/per/day/total");
			assertThat(total.path("types").path("cart.added").asInt()).isEqualTo(6);
			assertThat(total.path("types").path("order.placed").asInt()).isEqualTo(6);
			assertThat(total.path("conversions").path("checkout").path("steps").get(1).path("visitors").asInt())
				.isEqualTo(6);
			assertThat(total.path("conversions").path("checkout").path("rate").asDouble()).isEqualTo(1);
			JsonNode own = Running.parse(console.get("/actuator/cairnevents?per=day").body()).at("/per/day/total");
			assertThat(own.has("sketch")).isFalse();
			long added = fleet.stream()
				.mapToLong((each) -> Running.parse(each.get("/actuator/cairnevents?per=day").body())
					.at("/per/day/total/visitors")
					.asLong())
				.sum();
			if (Runtime.version().feature() <= LAST_JDK_WITH_SKETCHES) {
				assertThat(total.path("visitors").asLong()).isEqualTo(added - 2);
			}
			else {
				assertThat(total.path("visitors").isNull()).isTrue();
			}
		});
		JsonNode all = console.json("instances/all/cairnevents");
		assertThat(all.path("per").propertyNames()).containsExactly("minute", "hour", "day");
		assertThat(all.at("/per/hour/slots").size()).isPositive();
		assertThat(all.has("note")).isFalse();
	}

	private static void publish(Running instance, String... visitors) {
		for (String visitor : visitors) {
			instance.bean(Cairn.class).event("cart.added").field("visitor", visitor).publish();
			instance.bean(Cairn.class).event("order.placed").field("visitor", visitor).publish();
		}
	}

	@Test
	void theSumHasWhatThePageNeeds() {
		JsonNode session = fleet.get(0).json("instances/all/session");
		assertThat(session.path("hostname").asString()).isEqualTo("3 instances");
		assertThat(session.path("endpoints").propertyNames()).containsExactlyInAnyOrder("cairnmetrics", "cairnevents");
		assertThat(fleet.get(0).get(Running.CONSOLE + "/api/instances/all/cairnconfig").statusCode()).isEqualTo(404);
		assertThat(fleet.get(0).get(Running.CONSOLE + "/api/instances/all/find?id=x").statusCode()).isEqualTo(400);
	}

	@Test
	void withoutPeersThereAreNone() {
		try (Running alone = Running.start()) {
			assertThat(alone.json("instances").path("instances")).isEmpty();
		}
	}

}
