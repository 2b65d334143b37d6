package dev.cairn.spring.web.request;

import java.security.Principal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the visitors of requests, their visits and users, in running applications of
 * both web stacks. Each test has visitors of its own.
 */
@ParameterizedClass
@ValueSource(strings = { "servlet", "reactive" })
class VisitorsTests {

	private static final AtomicInteger PEOPLE = new AtomicInteger();

	@Parameter
	private String stack;

	private static RunningApplication application;

	private final String cookie = "cid=visitor-" + PEOPLE.incrementAndGet();

	@BeforeParameterizedClassInvocation
	static void start(String stack) {
		String[] properties = { "cairn.requests.visitor.cookie=cid", "cairn.requests.visitor.key=0123456789abcdef",
				"cairn.requests.visitor.authenticated-user=true", "cairn.fields.region=eu-1", "cairn.fields.zone=7",
				"cairn.requests.robots=acme-check/*", "cairn.requests.geo.headers=X-Country,CF-IPCountry",
				"cairn.live.conversions.checkout.steps=product.viewed,order.placed",
				"management.endpoints.web.exposure.include=cairnevents" };
		application = stack.equals("servlet") ? RunningApplication.start(ShopApplication.class, properties)
				: RunningApplication.startReactive(ShopApplication.class, properties);
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	private Map<String, Object> event(String path, String... headers) {
		application.forget();
		String[] all = headers;
		if (!List.of(headers).contains("Cookie")) {
			all = Arrays.copyOf(headers, headers.length + 2);
			all[headers.length] = "Cookie";
			all[headers.length + 1] = this.cookie;
		}
		assertThat(application.get(path, all).statusCode()).isEqualTo(200);
		List<Message> events = application.messages()
			.stream()
			.filter((message) -> message.type().startsWith("order.") || message.type().startsWith("product."))
			.toList();
		return events.isEmpty() ? Map.of() : events.get(0).fields();
	}

	private static JsonNode total() {
		return RunningApplication.json(application.get("/actuator/cairnevents?per=day").body()).at("/per/day/total");
	}

	@Test
	void aVisitorWhoLogsInIsOnePersonInEventsCountsAndConversions() {
		long visitors = total().path("visitors").asLong();
		long viewed = total().at("/conversions/checkout/steps/0/visitors").asLong();
		long placed = total().at("/conversions/checkout/steps/1/visitors").asLong();
		Map<String, Object> before = event("/publishes/product.viewed");
		assertThat(before).containsKeys("visitor", "visit_id").doesNotContainKey("user_id");
		event("/identifies/user-a" + this.stack);
		assertThat(application.only("visitor.identified").fields()).containsEntry("visitor", before.get("visitor"))
			.containsEntry("visit_id", before.get("visit_id"))
			.containsEntry("user_id", "user-a" + this.stack);
		assertThat(event("/publishes/order.placed")).containsEntry("user_id", "user-a" + this.stack)
			.containsEntry("visitor", before.get("visitor"))
			.containsEntry("visit_id", before.get("visit_id"));
		assertThat(application.requests("/publishes/{type}").get(0).fields())
			.containsEntry("user_id", "user-a" + this.stack)
			.containsEntry("visit_id", before.get("visit_id"));
		assertThat(total().path("visitors").asLong()).isEqualTo(visitors + 1);
		assertThat(total().at("/conversions/checkout/steps/0/visitors").asLong()).isEqualTo(viewed + 1);
		assertThat(total().at("/conversions/checkout/steps/1/visitors").asLong()).isEqualTo(placed + 1);
	}

	@Test
	void aPairOfIdsIsPublishedOnce() {
		event("/identifies/user-b");
		application.only("visitor.identified");
		event("/identifies/user-b");
		event("/aliases/customer-9");
		assertThat(application.only("visitor.aliased").fields()).containsEntry("alias", "customer-9")
			.containsEntry("user_id", "user-b")
			.containsKeys("visitor", "visit_id");
		event("/aliases/customer-9");
		assertThat(application.messages()).extracting(Message::type)
			.doesNotContain("visitor.identified", "visitor.aliased");
	}

	@ParameterizedTest
	@CsvSource({ "DNT, 1", "Sec-GPC, 1", "User-Agent, acme-check/2.0", "User-Agent, kube-probe/1.29" })
	void whoDoesNotConsentOrIsARobotIsNotIdentified(String header, String value) {
		event("/identifies/user-c", header, value);
		event("/aliases/customer-c", header, value);
		event("/binds", header, value);
		Map<String, Object> fields = event("/publishes/order.placed", header, value);
		assertThat(fields).doesNotContainKeys("visitor", "visit_id", "user_id", "campaign", "plan");
		assertThat(application.messages()).extracting(Message::type).noneMatch((type) -> type.startsWith("visitor."));
		assertThat(fields.get("device_class")).isEqualTo(header.equals("User-Agent") ? "robot" : null);
	}

	@Test
	void fieldsAreBoundToTheVisitAndToTheUser() {
		event("/identifies/user-d" + this.stack);
		event("/binds");
		assertThat(event("/publishes/order.placed")).containsEntry("campaign", "summer").containsEntry("plan", "gold");
		assertThat(application.requests("/publishes/{type}").get(0).fields()).containsEntry("campaign", "summer");
		assertThat(event("/publishes/order.placed", "Cookie", "cid=other" + this.cookie)).doesNotContainKeys("campaign",
				"plan");
		event("/unbinds");
		assertThat(event("/publishes/order.placed")).doesNotContainKey("campaign").containsEntry("plan", "gold");
	}

	@Test
	void fieldsOfTheProcessAreThoseOfAllMessagesWithoutThem() {
		assertThat(event("/publishes/order.placed")).containsEntry("region", "eu-1").containsEntry("zone", "7");
		assertThat(application.requests("/publishes/{type}").get(0).fields()).containsEntry("region", "eu-1");
		application.forget();
		application.bean(Cairn.class).event("night.came").field("region", "us-2").publish();
		assertThat(application.only("night.came").fields()).containsEntry("region", "us-2").containsEntry("zone", "7");
	}

	@Test
	void theAuthenticatedUserIsTheUserOfTheVisitor() {
		assertThat(event("/publishes/order.placed", "X-User", "ann")).containsEntry("user_id", "ann");
		assertThat(application.only("visitor.identified").fields()).containsEntry("user_id", "ann");
		assertThat(event("/publishes/order.placed")).containsEntry("user_id", "ann");
	}

	@ParameterizedTest
	@CsvSource({ "X-Country, de, DE", "CF-IPCountry, AT, AT", "CF-IPCountry, XX,", "CF-IPCountry, T1,",
			"CF-IPCountry, <script>,", "X-AppEngine-Country, AT," })
	void theCountryIsThatOfTheConfiguredHeaders(String header, String value, String country) {
		event("/publishes/order.placed", header, value);
		assertThat(application.requests("/publishes/{type}").get(0).fields().get("country")).isEqualTo(country);
		event("/publishes/order.placed", header, value, "DNT", "1");
		assertThat(application.requests("/publishes/{type}").get(0).fields()).doesNotContainKey("country");
	}

	@Test
	void callsOutsideOfARequestHaveNoEffectUnlessTheyAreWrong() {
		Cairn cairn = application.bean(Cairn.class);
		application.forget();
		cairn.identify("user-e");
		cairn.alias("customer-e");
		cairn.bindToVisit("campaign", "winter");
		cairn.bindToUser("plan", "silver");
		assertThat(cairn.visitorFields()).isEmpty();
		assertThat(application.messages()).isEmpty();
		assertThatIllegalArgumentException().isThrownBy(() -> cairn.identify(""))
			.withMessageContaining("user must have");
		assertThatIllegalArgumentException().isThrownBy(() -> cairn.alias("x".repeat(201)))
			.withMessageContaining("but has 201");
		assertThatIllegalArgumentException().isThrownBy(() -> cairn.bindToVisit("a b", 1));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ShopController.class)
	static class ShopApplication {

		@Bean
		Filter userFilter() {
			return (request, response, chain) -> {
				String user = ((HttpServletRequest) request).getHeader("X-User");
				chain.doFilter((user != null) ? new HttpServletRequestWrapper((HttpServletRequest) request) {

					@Override
					public Principal getUserPrincipal() {
						return () -> user;
					}

				} : request, response);
			};
		}

		@Bean
		WebFilter userWebFilter() {
			return (exchange, chain) -> {
				String user = exchange.getRequest().getHeaders().getFirst("X-User");
				return chain
					.filter((user != null) ? exchange.mutate().principal(Mono.just(() -> user)).build() : exchange);
			};
		}

	}

	@RestController
	static class ShopController {

		private final Cairn cairn;

		ShopController(Cairn cairn) {
			this.cairn = cairn;
		}

		@GetMapping("/publishes/{type}")
		String publishes(@PathVariable("type") String type) {
			this.cairn.event(type).publish();
			return "";
		}

		@GetMapping("/identifies/{user}")
		String identifies(@PathVariable("user") String user) {
			this.cairn.identify(user);
			return "";
		}

		@GetMapping("/aliases/{id}")
		String aliases(@PathVariable("id") String id) {
			Cairn.get().alias(id);
			return "";
		}

		@GetMapping("/binds")
		String binds() {
			this.cairn.bindToVisit("campaign", "summer");
			this.cairn.bindToVisit("region", "eu-1");
			this.cairn.bindToUser("plan", "gold");
			return "";
		}

		@GetMapping("/unbinds")
		String unbinds() {
			this.cairn.bindToVisit("campaign", null);
			return "";
		}

	}

}
