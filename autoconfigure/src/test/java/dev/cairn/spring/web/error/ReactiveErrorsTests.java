package dev.cairn.spring.web.error;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.TestServers;
import dev.cairn.spring.web.error.ReactiveApplication.ErrorController;
import dev.cairn.testing.SentryServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for the failures of requests of a reactive application, with and without a
 * tracer, with each server.
 */
@ParameterizedClass
@CsvSource({ TestServers.NETTY + "," + RunningApplication.WITHOUT_TRACER,
		TestServers.NETTY + "," + ReactiveErrorsTests.TRACER, TestServers.TOMCAT + "," + ReactiveErrorsTests.TRACER,
		TestServers.JETTY + "," + ReactiveErrorsTests.TRACER })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReactiveErrorsTests {

	static final String TRACER = "management.tracing.sampling.probability=1";

	@Parameter(0)
	private String server;

	@Parameter(1)
	private String tracer;

	/** The ids of the incidents of the tests before. */
	private final Set<String> before = new HashSet<>();

	private SentryServer sentry;

	private RunningApplication application;

	@BeforeParameterizedClassInvocation
	void start() {
		this.sentry = SentryServer.started();
		this.application = RunningApplication.startReactive(ReactiveApplication.class, this.server, this.tracer,
				"sentry.dsn=" + this.sentry.dsn());
	}

	@BeforeEach
	void forget() {
		fence();
		this.application.incidents().forEach((incident) -> this.before.add(errorId(incident)));
		this.application.forget();
	}

	@AfterParameterizedClassInvocation
	void stop() {
		this.application.close();
		this.sentry.close();
	}

	@ParameterizedTest
	@CsvSource({ "/errors/thrown, 500, java.lang.IllegalStateException",
			"/errors/mono, 500, java.lang.IllegalStateException", "/errors/checked, 500, java.io.IOException",
			"/errors/elsewhere, 500, java.lang.IllegalStateException",
			"/errors/timeout, 500, java.util.concurrent.TimeoutException",
			"/errors/logged, 500, java.lang.IllegalStateException",
			"/errors/first-item, 500, java.lang.IllegalStateException",
			"/errors/annotated, 503, dev.cairn.spring.web.error.ReactiveApplication$ClosedException",
			"/functions/throws, 500, java.lang.IllegalStateException",
			"/functions/fails, 500, java.lang.IllegalStateException",
			"/filter/throws, 500, java.lang.IllegalStateException",
			"/filter/fails, 500, java.lang.IllegalStateException" })
	void capturesUnhandledExceptions(String path, int status, String type) {
		HttpResponse<String> response = this.application.get(path, "Accept", "application/json");
		assertThat(response.statusCode()).isEqualTo(status);
		Message incident = onlyIncident();
		assertThat(incident.thrown().getClass().getName()).isEqualTo(type);
		assertThat(incident.fields()).containsEntry("status", status)
			.containsEntry("handled", false)
			.containsEntry("method", "GET")
			.containsEntry("route", path.startsWith("/filter") ? "UNKNOWN" : path);
		checkIds(response, incident, status);
		assertThat(RunningApplication.map(response.body())).containsEntry("errorId", incident.fields().get("error_id"))
			.containsEntry("status", status)
			.containsKeys("timestamp", "error", "path", "requestId");
	}

	@Test
	void capturesAStatusOfTheServer() {
		HttpResponse<String> response = this.application.get("/errors/status/503");
		Message incident = onlyIncident();
		assertThat(response.statusCode()).isEqualTo(503);
		checkIds(response, incident, 503);
		assertThat(RunningApplication.map(response.body())).containsEntry("errorId", incident.fields().get("error_id"));
	}

	@ParameterizedTest
	@CsvSource({ "GET, /errors/status/404, 404", "GET, /errors/status/409, 409", "POST, /errors/thrown, 405",
			"GET, /errors/annotated-gone, 410", "GET, /errors/typed?amount=many, 400", "GET, /errors/typed, 400",
			"GET, /nowhere, 404", "GET, /functions/not-found, 404", "GET, /errors/logged-not-found, 404",
			"GET, /errors/teapot, 418", "GET, /functions/handled-conflict, 409" })
	void doesNotCaptureWhatTheCallerDidWrong(String method, String path, int status) {
		HttpResponse<String> response = this.application.send(method, path);
		fence();
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		assertThat(response.body()).doesNotContain("errorId");
		assertThat(this.application.incidents()).isEmpty();
		assertThat(request(status).fields()).doesNotContainKey("error_id");
	}

	@ParameterizedTest
	@CsvSource({ "/handled/entity, 502, '{\"own\":\"entity\"}'", "/handled/later, 503, '{\"own\":\"later\"}'",
			"/handled/void, 503, ''", "/handled-locally, 503, local", "/handled-elsewhere, 502, '{\"own\":\"entity\"}'",
			"/functions/handled, 503, sorry" })
	void capturesWhatTheApplicationHandlesAsAnErrorOfTheServer(String path, int status, String body) {
		HttpResponse<String> response = this.application.get(path, "Accept", "*/*");
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.body()).isEqualTo(body);
		Message incident = onlyIncident();
		assertThat(incident.fields()).containsEntry("handled", true).containsEntry("status", status);
		checkIds(response, incident, status);
	}

	@Test
	void bootsErrorPageHasTheIds() {
		HttpResponse<String> response = this.application.get("/errors/mono", "Accept", "text/html");
		Message incident = onlyIncident();
		checkIds(response, incident, 500);
		assertThat(response.headers().firstValue("Content-Type").orElseThrow())
			.isEqualToIgnoringCase("text/html;charset=UTF-8");
		assertThat(response.body()).startsWith("<html><body><h1>Whitelabel Error Page</h1>")
			.contains("(type=Internal Server Error, status=500)")
			.contains("<div>Error id: " + incident.fields().get("error_id") + "</div>")
			.contains("<div>Trace id: " + incident.trace().traceId() + "</div>");
	}

	@Test
	void bootsErrorPageIsUnchangedWithoutAnIncident() {
		HttpResponse<String> response = this.application.get("/errors/status/404", "Accept", "text/html");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.body()).contains("Whitelabel Error Page").doesNotContain("Error id", "Trace id");
	}

	@ParameterizedTest
	@CsvSource({ "/handled/problem, 503", "/handled/problem-later, 502" })
	void addsTheIdToAProblemOfTheApplication(String path, int status) {
		HttpResponse<String> response = this.application.get(path);
		Message incident = onlyIncident();
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(RunningApplication.map(response.body())).containsEntry("detail", "own")
			.containsEntry("errorId", incident.fields().get("error_id"));
		checkIds(response, incident, status);
	}

	@ParameterizedTest
	@CsvSource({ "/handled/not-found, 404", "/handled/problem-not-found, 404", "/handled/fine, 200" })
	void doesNotCaptureWhatTheApplicationHandlesOtherwise(String path, int status) {
		HttpResponse<String> response = this.application.get(path);
		fence();
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		assertThat(response.body()).contains("own").doesNotContain("errorId");
		assertThat(this.application.incidents()).isEmpty();
	}

	@Test
	void capturesWhatTheApplicationsOwnHandlerThrowsAgain() {
		HttpResponse<String> response = this.application.get("/handled/rethrown");
		assertThat(response.statusCode()).isEqualTo(500);
		checkIds(response, onlyIncident(), 500);
	}

	@Test
	void aHandlerThatFailsIsNoIncidentOfItsOwn() {
		HttpResponse<String> response = this.application.get("/handled/fails");
		assertThat(response.statusCode()).isEqualTo(500);
		Message incident = onlyIncident();
		assertThat(incident.thrown()).isInstanceOf(ReactiveApplication.HandledException.class);
		assertThat(incident.fields()).containsEntry("handler_exception",
				"java.lang.UnsupportedOperationException: the handler fails");
		checkIds(response, incident, 500);
	}

	@Test
	void capturesAFailureInTheMiddleOfAnAnswerWithoutTouchingIt() {
		String answer = this.application.raw("/errors/committed");
		// Tomcat has not sent the first part yet, so that the status still changes
		int status = this.server.equals(TestServers.TOMCAT) ? 500 : 200;
		assertThat(answer).startsWith("HTTP/1.1 " + status).doesNotContain("errorId");
		Message incident = onlyIncident();
		assertThat(incident.fields()).containsEntry("route", "/errors/committed");
		assertThat(request(status).fields()).containsEntry("error_id", incident.fields().get("error_id"));
		checkEvent(incident);
	}

	@Test
	void capturesAFailureAfterTheAnswer() {
		this.application.raw("/filter/after");
		Message incident = onlyIncident();
		assertThat(incident.thrown()).hasMessage("after the response");
		checkEvent(incident);
	}

	@Test
	void theErrorPageHasTheIdsInItsModel() {
		HttpResponse<String> response = this.application.get("/errors/thrown", "Accept", "text/html,*/*;q=0.8");
		assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
		checkIds(response, onlyIncident(), 500);
	}

	@Test
	void linesMessageAndIncidentHaveTheSameIds() {
		HttpResponse<String> response = this.application.get("/errors/elsewhere");
		Message incident = onlyIncident();
		checkIds(response, incident, 500);
		String traceId = incident.trace().traceId();
		assertThat(request(500).trace().traceId()).isEqualTo(traceId);
		assertThat(response.headers().firstValue("X-Trace-Id")).hasValue(traceId);
		assertThat(lines(traceId, "about to fail")).hasSize(1);
		assertThat(lines(traceId, "500 Server Error")).singleElement()
			.satisfies((line) -> assertThat(line.getMDCPropertyMap()).containsEntry("errorId",
					(String) incident.fields().get("error_id")));
	}

	private static List<ILoggingEvent> lines(String traceId, String text) {
		return RunningApplication.logEvents()
			.stream()
			.filter((line) -> line.getFormattedMessage().contains(text)
					&& traceId.equals(line.getMDCPropertyMap().get("traceId")))
			.toList();
	}

	@Test
	void doesNotCaptureThatAClientHasGone() throws Exception {
		// Servlet containers notice it when the response is written
		assumeThat(this.server).isEqualTo(TestServers.NETTY);
		ErrorController controller = this.application.bean(ErrorController.class);
		try (Socket socket = new Socket("127.0.0.1", this.application.port())) {
			socket.getOutputStream()
				.write("GET /errors/never HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			assertThat(controller.waiting.await(30, TimeUnit.SECONDS)).isTrue();
			socket.setSoLinger(true, 0);
		}
		assertThat(controller.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(this.application.requests("/errors/never").get(0).fields()).containsEntry("aborted", true)
			.doesNotContainKey("error_id");
		fence();
		assertThat(this.application.incidents()).isEmpty();
	}

	/**
	 * The caller, the message of the request, the incident and its only event in Sentry
	 * have one id.
	 */
	private void checkIds(HttpResponse<String> response, Message incident, int status) {
		String id = errorId(incident);
		assertThat(id).matches("[0-9a-f]{32}");
		assertThat(response.headers().allValues("X-Error-Id")).containsExactly(id);
		Map<String, Object> request = request(status).fields();
		assertThat(request).containsEntry("error_id", id).containsEntry("outcome", "SERVER_ERROR");
		assertThat(request(status).trace()).isEqualTo(incident.trace());
		checkEvent(incident);
	}

	/** A second event would have another id. */
	private void checkEvent(Message incident) {
		JsonNode event = this.sentry.awaitEvent(errorId(incident));
		assertThat(event.at("/contexts/trace/trace_id").asString()).isEqualTo(incident.trace().traceId());
		assertThat(this.sentry.distinctEvents()).extracting((each) -> each.path("event_id").asString())
			.filteredOn((id) -> !this.before.contains(id))
			.containsExactly(errorId(incident));
	}

	private static String errorId(Message incident) {
		return (String) incident.fields().get("error_id");
	}

	private Message request(int status) {
		RunningApplication.await(() -> !requests(status).isEmpty());
		assertThat(requests(status)).hasSize(1);
		return requests(status).get(0);
	}

	private List<Message> requests(int status) {
		return this.application.messages(Message.TYPE_HTTP_REQUEST)
			.stream()
			.filter((message) -> !"/fence".equals(message.fields().get("route"))
					&& Integer.valueOf(status).equals(message.fields().get("status")))
			.toList();
	}

	private Message onlyIncident() {
		RunningApplication.await(() -> !this.application.incidents().isEmpty());
		fence();
		List<Message> incidents = this.application.incidents();
		assertThat(incidents).hasSize(1);
		return incidents.get(0);
	}

	/** Ensures that everything a request publishes late has been published. */
	private void fence() {
		long before = fences();
		this.application.get("/fence");
		RunningApplication.await(() -> fences() > before);
	}

	private long fences() {
		return this.application.messages(Message.TYPE_HTTP_REQUEST)
			.stream()
			.filter((message) -> "/fence".equals(message.fields().get("route")))
			.count();
	}

}
