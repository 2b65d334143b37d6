package dev.cairn.spring.web.request;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.engine.EventSchemas;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.TestServers;
import io.micrometer.tracing.Tracer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestFilter} in a running application.
 */
@ParameterizedClass
@ValueSource(strings = { TestServers.TOMCAT, TestServers.JETTY })
class RequestFilterTests {

	@Parameter
	private String server;

	private static RunningApplication application;

	@BeforeParameterizedClassInvocation
	static void start(String server) {
		application = RunningApplication.start(RequestApplication.class, server,
				"management.tracing.sampling.probability=1");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@Test
	void hasMethodRouteStatusAndOutcome() {
		assertThat(application.get("/items/42").statusCode()).isEqualTo(200);
		Message message = onlyRequest("/items/{id}");
		assertThat(message.fields()).containsEntry("method", "GET")
			.containsEntry("route", "/items/{id}")
			.containsEntry("status", 200)
			.containsEntry("outcome", "SUCCESS")
			.doesNotContainKey("error_id");
		assertThat(message.severity()).isEqualTo(Severity.INFORMATIONAL);
	}

	@Test
	void fitsThePublishedSchema() throws Exception {
		fence();
		Message message = application.requests("/fence").get(0);
		byte[] line = MessageEncoder.cairn(Redactor.DEFAULT).encode(message, 262_144).bytes();
		String schema = EventSchemas.find(Message.TYPE_HTTP_REQUEST, getClass().getClassLoader());
		assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
			.getSchema(schema, InputFormat.JSON)
			.validate(new String(line, StandardCharsets.UTF_8), InputFormat.JSON)).isEmpty();
		assertThat(RunningApplication.json(schema).at("/$defs/fields/properties").propertyNames())
			.containsAll(message.fields().keySet());
	}

	@Test
	void neverHasTheRawPath() {
		application.get("/raw/do-not-publish-4711?token=do-not-publish-4711");
		onlyRequest("/raw/{id}");
		assertThat(application.messages(Message.TYPE_HTTP_REQUEST).toString()).doesNotContain("do-not-publish-4711");
	}

	@Test
	void givesOneRouteToAllThatIsNotFound() {
		assertThat(application.get("/nobody/knows/this-1").statusCode()).isEqualTo(404);
		assertThat(application.get("/nobody/knows/this-2").statusCode()).isEqualTo(404);
		RunningApplication.await(() -> notFound().size() == 2);
		assertThat(notFound()).extracting((message) -> message.fields().get("route")).containsOnly("/**");
		assertThat(notFound()).extracting((message) -> message.fields().get("outcome")).containsOnly("CLIENT_ERROR");
	}

	private static List<Message> notFound() {
		return application.messages(Message.TYPE_HTTP_REQUEST)
			.stream()
			.filter((message) -> Integer.valueOf(404).equals(message.fields().get("status")))
			.toList();
	}

	@Test
	void measuresTheTimeThatTheHandlerTakes() {
		assertMeasured("/measured");
	}

	@Test
	void measuresTheTimeOfAnAsynchronousHandler() {
		assertMeasured("/async/measured");
	}

	private static void assertMeasured(String path) {
		long start = System.nanoTime();
		application.get(path);
		double measured = (Double) onlyRequest(path).fields().get("duration_ms");
		double elapsed = (System.nanoTime() - start) / 1e6;
		assertThat(measured).isBetween(RequestController.handlerMillis, elapsed);
	}

