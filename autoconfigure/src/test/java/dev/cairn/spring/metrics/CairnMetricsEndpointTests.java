package dev.cairn.spring.metrics;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import dev.cairn.Cairn;
import dev.cairn.metrics.Distribution;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class CairnMetricsEndpointTests {

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(Application.class, "management.endpoints.web.exposure.include=*",
				"cairn.metrics.max-tag-values=20");
		Cairn cairn = application.bean(Cairn.class);
		MeterRegistry registry = application.bean(MeterRegistry.class);
		for (int i = 1; i <= 1000; i++) {
			registry.timer("orders.pay", "country", "de").record(i, TimeUnit.MILLISECONDS);
			registry.timer("orders.pay", "country", "fr").record(i, TimeUnit.MICROSECONDS);
			cairn.incr("orders.visits", "user", "u" + i);
			cairn.record("orders.size", 3);
		}
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@ParameterizedTest
	@CsvSource(delimiterString = " -> ", textBlock = """
			?where=orders.pay -> 2
			?where=orders.*&where=country=de -> 1
			?where=orders.*&where=p99%3E250ms -> 1
			?where=orders.*&where=p99%3E=0.5s -> 1
			?where=orders.pay&where=p99%3C250ms -> 1
			?where=orders.pay&where=count%3D1000&where=country!%3Dfr -> 1
			?where=orders.pay&where=mean%3E0.4&where=country=f* -> 1
			?where=orders.size&window=1m -> 1
			?where=nothing -> 0
			""")
	void answersQuestions(String query, int expected) throws Exception {
		HttpResponse<String> answer = application.get("/actuator/cairnmetrics" + query);
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(RunningApplication.json(answer.body()).get("meters").size()).as(answer.body()).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiterString = " -> ", textBlock = """
			?where=p99%3Equick -> quick
			?where=p42%3E1 -> there is no number
			?window=2m -> window must be one of [1m
			""")
	void refusesWhatItDoesNotUnderstand(String query, String reason) throws Exception {
		HttpResponse<String> answer = application.get("/actuator/cairnmetrics" + query);
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).contains(reason);
	}

	@Test
	void showsPercentilesOverThreeWindows() throws Exception {
		JsonNode meters = RunningApplication.json(application.get("/actuator/cairnmetrics/orders.pay").body())
			.get("meters");
		JsonNode german = meters.get("de".equals(meters.get(0).get("tags").get("country").asString()) ? 0 : 1);
		for (String window : List.of("1m", "5m", "15m")) {
			JsonNode numbers = german.get(window);
			assertThat(numbers.get("count").asLong()).isEqualTo(1000);
			assertThat(numbers.get("p50").asDouble()).isCloseTo(500, within(5.0));
			assertThat(numbers.get("p99").asDouble()).isCloseTo(990, within(9.9));
			assertThat(numbers.get("p99.9").asDouble()).isCloseTo(999, within(9.99));
			assertThat(numbers.get("mean").asDouble()).isEqualTo(500.5);
			assertThat(numbers.get("stddev").asDouble()).isCloseTo(288.7, within(2.9));
			assertThat(numbers.get("max").asDouble()).isCloseTo(1000, within(10.0));
			assertThat(numbers.get("rate").asDouble()).isPositive();
		}
	}

	@Test
	void givesBucketsThatCanBeMerged() throws Exception {
		JsonNode meter = RunningApplication
			.json(application.get("/actuator/cairnmetrics/orders.size?buckets=true").body())
			.get("meters")
			.get(0);
		JsonNode buckets = meter.get("15m").get("buckets");
		Map<Integer, Long> counts = new TreeMap<>();
		buckets.get("counts")
			.properties()
			.forEach((e) -> counts.put(Integer.valueOf(e.getKey()), e.getValue().asLong()));
		Distribution here = Distribution.of(counts, buckets.get("sum").asDouble());
		assertThat(here.merge(here).count()).isEqualTo(2000);
		assertThat(here.merge(here).percentile(0.5)).isCloseTo(3, within(0.03));
	}

	@Test
	void givesTheBucketsOfAllMetersIfTheyAreAskedFor() throws Exception {
		JsonNode with = RunningApplication
			.json(application.get("/actuator/cairnmetrics?where=orders.pay&buckets=true").body())
			.get("meters");
		assertThat(with).hasSize(2).allSatisfy((meter) -> assertThat(meter.get("buckets").get("counts")).isNotEmpty());
		JsonNode without = RunningApplication.json(application.get("/actuator/cairnmetrics?where=orders.pay").body())
			.get("meters");
		assertThat(without).hasSize(2).allSatisfy((meter) -> assertThat(meter.has("buckets")).isFalse());
	}

	@Test
	void showsWhatWasFolded() throws Exception {
		JsonNode all = RunningApplication.json(application.get("/actuator/cairnmetrics?where=orders.visits").body());
		assertThat(all.get("folded").get("orders.visits/user").asLong()).isEqualTo(980);
		assertThat(all.get("meters").size()).isEqualTo(21);
	}

	@Test
	void hasNoOtherNames() {
		assertThat(application.get("/actuator/cairnmetrics/unknown").statusCode()).isEqualTo(404);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
