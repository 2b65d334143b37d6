package dev.cairn.spring.web.error;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.TestServers;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for functional endpoints whose response is a future: they answer as without
 * Cairn, and their failures are captured once.
 */
@ParameterizedClass
@ValueSource(strings = { TestServers.TOMCAT, TestServers.JETTY })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionalFuturesTests {

	private static final String PENDING = "pending";

	private static final List<String> BUILDERS = List.of("onError", "before", "after", "filter", "nested");

	private static final List<String> PATHS = List.of("/ok", "/complete", "/body", "/unavailable",
			"/complete-unavailable", "/failed", "/complete-failed", "/body-failed", "/thrown", "/recovered",
			"/recovered-later");

	@Parameter
	private String server;

	private final Map<String, HttpResponse<String>> expected = new HashMap<>();

	private RunningApplication application;

	@BeforeParameterizedClassInvocation
	void start() {
		// Both would share the loggers
		try (RunningApplication bare = RunningApplication.start(FuturesApplication.class, this.server,
				"cairn.enabled=false")) {
			for (String builder : BUILDERS) {
				for (String path : PATHS) {
					this.expected.put("/" + builder + path, bare.get("/" + builder + path));
				}
			}
		}
		this.application = RunningApplication.start(FuturesApplication.class, this.server);
	}

	@BeforeEach
	void forget() {
		this.application.forget();
	}

	@AfterParameterizedClassInvocation
	void stop() {
		this.application.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "onError", "before", "after", "filter", "nested" })
	void answerLater(String builder) {
		check(builder, "/ok", 200, null);
		check(builder, "/complete", 200, null);
		check(builder, "/body", 200, null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "onError", "before", "after", "filter", "nested" })
	void answerLaterWithAnErrorOfTheServer(String builder) {
		check(builder, "/unavailable", 503, null);
		check(builder, "/complete-unavailable", 503, null);
	}

	@ParameterizedTest
	@CsvSource({ "onError, 503", "before, 500", "after, 500", "filter, 500", "nested, 503" })
	void failLater(String builder, int status) {
		check(builder, "/failed", status, "later");
		check(builder, "/complete-failed", status, "at once");
		check(builder, "/body-failed", status, "no body");
		check(builder, "/thrown", status, "never");
	}

	@ParameterizedTest
	@ValueSource(strings = { "onError", "nested" })
	void succeedAfterAnError(String builder) {
		check(builder, "/recovered", 200, null);
		check(builder, "/recovered-later", 200, null);
	}

	private void check(String builder, String path, int status, @Nullable String failure) {
		String route = "/" + builder + path;
		HttpResponse<String> expected = Objects.requireNonNull(this.expected.get(route));
		HttpResponse<String> response = this.application.get(route);
		assertThat(expected.statusCode()).as(route).isEqualTo(status);
		assertThat(response.statusCode()).as(route).isEqualTo(status);
		assertThat(comparable(response)).as(route).isEqualTo(comparable(expected));
		assertThat(this.application.requests(route)).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("status", status));
		if (failure == null) {
			assertThat(this.application.incidents()).as(route).isEmpty();
			assertThat(response.headers().firstValue("X-Error-Id")).as(route).isEmpty();
		}
		else {
			assertThat(this.application.incidents(route)).as(route).singleElement().satisfies((incident) -> {
				assertThat(incident.thrown()).hasMessage(failure);
				assertThat(incident.fields()).containsEntry("status", status);
				assertThat(response.headers().allValues("X-Error-Id"))
					.containsExactly((String) incident.fields().get("error_id"));
			});
			assertThat(this.application.incidents()).as(route).hasSize(1);
		}
		this.application.forget();
	}

	private static List<String> comparable(HttpResponse<String> response) {
		return List.of(response.headers().firstValue("Content-Type").orElse(""),
				response.body().replaceAll(",?\"(timestamp|errorId)\":\"[^\"]*\"", ""));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FuturesApplication {

		/** Completes a future once the request waits for it. */
		@Bean
		FilterRegistrationBean<Filter> completingFilter() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
				chain.doFilter(request, response);
				if (request.getAttribute(PENDING) instanceof Runnable completion) {
					request.removeAttribute(PENDING);
					completion.run();
				}
			});
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
			registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
			return registration;
		}

		@Bean
		RouterFunction<ServerResponse> onError() {
			return handled(routes("/onError")).build();
		}

		@Bean
		RouterFunction<ServerResponse> before() {
			return routes("/before").before((request) -> request).build();
		}

		@Bean
		RouterFunction<ServerResponse> after() {
			return routes("/after").after((request, response) -> response).build();
		}

		@Bean
		RouterFunction<ServerResponse> filter() {
			return routes("/filter").filter((request, next) -> next.handle(request)).build();
		}

		@Bean
		RouterFunction<ServerResponse> nested() {
			RouterFunction<ServerResponse> inner = routes("/nested").before((request) -> request).build();
			return handled(RouterFunctions.route().add(inner)).build();
		}

		private static RouterFunctions.Builder handled(RouterFunctions.Builder routes) {
			return routes
				.onError(IllegalStateException.class,
						(ex, request) -> later(request, () -> ServerResponse.status(503).body("sorry")))
				.onError(IllegalArgumentException.class,
						(ex, request) -> later(request, () -> ServerResponse.ok().body("instead")));
		}

		private static RouterFunctions.Builder routes(String prefix) {
			return RouterFunctions.route()
				.GET(prefix + "/ok", (request) -> later(request, () -> ServerResponse.ok().body("later")))
				.GET(prefix + "/unavailable",
						(request) -> later(request, () -> ServerResponse.status(503).body("closed")))
				.GET(prefix + "/failed", (request) -> later(request, () -> {
					throw new IllegalStateException("later");
				}))
				.GET(prefix + "/complete",
						(request) -> ServerResponse
							.async(CompletableFuture.completedFuture(ServerResponse.ok().body("at once"))))
				.GET(prefix + "/complete-unavailable",
						(request) -> ServerResponse
							.async(CompletableFuture.completedFuture(ServerResponse.status(503).body("closed"))))
				.GET(prefix + "/complete-failed",
						(request) -> ServerResponse
							.async(CompletableFuture.failedFuture(new IllegalStateException("at once"))))
				.GET(prefix + "/body", (request) -> ServerResponse.ok().body(future(request, () -> "later")))
				.GET(prefix + "/body-failed", (request) -> ServerResponse.ok().body(future(request, () -> {
					throw new IllegalStateException("no body");
				})))
				.GET(prefix + "/thrown", (request) -> {
					throw new IllegalStateException("never");
				})
				.GET(prefix + "/recovered", (request) -> {
					throw new IllegalArgumentException("harmless");
				})
				.GET(prefix + "/recovered-later", (request) -> later(request, () -> {
					throw new IllegalArgumentException("harmless");
				}));
		}

		private static ServerResponse later(ServerRequest request, Supplier<ServerResponse> response) {
			return ServerResponse.async(future(request, response));
		}

		private static <T> CompletableFuture<T> future(ServerRequest request, Supplier<T> value) {
			CompletableFuture<T> future = new CompletableFuture<>();
			request.servletRequest().setAttribute(PENDING, (Runnable) () -> future.completeAsync(value));
			return future;
		}

	}

}
