package dev.cairn.spring.incident;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.OncePerRequestFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The context of a failure, which failures are reported, and where they are counted.
 */
@Timeout(120)
class IncidentContextTests {

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.startWithSentry(Shop.class, "cairn.release=1.2.3", "cairn.environment=staging",
				"cairn.errors.statuses=5xx,409", "management.endpoints.web.exposure.include=cairn",
				"cairn.sampling.rules[0].exception=java.lang.UnsupportedOperationException",
				"cairn.sampling.rules[0].rate=0", "cairn.sampling.rules[1].name=exception",
				"cairn.sampling.rules[1].route=/quiet/{id}", "cairn.sampling.rules[1].rate=0",
				"cairn.sampling.rules[2].message=*card declined*", "cairn.sampling.rules[2].rate=0",
				"cairn.sampling.rules[3].name=exception", "cairn.sampling.rules[3].status=503",
				"cairn.sampling.rules[3].rate=0");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		application.forget();
	}

	@Test
	void aFailureIsReportedWithItsRequest() {
		application.get("/orders/7", "User-Agent", "till/4", "X-Internal", "no one's business");
		Message incident = onlyIncident();
		assertThat(incident.fields()).containsEntry("method", "GET")
			.containsEntry("route", "/orders/{id}")
			.containsEntry("status", 500)
			.containsEntry("user", "mary");
		assertThat(incident.fields().get("headers")).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
			.containsEntry("user-agent", "till/4")
			.doesNotContainKey("x-internal");
		assertThat(incident.fields().get("context")).isEqualTo(Map.of("tenant", "berlin"));
		assertThat(incident.origin().release()).isEqualTo("1.2.3");
		assertThat(incident.origin().environment()).isEqualTo("staging");
	}

	@Test
	void aFailureDoesNotDescribeAClientThatRefuses() {
		application.get("/orders/9", "User-Agent", "till/4", "Accept-Language", "de", "Referer",
				"https://search.example/find?q=1", "Accept", "application/json", "DNT", "1");
		assertThat(onlyIncident().fields().get("headers"))
			.asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
			.containsEntry("accept", "application/json")
			.doesNotContainKeys("user-agent", "accept-language", "referer");
	}

	@Test
	void aFailureHasAsMuchOfTheReferrerAsItsRequest() {
		application.get("/orders/9", "Referer", "https://search.example/find?q=1");
		assertThat(onlyIncident().fields().get("headers"))
			.asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
			.containsEntry("referer", "search.example");
	}

	@Test
	void theSameIsSentToSentryExceptTheUser() {
		application.get("/orders/8");
		String id = (String) onlyIncident().fields().get("error_id");
		JsonNode event = application.sentry().awaitEvent(id);
		assertThat(event.path("release").asString()).isEqualTo("1.2.3");
		assertThat(event.path("environment").asString()).isEqualTo("staging");
		assertThat(event.toString()).contains("/orders/{id}", "berlin").doesNotContain("mary");
	}

	@Test
	void aFailureThatIsAnsweredWithAConfiguredStatusIsOne() {
		HttpResponse<String> answer = application.get("/conflict");
		assertThat(answer.statusCode()).isEqualTo(409);
		assertThat(answer.headers().firstValue("X-Error-Id"))
			.contains((String) onlyIncident().fields().get("error_id"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/unsupported", "/quiet/7", "/declined", "/unavailable" })
	void aRuleKeepsAFailureFromBeingReported(String path) {
		Ledger.Incidents.Balance before = balance();
		HttpResponse<String> answer = application.get(path);
		assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
		assertThat(answer.headers().firstValue("X-Error-Id")).isEmpty();
		application.get("/orders/9");
		assertThat(onlyIncident().fields()).containsEntry("route", "/orders/{id}");
		assertThat(balance().sampledOut() - before.sampledOut()).isEqualTo(1);
		assertThat(balance().failures() - before.failures()).isEqualTo(2);
	}

	@Test
	void failuresAreCountedWhateverBecomesOfThem() {
		double before = counted();
		application.get("/unsupported");
		assertThat(counted() - before).isEqualTo(1);
		JsonNode incidents = RunningApplication.json(application.get("/actuator/cairn").body()).path("incidents");
		assertThat(incidents.at("/types/java.lang.UnsupportedOperationException").asLong()).isEqualTo((long) counted());
		assertThat(incidents.path("failures").asLong())
			.isEqualTo(incidents.path("sampled_out").asLong() + incidents.path("grouped").asLong()
					+ incidents.path("recovered").asLong() + incidents.path("sent").asLong()
					+ incidents.path("refused").asLong() + incidents.path("held").asLong());
	}

	@Test
	void aStackOverflowOfTenThousandFramesIsAFailureAsAnyOther() {
		HttpResponse<String> answer = application.get("/overflow");
		Message incident = onlyIncident();
		assertThat(incident.thrown()).isInstanceOf(StackOverflowError.class);
		assertThat(answer.headers().firstValue("X-Error-Id")).contains((String) incident.fields().get("error_id"));
		assertThat(application.sentry().awaitEvent(incident.fields().get("error_id")).toString())
			.hasSizeLessThan(200_000)
			.contains("StackOverflowError");
	}

	@Test
	void aFailureThatFailsWhateverItIsAskedIsAFailureAsAnyOther() {
		String id = application.bean(Cairn.class).capture(new HostileException());
		assertThat(id).isNotNull();
		assertThat(onlyIncident().fields()).containsEntry("error_id", id);
		assertThat(application.sentry().awaitEvent(id).toString()).contains("Hostile");
		assertThat(application.bean(Cairn.class).flush(Duration.ofSeconds(30))).isTrue();
		application.ledger()
			.balances()
			.values()
			.forEach((channel) -> assertThat(channel.offered()).isEqualTo(channel.sampledOut() + channel.filtered()
					+ channel.delivered() + channel.held() + channel.droppedTotal()));
	}

	private static Message onlyIncident() {
		RunningApplication.await(() -> !application.incidents().isEmpty());
		application.get("/fine");
		return application.onlyIncident();
	}

	private static Ledger.Incidents.Balance balance() {
		return application.ledger().incidents().balance();
	}

	private static double counted() {
		return application.bean(MeterRegistry.class)
			.find("cairn.incidents")
			.tag("exception", "java.lang.UnsupportedOperationException")
			.functionCounters()
			.stream()
			.mapToDouble(io.micrometer.core.instrument.FunctionCounter::count)
			.sum();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ FailingController.class, Stock.class, LoginFilter.class })
	static class Shop {

	}

	static class LoginFilter extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			chain.doFilter(new HttpServletRequestWrapper(request) {

				@Override
				public Principal getUserPrincipal() {
					return () -> "mary";
				}

			}, response);
		}

	}

	@RestController
	static class FailingController {

		private final Stock stock;

		FailingController(Stock stock) {
			this.stock = stock;
		}

		@GetMapping("/fine")
		String fine() {
			return "fine";
		}

		@GetMapping("/orders/{id}")
		String order(@PathVariable int id) {
			return fail(new IllegalStateException("order " + id + " failed"));
		}

		@GetMapping("/quiet/{id}")
		String quiet(@PathVariable int id) {
			return fail(new IllegalStateException("quiet " + id));
		}

		@GetMapping("/unsupported")
		String unsupported() {
			return fail(new UnsupportedOperationException("not yet"));
		}

		@GetMapping("/declined")
		String declined() {
			return fail(new IllegalStateException("the card declined by the bank"));
		}

		@GetMapping("/conflict")
		String conflict() {
			throw new ConflictException();
		}

		@GetMapping("/unavailable")
		String unavailable() {
			throw new UnavailableException();
		}

		@GetMapping("/overflow")
		String overflow() {
			StackOverflowError overflow = new StackOverflowError();
			// More than the JVM fills in by itself
			StackTraceElement[] frames = new StackTraceElement[10_000];
			Arrays.fill(frames, overflow.getStackTrace()[0]);
			overflow.setStackTrace(frames);
			throw overflow;
		}

		private String fail(RuntimeException failure) {
			try (MDC.MDCCloseable tenant = MDC.putCloseable("tenant", "berlin")) {
				return this.stock.fail(failure);
			}
		}

	}

	/** Where it fails; what was bound then is not bound any more when it is reported. */
	@Service
	@Counted
	static class Stock {

		String fail(RuntimeException failure) {
			throw failure;
		}

	}

	@SuppressWarnings("serial")
	@ResponseStatus(HttpStatus.CONFLICT)
	static class ConflictException extends RuntimeException {

	}

	@SuppressWarnings("serial")
	@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
	static class UnavailableException extends RuntimeException {

	}

	@SuppressWarnings("serial")
	static class HostileException extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no message");
		}

		@Override
		public synchronized Throwable getCause() {
			return this;
		}

		@Override
		public boolean equals(Object other) {
			throw new IllegalStateException("no equality");
		}

		@Override
		public int hashCode() {
			throw new IllegalStateException("no hash");
		}

	}

}
