package dev.cairn.integration;

import java.util.Map;
import java.util.Objects;

import brave.Span.Kind;
import brave.handler.MutableSpan;
import dev.cairn.Cairn;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.ImportHttpServices;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that each HTTP client that Spring Boot builds passes on the trace and the bound
 * values, with and without a tracer.
 */
class ClientBuildersTests {

	private static final String BAGGAGE = "cairn.context.baggage=customer";

	private static Service stock;

	@BeforeAll
	static void start() {
		stock = Service.start(StockApplication.class, BAGGAGE);
	}

	@AfterAll
	static void stop() {
		stock.close();
	}

	private static Service shop(String... properties) {
		stock.forget();
		return Service.start(ShopApplication.class, ListenerContract.with(properties, BAGGAGE, "stock.url=" + url(),
				"spring.http.serviceclient.stock.base-url=" + url()));
	}

	private static String url() {
		return "http://127.0.0.1:" + stock.port();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/rest-client", "/rest-template", "/web-client", "/http-service" })
	void theTraceAndTheBoundValuesArePassedOn(String path) throws Exception {
		try (Service shop = shop()) {
			assertThat(shop.get(path).body()).isEqualTo("5");
			MutableSpan server = shop.spans().only("http get " + path);
			MutableSpan client = shop.spans().only(Kind.CLIENT);
			MutableSpan called = stock.spans().only("http get /stock");
			assertThat(client.parentId()).isEqualTo(server.id());
			assertThat(called.parentId()).isEqualTo(client.id());
			assertThat(called.traceId()).isEqualTo(server.traceId());
			assertThat(client.tag("customer")).isEqualTo("ann");
			assertThat(called.tag("customer")).isEqualTo("ann");
			assertCalled(server.traceId());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/rest-client", "/rest-template", "/web-client", "/http-service" })
	void theIdAndTheBoundValuesArePassedOnWithoutTracer(String path) throws Exception {
		try (Service shop = shop(Service.WITHOUT_TRACER)) {
			assertCalled(shop.get(path).headers().firstValue("X-Trace-Id").orElseThrow());
		}
	}

	private static void assertCalled(String traceId) {
		assertThat(stock.messages("stock.asked")).singleElement().satisfies((event) -> {
			assertThat(Objects.requireNonNull(event.trace()).traceId()).isEqualTo(traceId);
			assertThat(event.fields().get("context")).isEqualTo(Map.of("customer", "ann"));
		});
	}

	interface Stock {

		@GetExchange("/stock")
		String ask();

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(StockController.class)
	static class StockApplication {

	}

	@RestController
	static class StockController {

		private final Cairn cairn;

		StockController(Cairn cairn) {
			this.cairn = cairn;
		}

		@GetMapping("/stock")
		String ask() {
			this.cairn.event("stock.asked").publish();
			return "5";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@ImportHttpServices(group = "stock", types = Stock.class)
	@Import(ShopController.class)
	static class ShopApplication {

	}

	@RestController
	static class ShopController {

		private final Cairn cairn;

		private final RestClient restClient;

		private final RestTemplate restTemplate;

		private final WebClient webClient;

		private final Stock stock;

		ShopController(Cairn cairn, RestClient.Builder restClient, RestTemplateBuilder restTemplate,
				WebClient.Builder webClient, Stock stock, Environment environment) {
			String url = environment.getRequiredProperty("stock.url");
			this.cairn = cairn;
			this.restClient = restClient.baseUrl(url).build();
			this.restTemplate = restTemplate.rootUri(url).build();
			this.webClient = webClient.baseUrl(url).build();
			this.stock = stock;
		}

		@GetMapping("/rest-client")
		@Nullable String restClient() {
			this.cairn.bind("customer", "ann");
			return this.restClient.get().uri("/stock").retrieve().body(String.class);
		}

		@GetMapping("/rest-template")
		@Nullable String restTemplate() {
			this.cairn.bind("customer", "ann");
			return this.restTemplate.getForObject("/stock", String.class);
		}

		@GetMapping("/web-client")
		@Nullable String webClient() {
			this.cairn.bind("customer", "ann");
			return this.webClient.get().uri("/stock").retrieve().bodyToMono(String.class).block();
		}

		@GetMapping("/http-service")
		String httpService() {
			this.cairn.bind("customer", "ann");
			return this.stock.ask();
		}

	}

}
