package dev.cairn.console;

import java.net.CookieManager;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console of an application that restricts its endpoints to a role.
 */
class SecuredConsoleTests {

	private static final List<String> PATHS = List.of("", "/", "/index.html", "/api/session", "/api/live",
			"/api/stream", "/api/requests", "/api/requests/1", "/api/find?id=abcd", "/api/incidents", "/api/events",
			"/api/search", "/lib/any/file.js", "/unknown");

	private static final List<UserDetails> USERS = List.of(
			User.withUsername("reader").password("{noop}pw").roles("USER").build(),
			User.withUsername("operator").password("{noop}pw").roles("OPERATOR").build());

	static Running start(WebApplicationType type) {
		return Running.start((type == WebApplicationType.SERVLET) ? Secured.class : SecuredReactive.class, type,
				"spring.autoconfigure.exclude=", "management.endpoint.cairnswitches.access=unrestricted");
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void nothingIsReachedOrChangedWithoutTheRole(WebApplicationType type) {
		try (Running started = start(type)) {
			Running application = new Running(started.context(),
					HttpClient.newBuilder().cookieHandler(new CookieManager()).build());
			for (String path : PATHS) {
				assertThat(application.get(Running.CONSOLE + path).statusCode()).as(path).isEqualTo(401);
				assertThat(application.send(as("reader", application.request(Running.CONSOLE + path))).statusCode())
					.as(path)
					.isEqualTo(403);
			}
			HttpResponse<String> session = application
				.send(as("operator", application.request(Running.CONSOLE + "/api/session")));
			assertThat(session.statusCode()).isEqualTo(200);
			JsonNode described = Running.parse(session.body());
			assertThat(described.path("user").asString()).isEqualTo("operator");
			assertThat(described.path("csrf").path("header").asString()).isEqualTo("X-CSRF-TOKEN");
			HttpRequest.BodyPublisher change = HttpRequest.BodyPublishers
				.ofString("{\"kind\":\"event\",\"target\":\"order.viewed\",\"value\":\"off\"}");
			assertThat(application
				.send(as("operator", application.request("/actuator/cairnswitches"))
					.header("Content-Type", "application/json")
					.POST(change))
				.statusCode()).isEqualTo(403);
			assertThat(application
				.send(as("operator", application.request("/actuator/cairnswitches"))
					.header("Content-Type", "application/json")
					.header("X-CSRF-TOKEN", described.path("csrf").path("token").asString())
					.POST(change))
				.statusCode()).isEqualTo(200);
		}
	}

	private static HttpRequest.Builder as(String user, HttpRequest.Builder request) {
		return request.header("Authorization",
				"Basic " + Base64.getEncoder().encodeToString((user + ":pw").getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * The same on WebFlux.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Shop.class)
	static class SecuredReactive {

		@Bean
		SecurityWebFilterChain endpoints(ServerHttpSecurity http) {
			return http
				.securityMatcher(org.springframework.boot.security.autoconfigure.actuate.web.reactive.EndpointRequest
					.toAnyEndpoint())
				.authorizeExchange((requests) -> requests.anyExchange().hasRole("OPERATOR"))
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(USERS);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Shop.class)
	static class Secured {

		@Bean
		SecurityFilterChain endpoints(HttpSecurity http) {
			return http.securityMatcher(EndpointRequest.toAnyEndpoint())
				.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("OPERATOR"))
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(USERS);
		}

	}

}