	@ParameterizedTest
	@CsvSource({ "/async/callable, 200, SUCCESS", "/async/callable-fails, 500, SERVER_ERROR",
			"/async/deferred, 200, SUCCESS", "/async/deferred-fails, 500, SERVER_ERROR",
			"/async/deferred-times-out, 503, SERVER_ERROR", "/async/events, 200, SUCCESS",
			"/async/stream, 200, SUCCESS", "/sends-error, 503, SERVER_ERROR", "/fails, 500, SERVER_ERROR",
			"/filter-fails, 500, SERVER_ERROR", "/filter-refuses, 403, CLIENT_ERROR", "/redirects, 302, REDIRECTION" })
	void publishesOneMessage(String path, int status, String outcome) {
		String route = path.startsWith("/filter") ? "UNKNOWN" : path;
		assertThat(application.get(path).statusCode()).isEqualTo(status);
		RunningApplication.await(() -> requests(route, status).size() >= 1);
		fence();
		assertThat(requests(route, status)).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("outcome", outcome));
	}

	private static List<Message> requests(String route, int status) {
		return application.messages(Message.TYPE_HTTP_REQUEST)
			.stream()
			.filter((message) -> route.equals(message.fields().get("route"))
					&& Integer.valueOf(status).equals(message.fields().get("status")))
			.toList();
	}

	@Test
	void publishesOneMessageForARequestThatIsForwarded() {
		fence();
		int before = application.messages(Message.TYPE_HTTP_REQUEST).size();
		assertThat(application.get("/forwards").body()).isEqualTo("target");
		fence();
		assertThat(application.messages(Message.TYPE_HTTP_REQUEST)).hasSize(before + 2);
	}

	@Test
	void carriesTheTraceOfTheRequest() {
		String traceId = application.get("/trace").body();
		assertThat(onlyRequest("/trace").trace().traceId()).isEqualTo(traceId);
	}

	@Test
	void carriesTheTraceOfAnAsynchronousRequest() {
		String traceId = application.get("/async/trace").body();
		assertThat(onlyRequest("/async/trace").trace().traceId()).isEqualTo(traceId);
	}

	@Test
	void takesOverTheTraceOfTheCaller() {
		String traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
		HttpResponse<String> response = application.get("/callers-trace", "traceparent",
				"00-" + traceId + "-00f067aa0ba902b7-01");
		assertThat(response.body()).isEqualTo(traceId);
		assertThat(onlyRequest("/callers-trace").trace().traceId()).isEqualTo(traceId);
	}

	@Test
	void carriesWhatCustomizersAdd() {
		application.get("/customized");
		assertThat(onlyRequest("/customized").fields()).containsEntry("tenant", "acme");
	}

	@Test
	void doesNotFailARequestWhenACustomizerFails() {
		assertThat(application.get("/customizer-fails").statusCode()).isEqualTo(200);
		assertThat(onlyRequest("/customizer-fails").fields()).containsEntry("status", 200);
	}

	@Test
	void doesNotFailARequestWhenACustomizerPublishes() {
		assertThat(application.get("/customizer-publishes").statusCode()).isEqualTo(200);
		onlyRequest("/customizer-publishes");
	}

	private static Message onlyRequest(String route) {
		application.requests(route);
		fence();
		assertThat(application.requests(route)).hasSize(1);
		return application.requests(route).get(0);
	}

	/** Ensures that everything a request publishes late has been published. */
	private static void fence() {
		long before = fences();
		application.get("/fence");
		RunningApplication.await(() -> fences() > before);
	}

	private static long fences() {
		return application.messages(Message.TYPE_HTTP_REQUEST)
			.stream()
			.filter((message) -> "/fence".equals(message.fields().get("route")))
			.count();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(RequestController.class)
	static class RequestApplication {

		@Bean
		@Order(0)
		OncePerRequestFilter failingFilter() {
			return new OncePerRequestFilter() {

				@Override
				protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response,
						FilterChain chain) throws ServletException, IOException {
					if (request.getRequestURI().equals("/filter-fails")) {
						throw new IllegalStateException("the filter fails");
					}
					if (request.getRequestURI().equals("/filter-refuses")) {
						response.sendError(403);
						return;
					}
					chain.doFilter(request, response);
				}

			};
		}

		@Bean
		RequestMessageCustomizer tenant() {
			return (message, request) -> {
				switch (request.path()) {
					case "/customized" -> message.field("tenant", "acme");
					case "/customizer-fails" -> throw new IllegalStateException("the customizer fails");
					case "/customizer-publishes" -> message.publish();
					default -> {
					}
				}
			};
		}

	}

	@Controller
	@ResponseBody
	static class RequestController {

		private static volatile double handlerMillis;

		private final Tracer tracer;

		RequestController(Tracer tracer) {
			this.tracer = tracer;
		}

		@GetMapping("/items/{id}")
		Map<String, String> item(@PathVariable String id) {
			return Map.of("id", id);
		}

		@GetMapping("/raw/{id}")
		String raw(@PathVariable String id) {
			return id;
		}

		@GetMapping({ "/fence", "/customized", "/customizer-fails", "/customizer-publishes" })
		String nothing() {
			return "";
		}

		@GetMapping("/measured")
		String measured() throws Exception {
			long start = System.nanoTime();
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(new byte[4 * 1024 * 1024]);
			handlerMillis = (System.nanoTime() - start) / 1e6;
			return HexFormat.of().formatHex(digest);
		}

		@GetMapping("/async/measured")
		Callable<String> measuredLater() {
			return this::measured;
		}

		@GetMapping("/async/callable")
		Callable<String> callable() {
			return () -> "later";
		}

		@GetMapping("/async/callable-fails")
		Callable<String> failingCallable() {
			return () -> {
				throw new IllegalStateException("fails later");
			};
		}

		@GetMapping("/async/deferred")
		DeferredResult<String> deferred() {
			DeferredResult<String> result = new DeferredResult<>();
			inBackground(() -> result.setResult("later"));
			return result;
		}

		@GetMapping("/async/deferred-fails")
		DeferredResult<String> failingDeferred() {
			DeferredResult<String> result = new DeferredResult<>();
			inBackground(() -> result.setErrorResult(new IllegalStateException("fails later")));
			return result;
		}

		@GetMapping("/async/deferred-times-out")
		DeferredResult<String> deferredWithoutResult() {
			// Jetty can lose a timeout that ends before the handler does, without Cairn
			// as well
			return new DeferredResult<>(200L);
		}

		@GetMapping("/async/events")
		SseEmitter events() {
			SseEmitter emitter = new SseEmitter();
			inBackground(() -> {
				try {
					emitter.send("one");
					emitter.send("two");
					emitter.complete();
				}
				catch (IOException ex) {
					emitter.completeWithError(ex);
				}
			});
			return emitter;
		}

		@GetMapping("/async/stream")
		StreamingResponseBody stream() {
			return (out) -> out.write("streamed".getBytes());
		}

		@GetMapping("/trace")
		String trace() {
			return this.tracer.currentSpan().context().traceId();
		}

		@GetMapping("/callers-trace")
		String callersTrace() {
			return trace();
		}

		@GetMapping("/async/trace")
		Callable<String> asyncTrace() {
			String traceId = trace();
			return () -> traceId;
		}

		@GetMapping("/sends-error")
		void sendsError(HttpServletResponse response) throws IOException {
			response.sendError(503);
		}

		@GetMapping("/redirects")
		void redirects(HttpServletResponse response) throws IOException {
			response.sendRedirect("/fence");
		}

		@GetMapping("/fails")
		String fails() {
			throw new IllegalStateException("fails");
		}

		@GetMapping("/forwards")
		void forwards(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
			request.getRequestDispatcher("/target").forward(request, response);
		}

		@GetMapping("/target")
		String target() {
			return "target";
		}

		private static void inBackground(Runnable task) {
			Thread thread = new Thread(task, "background");
			thread.setDaemon(true);
			thread.start();
		}

	}

}
