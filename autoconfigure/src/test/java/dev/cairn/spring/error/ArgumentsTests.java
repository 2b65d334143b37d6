package dev.cairn.spring.error;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import dev.cairn.ApplicationFrames;
import dev.cairn.Message;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.annotation.Counted;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Arguments of failing calls of a running application, in its messages and at a receiver
 * of Sentry's envelopes.
 */
class ArgumentsTests {

	private static final String SECRET = "hunter2-4711";

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.startWithSentry(ArgumentsApplication.class, "cairn.incidents.interval=0s");
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
	void aMessageHasTheArgumentsOfTheCallsInnermostFirst() {
		application.get("/order?id=7&product=tea");
		assertThat(application.onlyIncident().fields().get("arguments")).isEqualTo(List.of(
				Map.of("class", OrderService.class.getName(), "method", "place", "arguments",
						Map.of("id", "7", "product", "tea")),
				Map.of("class", OrderController.class.getName(), "method", "order", "arguments",
						Map.of("id", "7", "product", "tea", "request", "RequestFacade"))));
	}

	@Test
	void aWrapperHasTheArgumentsOfItsCause() {
		application.get("/wrapped?product=tea");
		assertThat(methods(application.onlyIncident())).containsExactly("place", "wrapped");
	}

	@Test
	void anAsyncCallHasItsArguments() {
		application.get("/async?product=tea");
		assertThat(methods(application.onlyIncident())).containsExactly("later");
	}

	@Test
	void aFailureOutsideTheBeansHasNone() {
		application.bean(dev.cairn.Cairn.class).capture(new IllegalStateException("elsewhere"));
		assertThat(application.onlyIncident().fields()).doesNotContainKey("arguments");
	}

	@Test
	void aMessageHasTheFramesAndWhichAreTheApplications() throws Exception {
		application.get("/order?id=7&product=tea");
		byte[] line = MessageEncoder.Format.CAIRN.encoder(Redactor.DEFAULT, application.bean(ApplicationFrames.class))
			.encode(application.onlyIncident(), 256 * 1024)
			.bytes();
		JsonNode exception = RunningApplication.json(new String(line, StandardCharsets.UTF_8)).at("/fields/exception");
		assertThat(exception.at("/class").asString()).isEqualTo(OrderService.class.getName());
		assertThat(exception.at("/frames/0/in_app").asBoolean()).isTrue();
		assertThat(exception.at("/frames")
			.valueStream()
			.filter((frame) -> frame.path("in_app").asBoolean())
			.map((frame) -> frame.path("method").asString())).startsWith("place")
			.contains("order")
			.doesNotContain("doDispatch", "intercept");
	}

	@Test
	void sentryShowsThemAtTheFrames() {
		application.get("/wrapped?product=tea");
		JsonNode event = event(application.onlyIncident());
		List<JsonNode> frames = event.at("/exception/values")
			.valueStream()
			.flatMap((exception) -> exception.at("/stacktrace/frames").valueStream())
			.filter((frame) -> frame.has("vars"))
			.toList();
		assertThat(frames).isNotEmpty().allSatisfy((frame) -> {
			assertThat(frame.path("in_app").asBoolean()).isTrue();
			assertThat(frame.at("/vars/product").asString()).isEqualTo("tea");
		});
		assertThat(frames).extracting((frame) -> frame.path("function").asString()).contains("place", "wrapped");
		assertThat(event.at("/contexts/cairn").has("arguments")).isFalse();
		assertThat(event.at("/contexts/cairn").has("message_id")).isTrue();
	}

	@Test
	void sentryKnowsTheFramesOfTheApplication() {
		application.get("/order?id=7&product=tea");
		List<String> own = event(application.onlyIncident()).at("/exception/values/0/stacktrace/frames")
			.valueStream()
			.filter((frame) -> frame.path("in_app").asBoolean())
			.map((frame) -> frame.path("function").asString())
			.toList();
		assertThat(own).contains("place", "order").doesNotContain("doDispatch");
	}

	@Test
	void noSecretLeaves() throws Exception {
		application.get("/login?user=ann&password=" + SECRET);
		Message incident = application.onlyIncident();
		event(incident);
		byte[] line = MessageEncoder.cairn(Redactor.DEFAULT).encode(incident, 256 * 1024).bytes();
		assertThat(new String(line, StandardCharsets.UTF_8)).contains("\"user\":\"ann\"").doesNotContain(SECRET);
		assertThat(application.sentry().bodies().toString()).contains("\"user\":\"ann\"")
			.doesNotContain(SECRET)
			.doesNotContain("4111111111");
	}

	private static List<Object> methods(Message incident) {
		return ((List<?>) incident.fields().get("arguments")).stream()
			.<Object>map((call) -> ((Map<?, ?>) call).get("method"))
			.toList();
	}

	private static JsonNode event(Message incident) {
		return application.sentry().awaitEvent(incident.fields().get("error_id"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@Import({ OrderController.class, OrderService.class })
	static class ArgumentsApplication {

	}

	@RestController
	@Counted
	static class OrderController {

		private final OrderService orders;

		OrderController(OrderService orders) {
			this.orders = orders;
		}

		@GetMapping("/order")
		String order(@RequestParam long id, @RequestParam String product, HttpServletRequest request) {
			return this.orders.place(id, product);
		}

		@GetMapping("/wrapped")
		String wrapped(@RequestParam String product) {
			try {
				return this.orders.place(1, product);
			}
			catch (IllegalStateException ex) {
				throw new UncheckedIOException(new IOException(ex));
			}
		}

		@GetMapping("/async")
		String async(@RequestParam String product) {
			this.orders.later(product);
			return "";
		}

		@GetMapping("/login")
		String login(@RequestParam String user, @RequestParam String password) {
			return this.orders.login(user, password, new Login(user, password),
					"x".repeat(66) + " card 4111111111111111", "x".repeat(60) + " token=" + password,
					Map.of("password", password));
		}

	}

	@Service
	static class OrderService {

		String place(long id, String product) {
			throw new IllegalStateException("sold out");
		}

		@Async
		void later(String product) {
			throw new IllegalStateException("sold out");
		}

		String login(String user, String password, Login login, String card, String text, Map<String, String> form) {
			throw new IllegalStateException("no such user");
		}

	}

	record Login(String user, String password) {
	}

}
