package dev.cairn.spring.web.request;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for the properties of requests in running applications.
 */
class RequestChoicesTests {

	@Test
	void keepsErrorsRegardlessOfTheRules() {
		try (RunningApplication application = RunningApplication.start(ChoicesApplication.class,
				"cairn.sampling.rules[0].signal=request", "cairn.sampling.rules[0].rate=0", "cairn.requests.slow=1h")) {
			AtomicInteger asked = application.bean(AtomicInteger.class);
			application.get("/fine");
			application.get("/fails");
			application.get("/unavailable");
			RunningApplication.await(() -> application.messages(Message.TYPE_HTTP_REQUEST).size() == 2);
			assertThat(application.messages(Message.TYPE_HTTP_REQUEST))
				.extracting((message) -> message.fields().get("route"))
				.containsExactlyInAnyOrder("/fails", "/unavailable");
			assertThat(application.messages(Message.TYPE_HTTP_REQUEST))
				.allSatisfy((message) -> assertThat(message.fields()).doesNotContainKey("rate"));
			assertThat(asked).as("what is sampled out costs nothing more").hasValue(2);
		}
	}

	@Test
	void keepsSlowRequestsRegardlessOfTheRules() {
		try (RunningApplication application = RunningApplication.start(ChoicesApplication.class,
				"cairn.sampling.rules[0].signal=request", "cairn.sampling.rules[0].rate=0",
				"cairn.requests.slow=1ns")) {
			application.get("/fine");
			assertThat(fields(application, "/fine")).doesNotContainKey("rate");
		}
	}

	@Test
	void leavesErrorsToTheRulesWhereThatIsAskedFor() {
		try (RunningApplication application = RunningApplication.start(ChoicesApplication.class,
				"cairn.sampling.rules[0].signal=request", "cairn.sampling.rules[0].rate=0", "cairn.requests.slow=0",
				"cairn.requests.keep-errors=false")) {
			application.get("/fails");
			application.get("/slow");
			RunningApplication.await(() -> application.ledger().channel("memory").balance().sampledOut() == 2);
			assertThat(application.messages(Message.TYPE_HTTP_REQUEST)).isEmpty();
		}
	}

	@Test
	void describesTheClientAsConfigured() {
		try (RunningApplication application = RunningApplication.start(ChoicesApplication.class,
				"cairn.requests.client-address=full", "cairn.requests.referrer=without-query",
				"cairn.requests.user-agent=raw", "cairn.requests.consent.header=X-Consent",
				"cairn.requests.consent.cookie=consent", "cairn.requests.consent.value=*analytics*",
				"cairn.requests.visitor.cookie=cid", "cairn.requests.visitor.key=0123456789abcdef",
				"cairn.requests.visitor.daily=false", "cairn.requests.exclude=/health/**,*.css",
				"cairn.requests.exclude-fields=language,response_bytes,context")) {
			application.get("/fine", "X-Consent", "ads, analytics", "Cookie", "cid=42", "User-Agent", "shop-app/1.0",
					"Referer", "https://user@search.example:8443/find?q=private#x", "Accept-Language", "de");
			assertThat(fields(application, "/fine")).containsEntry("client_address", "127.0.0.1")
				.containsEntry("referrer", "https://search.example:8443/find")
				.containsEntry("user_agent", "shop-app/1.0")
				.containsEntry("visitor", "2ef1dac1346de06a18589f0d1657378f")
				.doesNotContainKeys("language", "response_bytes");
			application.get("/slow", "Cookie", "consent=analytics; cid=42");
			assertThat(fields(application, "/slow")).containsEntry("visitor", "2ef1dac1346de06a18589f0d1657378f");
			application.get("/unavailable", "X-Consent", "none");
			assertThat(fields(application, "/unavailable")).containsEntry("consent", false)
				.doesNotContainKeys("client_address", "user_agent", "visitor");
		}
	}

	@Test
	void leavesOutWhatIsExcludedToItsEnd() {
		try (RunningApplication application = RunningApplication.start(ChoicesApplication.class,
				"cairn.requests.exclude=/health/**,*.css", "server.servlet.context-path=/shop")) {
			application.get("/shop/health");
			application.get("/shop/health/async");
			application.get("/shop/style.css");
			assertThat(application.get("/shop/health/fails").statusCode()).isEqualTo(500);
			application.get("/shop/fine");
			assertThat(fields(application, "/fine")).isNotEmpty();
			assertThat(application.messages(Message.TYPE_HTTP_REQUEST)).hasSize(1);
			assertThat(application.messages(Message.TYPE_EXCEPTION)).as("a failure is one all the same").hasSize(1);
		}
	}

	@Test
	void leavesOutEachFieldThatIsExcluded() {
		try (RunningApplication application = RunningApplication.start(ChoicesApplication.class,
				"cairn.requests.exclude-fields=" + String.join(",", OptionalFields.NAMES))) {
			application.get("/fine", "Accept-Language", "de", "Referer", "https://search.example/");
			assertThat(fields(application, "/fine")).containsOnlyKeys("method", "route", "status", "duration_ms",
					"outcome");
		}
	}

	@Test
	void publishesNothingWhereItIsSwitchedOff() {
		try (RunningApplication application = RunningApplication.start(ChoicesApplication.class,
				"cairn.requests.enabled=false")) {
			assertThat(application.get("/fails").headers().firstValue("X-Error-Id")).isPresent();
			application.get("/fine");
			assertThat(application.messages(Message.TYPE_EXCEPTION)).singleElement()
				.satisfies((message) -> assertThat(message.fields()).containsEntry("route", "/fails")
					.doesNotContainKey("visitor"));
			assertThat(application.messages(Message.TYPE_HTTP_REQUEST)).isEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource({ "cairn.requests.slow=-1s, cairn.requests.slow",
			"cairn.requests.exclude-fields=route, cairn.requests.exclude-fields",
			"cairn.requests.headers.route=X-Route, cairn.requests.headers.route",
			"cairn.requests.visitor.key=short, cairn.requests.visitor.key",
			"cairn.requests.exclude[0]=health, cairn.requests.exclude[0]",
			"cairn.requests.consent.value=, cairn.requests.consent.value",
			"cairn.requests.referrer=all, Referrer.all" })
	void refusesAValueThatMakesNoSense(String setting, String property) {
		assertThatException().isThrownBy(() -> RunningApplication.start(ChoicesApplication.class, setting))
			.withStackTraceContaining(property);
	}

	private static Map<String, Object> fields(RunningApplication application, String route) {
		return application.requests(route).get(0).fields();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ChoicesController.class)
	static class ChoicesApplication {

		@Bean
		AtomicInteger asked() {
			return new AtomicInteger();
		}

		@Bean
		RequestMessageCustomizer counting(AtomicInteger asked) {
			return (message, request) -> asked.incrementAndGet();
		}

	}

	@RestController
	static class ChoicesController {

		@GetMapping({ "/fine", "/slow", "/health", "/style.css" })
		String fine() {
			return "";
		}

		@GetMapping("/health/async")
		Callable<String> async() {
			return () -> "";
		}

		@GetMapping({ "/fails", "/health/fails" })
		String fails() {
			throw new IllegalStateException("fails");
		}

		@GetMapping("/unavailable")
		@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
		String unavailable() {
			return "";
		}

	}

}
