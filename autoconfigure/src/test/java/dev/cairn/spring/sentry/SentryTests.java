package dev.cairn.spring.sentry;

import java.util.List;
import java.util.concurrent.Callable;

import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures of a running application at a receiver that reads Sentry's envelopes.
 */
class SentryTests {

	private static final Logger logger = LoggerFactory.getLogger("com.example.Shop");

	private static final String SECRET = "hunter2-4711";

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.startWithSentry(SentryApplication.class,
				"management.tracing.sampling.probability=1", "sentry.send-default-pii=true");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		application.get("/fine");
		application.forget();
	}

	@ParameterizedTest
	@CsvSource({ "/unhandled, java.lang.IllegalStateException", "/wrapped, java.io.UncheckedIOException",
			"/handled, java.lang.IllegalArgumentException", "/logged, java.lang.IllegalStateException",
			"/logged-and-thrown, java.lang.IllegalStateException",
			"/cause-logged-and-wrapper-thrown, java.lang.IllegalStateException",
			"/async, java.lang.IllegalStateException", "/later, java.lang.IllegalStateException",
			"/assertion, java.lang.AssertionError" })
	void oneFailureIsOneEvent(String path, String type) {
		application.get(path);
		Message incident = onlyIncident();
		JsonNode event = onlyEvent(incident);
		assertThat(event.at("/exception/values").valueStream().map(SentryTests::type)).contains(type);
		assertThat(event.path("event_id").asString()).isEqualTo(incident.fields().get("error_id"));
	}

	private static String type(JsonNode exception) {
		return exception.path("module").asString("") + "." + exception.path("type").asString("");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/fine", "/not-found", "/warned", "/handled-as-404" })
	void whatIsNoFailureIsNoEvent(String path) {
		application.get(path);
		application.get("/unhandled");
		onlyEvent(onlyIncident());
	}

	@Test
	void anEventHasTheTraceOfTheMessage() {
		application.get("/unhandled");
		Message incident = onlyIncident();
		JsonNode event = onlyEvent(incident);
		assertThat(incident.trace()).isNotNull();
		assertThat(event.at("/contexts/trace/trace_id").asString()).isEqualTo(incident.trace().traceId());
	}

	@Test
	void anEventHasTheRequest() {
		application.get("/unhandled?page=2", "X-Shop", "berlin");
		JsonNode event = onlyEvent(onlyIncident());
		assertThat(event.at("/request/url").asString()).endsWith("/unhandled");
		assertThat(event.at("/request/method").asString()).isEqualTo("GET");
		assertThat(event.at("/request/headers/X-Shop").asString()).isEqualTo("berlin");
		assertThat(event.path("transaction").asString()).isEqualTo("GET /unhandled");
	}

	@Test
	void anEventHasTheBreadcrumbsOfTheLog() {
		application.get("/breadcrumbs");
		JsonNode event = onlyEvent(onlyIncident());
		assertThat(event.path("breadcrumbs").valueStream().map((crumb) -> crumb.path("message").asString("")))
			.contains("a crumb at INFO");
	}

	@Test
	void noSecretLeaves() {
		application.get("/secret?password=" + SECRET, "Authorization", "Bearer " + SECRET, "Cookie",
				"session=" + SECRET, "X-Api-Key", SECRET);
		onlyEvent(onlyIncident());
		assertThat(application.sentry().bodies().toString()).contains("the payment failed").doesNotContain(SECRET);
	}

	private static Message onlyIncident() {
		RunningApplication.await(() -> !application.messages(Message.TYPE_EXCEPTION).isEmpty());
		application.get("/fine");
		List<Message> incidents = application.messages(Message.TYPE_EXCEPTION);
		assertThat(incidents).hasSize(1);
		return incidents.get(0);
	}

	/** Waits for the event, and for a later one so that a double would have come. */
	private static JsonNode onlyEvent(Message incident) {
		Object id = incident.fields().get("error_id");
		RunningApplication.await(() -> events().stream().anyMatch((event) -> id.equals(eventId(event))));
		int before = events().size();
		application.get("/unhandled");
		RunningApplication.await(() -> events().size() > before);
		assertThat(events()).extracting(SentryTests::eventId).doesNotHaveDuplicates();
		assertThat(events()).extracting(SentryTests::eventId)
			.containsAll(application.messages(Message.TYPE_EXCEPTION)
				.stream()
				.map((message) -> (String) message.fields().get("error_id"))
				.toList());
		assertThat(application.ledger().balances().get("sentry").offered()).isEqualTo(events().size());
		return events().stream().filter((event) -> id.equals(eventId(event))).findFirst().orElseThrow();
	}

	private static List<JsonNode> events() {
		return application.sentry().events();
	}

	private static String eventId(JsonNode event) {
		return event.path("event_id").asString();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@Import({ FailingController.class, Background.class })
	static class SentryApplication {

	}

	static class Background {

		@Async
		void fail() {
			throw new IllegalStateException("in the background");
		}

	}

	@RestController
	static class FailingController {

		private final Background background;

		FailingController(Background background) {
			this.background = background;
		}

		@GetMapping("/fine")
		String fine() {
			return "fine";
		}

		@GetMapping("/unhandled")
		String unhandled() {
			throw new IllegalStateException("unhandled");
		}

		@GetMapping("/wrapped")
		String wrapped() {
			throw new IllegalStateException("wrapper", new java.io.UncheckedIOException(new java.io.IOException("x")));
		}

		@GetMapping("/assertion")
		String assertion() {
			throw new AssertionError("this cannot be");
		}

		@GetMapping("/handled")
		String handled() {
			throw new IllegalArgumentException("handled");
		}

		@GetMapping("/handled-as-404")
		String handledAsNotFound() {
			throw new UnsupportedOperationException("handled");
		}

		@GetMapping("/logged")
		String logged() {
			logger.error("caught", new IllegalStateException("logged"));
			return "";
		}

		@GetMapping("/warned")
		String warned() {
			logger.warn("caught", new IllegalStateException("logged"));
			return "";
		}

		@GetMapping("/logged-and-thrown")
		String loggedAndThrown() {
			IllegalStateException failure = new IllegalStateException("logged and thrown");
			logger.error("caught", failure);
			throw failure;
		}

		@GetMapping("/cause-logged-and-wrapper-thrown")
		String causeLoggedAndWrapperThrown() {
			IllegalStateException failure = new IllegalStateException("the cause");
			logger.error("caught", failure);
			throw new IllegalArgumentException("the wrapper", failure);
		}

		@GetMapping("/async")
		String async() {
			this.background.fail();
			return "";
		}

		@GetMapping("/later")
		Callable<String> later() {
			return () -> {
				throw new IllegalStateException("later");
			};
		}

		@GetMapping("/breadcrumbs")
		String breadcrumbs() {
			logger.info("a crumb at INFO");
			throw new IllegalStateException("with crumbs");
		}

		@GetMapping("/secret")
		String secret() {
			logger.info("login with password={}", SECRET);
			throw new IllegalStateException("the payment failed, token=" + SECRET,
					new IllegalStateException("jdbc:postgresql://shop:" + SECRET + "@db/shop"));
		}

		@ExceptionHandler
		@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
		String handle(IllegalArgumentException ex) {
			return "handled";
		}

		@ExceptionHandler
		@ResponseStatus(HttpStatus.NOT_FOUND)
		String handleAsNotFound(UnsupportedOperationException ex) {
			return "handled";
		}

	}

}
