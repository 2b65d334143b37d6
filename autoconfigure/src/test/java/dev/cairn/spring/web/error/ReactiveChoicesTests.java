package dev.cairn.spring.web.error;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.Principal;
import java.util.List;
import java.util.Map;

import dev.cairn.Message;
import dev.cairn.spring.test.Contexts;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.web.request.RequestFacts;
import dev.cairn.spring.web.request.RequestMessageCustomizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.webflux.error.DefaultErrorAttributes;
import org.springframework.boot.webflux.error.ErrorAttributes;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.WebFilter;
import org.springframework.web.servlet.DispatcherServlet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what an application chooses about the requests and the failures of WebFlux.
 */
class ReactiveChoicesTests {

	/** Only for a class path with both, as that of the tests. */
	private static final String TWO_SERVERS = "spring.autoconfigure.exclude=org.springframework.boot.tomcat."
			+ "autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration";

	@Test
	void aReactiveApplicationHasNoneOfTheBeansForServlets() {
		Contexts.reactive()
			.withClassLoader(new FilteredClassLoader("jakarta.servlet"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("cairnExchanges")
				.hasBean("cairnExchangeFilter")
				.hasSingleBean(ExchangeErrors.class)
				.hasSingleBean(ReactiveErrorAttributes.class)
				.doesNotHaveBean("cairnRequestFilter")
				.doesNotHaveBean("cairnErrorAdvice"));
	}

	@Test
	void aServletApplicationHasNoneOfTheBeansForWebFlux() {
		Contexts.web()
			.withClassLoader(
					new FilteredClassLoader("reactor", "org.reactivestreams", "org.springframework.web.reactive"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("cairnRequestFilter")
				.hasBean("cairnErrorAdvice")
				.doesNotHaveBean("cairnExchanges")
				.doesNotHaveBean("cairnExchangeErrors"));
	}

	@Test
	void aServletApplicationWithWebFluxOnItsClassPathHasTheBeansForServlets() {
		Contexts.web()
			.run((context) -> assertThat(context).hasSingleBean(CairnErrorAttributes.class)
				.doesNotHaveBean("cairnExchanges")
				.doesNotHaveBean(ExchangeErrors.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { DispatcherHandler.class, DispatcherServlet.class })
	void anApplicationWithoutSpringsDispatcherStarts(Class<?> dispatcher) {
		Contexts.reactive()
			.withClassLoader(new FilteredClassLoader(dispatcher))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void theErrorAttributesOfTheApplicationAreKept() {
		Contexts.reactive()
			.withBean(ErrorAttributes.class, DefaultErrorAttributes::new)
			.run((context) -> assertThat(context).hasSingleBean(ErrorAttributes.class)
				.doesNotHaveBean(ReactiveErrorAttributes.class));
	}

	@Test
	void withoutErrorsOnlyTheRequestsAreLeft() {
		try (RunningApplication application = RunningApplication.startReactive(ReactiveApplication.class,
				"cairn.errors.enabled=false", "cairn.errors.logged=none")) {
			HttpResponse<String> response = application.get("/errors/mono");
			assertThat(response.statusCode()).isEqualTo(500);
			assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
			assertThat(response.body()).doesNotContain("errorId");
			assertThat(application.requests("/errors/mono").get(0).fields()).containsEntry("status", 500)
				.doesNotContainKey("error_id");
			assertThat(application.incidents()).isEmpty();
		}
	}

	@Test
	void withoutCairnAnApplicationAnswersAsBefore() {
		try (RunningApplication application = RunningApplication.startReactive(ReactiveApplication.class,
				"cairn.enabled=false")) {
			HttpResponse<String> response = application.get("/errors/mono");
			assertThat(response.statusCode()).isEqualTo(500);
			assertThat(response.headers().map()).doesNotContainKeys("X-Error-Id", "X-Trace-Id");
			assertThat(RunningApplication.map(response.body())).containsOnlyKeys("timestamp", "path", "status", "error",
					"requestId");
		}
	}

	@Test
	void unhandledExceptionsHaveProblemDetailsWithTheId() {
		try (RunningApplication application = RunningApplication.startReactive(ReactiveApplication.class,
				"spring.webflux.problemdetails.enabled=true")) {
			HttpResponse<String> response = application.get("/errors/mono", "Accept", "application/json");
			String id = response.headers().firstValue("X-Error-Id").orElseThrow();
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			assertThat(RunningApplication.map(response.body())).containsOnly(Map.entry("status", 500),
					Map.entry("title", "Internal Server Error"), Map.entry("instance", "/errors/mono"),
					Map.entry("errorId", id));
			assertThat(application.onlyIncident().fields()).containsEntry("error_id", id)
				.containsEntry("handled", false);
			application.forget();
			HttpResponse<String> handled = application.get("/errors/status/503");
			assertThat(RunningApplication.map(handled.body())).containsEntry("detail", "for a reason")
				.containsEntry("errorId", handled.headers().firstValue("X-Error-Id").orElseThrow());
			HttpResponse<String> function = application.get("/functions/not-found");
			assertThat(function.statusCode()).isEqualTo(404);
			assertThat(RunningApplication.map(function.body())).containsEntry("status", 404)
				.containsEntry("instance", "/functions/not-found")
				.doesNotContainKey("errorId");
			assertThat(application.get("/errors/mono", "Accept", "text/html").body()).contains("Error id: ");
		}
	}

	@ParameterizedTest
	@CsvSource({ "true, false", "false, true" })
	void withoutProblemDetailsTheFormatIsThatOfBoot(boolean ofSpring, boolean ofCairn) {
		try (RunningApplication application = RunningApplication.startReactive(ReactiveApplication.class,
				"spring.webflux.problemdetails.enabled=" + ofSpring, "cairn.errors.problem-details=" + ofCairn)) {
			assertThat(RunningApplication.map(application.get("/errors/mono").body())).containsOnlyKeys("timestamp",
					"path", "status", "error", "requestId", "errorId");
		}
	}

	@Test
	void theHandlerOfErrorsOfTheApplicationIsKept() {
		try (RunningApplication application = RunningApplication.startReactive(HandlingApplication.class,
				"spring.webflux.problemdetails.enabled=true")) {
			HttpResponse<String> response = application.get("/errors/mono");
			assertThat(response.statusCode()).isEqualTo(502);
			assertThat(response.headers().firstValue("X-Error-Id")).isPresent();
			assertThat(response.body()).isEmpty();
		}
	}

	@Test
	void theManagementServerHasNoMessages() throws Exception {
		try (RunningApplication application = RunningApplication.startReactive(ReactiveApplication.class, TWO_SERVERS,
				"management.server.port=0", "management.endpoints.web.base-path=/",
				"management.endpoints.web.exposure.include=*")) {
			String port = application.context().getEnvironment().getRequiredProperty("local.management.port");
			HttpResponse<String> response = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/cairn")).build(),
						BodyHandlers.ofString());
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.headers().firstValue("X-Trace-Id")).isEmpty();
			application.get("/fence");
			application.requests("/fence");
			assertThat(application.messages(Message.TYPE_HTTP_REQUEST)).hasSize(1);
		}
	}

	@Test
	void pathsAreThoseWithinTheApplication() {
		try (RunningApplication application = RunningApplication.startReactive(ReactiveApplication.class,
				"spring.webflux.base-path=/shop", "cairn.requests.exclude=/fence",
				"cairn.requests.trace-header=traceparent")) {
			application.get("/shop/fence");
			HttpResponse<String> response = application.get("/shop/filter/fails");
			assertThat(response.statusCode()).isEqualTo(500);
			Message message = application.requests(RequestFacts.UNKNOWN_ROUTE).get(0);
			assertThat(message.fields()).containsEntry("path", "/filter/fails");
			assertThat(response.headers().firstValue("traceparent")).hasValue(message.trace().traceparent());
			assertThat(application.messages(Message.TYPE_HTTP_REQUEST)).hasSize(1);
		}
	}

	@Test
	void anIncidentHasTheUser() {
		try (RunningApplication application = RunningApplication.startReactive(UserApplication.class)) {
			for (String path : List.of("/errors/mono", "/handled/entity", "/functions/fails")) {
				application.forget();
				application.get(path);
				assertThat(application.onlyIncident().fields()).containsEntry("user", "anna");
			}
		}
	}

	@Test
	void aCustomizerSeesTheRequest() {
		try (RunningApplication application = RunningApplication.startReactive(CustomizedApplication.class)) {
			application.get("/errors/status/404");
			assertThat(application.requests("/errors/status/{status}").get(0).fields()).containsEntry("tenant", "acme")
				.containsEntry("agent", "404 /errors/status/404 own");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import(ReactiveApplication.class)
	static class UserApplication {

		@Bean
		@Order(0)
		WebFilter authentication() {
			Principal anna = () -> "anna";
			return (exchange, chain) -> chain.filter(exchange.mutate().principal(Mono.just(anna)).build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ReactiveApplication.class)
	static class HandlingApplication {

		@Bean
		ErrorWebExceptionHandler handler() {
			return (exchange, ex) -> {
				exchange.getResponse().setStatusCode(HttpStatus.BAD_GATEWAY);
				return exchange.getResponse().setComplete();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ReactiveApplication.class)
	static class CustomizedApplication {

		@Bean
		@Order(0)
		WebFilter attributes() {
			return (exchange, chain) -> {
				exchange.getAttributes().put("own", "own");
				return chain.filter(exchange);
			};
		}

		@Bean
		RequestMessageCustomizer tenant() {
			return (message, request) -> Map
				.of("tenant", "acme", "agent", request.status() + " " + request.path() + " " + request.attribute("own"))
				.forEach(message::field);
		}

	}

}
