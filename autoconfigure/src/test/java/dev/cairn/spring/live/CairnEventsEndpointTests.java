package dev.cairn.spring.live;

import java.util.Base64;

import dev.cairn.Cairn;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CairnEventsEndpoint} in a running application.
 */
class CairnEventsEndpointTests {

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(LiveApplication.class,
				"management.endpoints.web.exposure.include=cairnevents",
				"cairn.live.conversions.checkout.steps=product.viewed,order.placed", "cairn.live.pages=/shop/*");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void showsPageViewsVisitorsAndConversions() {
		for (String visitor : new String[] { "browser one", "browser two", "browser three" }) {
			application.get("/shop/product", "User-Agent", visitor);
			application.get("/shop/product", "User-Agent", visitor);
		}
		application.get("/shop/order", "User-Agent", "browser two");
		application.get("/shop/order", "User-Agent", "browser four");
		application.get("/shop/product", "User-Agent", "browser five", "DNT", "1");
		RunningApplication.await(() -> total("?per=day").path("page_views").asInt() == 9);
		JsonNode total = total("?per=day");
		assertThat(total.path("visitors").asInt()).isEqualTo(4);
		assertThat(total.path("types").path("product.viewed").asInt()).isEqualTo(7);
		assertThat(total.path("types").path("http.request").asInt()).isEqualTo(9);
		JsonNode checkout = total.path("conversions").path("checkout");
		assertThat(checkout.path("steps").path(0).path("type").asString()).isEqualTo("product.viewed");
		assertThat(checkout.path("steps").path(0).path("visitors").asInt()).isEqualTo(3);
		assertThat(checkout.path("steps").path(1).path("visitors").asInt()).isEqualTo(1);
		assertThat(checkout.path("rate").asDouble()).isEqualTo(0.3333);
		JsonNode all = json("");
		assertThat(all.path("per").propertyNames()).containsExactly("minute", "hour", "day");
		assertThat(all.path("per").path("day").path("slots")).isNotEmpty();
		assertThat(all.path("missed").asInt()).isZero();
		assertThat(all.path("forgotten").path("checkout").asInt()).isZero();
		assertThat(all.has("note")).isFalse();
	}

	@Test
	void givesSketchesOfVisitorsIfTheyAreAskedFor() {
		application.get("/shop/product", "User-Agent", "browser six");
		RunningApplication.await(() -> total("?per=day").path("visitors").asInt() > 0);
		JsonNode total = total("?per=day&sketches=true");
		HyperLogLogCounter counter = new HyperLogLogCounter();
		if (counter.sketch() != null) {
			counter.addSketch(Base64.getDecoder().decode(total.path("sketch").asString()));
			assertThat(counter.count()).isEqualTo(total.path("visitors").asLong());
		}
		else {
			assertThat(total.has("sketch")).isFalse();
		}
		assertThat(total("?per=day").has("sketch")).isFalse();
	}

	@Test
	void refusesAnotherPeriod() {
		assertThat(application.get("/actuator/cairnevents?per=year").statusCode()).isEqualTo(400);
	}

	@Test
	void countsNothingWhereTheEndpointIsNotExposed() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(LiveApplication.class)) {
			assertThat(other.context().getBeansOfType(LiveEvents.class)).isEmpty();
		}
	}

	private static JsonNode total(String query) {
		return json(query).path("per").path("day").path("total");
	}

	private static JsonNode json(String query) {
		return RunningApplication.json(application.get("/actuator/cairnevents" + query).body());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(LiveController.class)
	static class LiveApplication {

	}

	@RestController
	static class LiveController {

		private final Cairn cairn;

		LiveController(Cairn cairn) {
			this.cairn = cairn;
		}

		@GetMapping("/shop/product")
		String product() {
			this.cairn.event("product.viewed").publish();
			return "";
		}

		@GetMapping("/shop/order")
		String order() {
			this.cairn.event("order.placed").publish();
			return "";
		}

	}

}
