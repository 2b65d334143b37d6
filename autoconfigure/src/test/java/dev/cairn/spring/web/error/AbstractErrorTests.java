package dev.cairn.spring.web.error;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.web.error.ErrorApplication.ErrorController;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the failures of requests, whatever format the response has.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbstractErrorTests {

	private RunningApplication application;

	abstract String[] properties();

	/** Check the body of an answer that the application does not write itself. */
	abstract void checkBody(HttpResponse<String> response, Map<String, Object> body, int status);

	@BeforeAll
	void start() {
		this.application = RunningApplication.start(ErrorApplication.class, properties());
	}

	@BeforeEach
	void forget() {
		fence();
		this.application.forget();
	}

	@AfterAll
	void stop() {
		this.application.close();
	}

	@ParameterizedTest
	@CsvSource({ "/errors/runtime, 500, java.lang.IllegalStateException", "/errors/checked, 500, java.io.IOException",
			"/errors/wrapped, 500, java.lang.IllegalStateException", "/errors/assertion, 500, java.lang.AssertionError",
			"/errors/async, 500, java.lang.IllegalStateException",
			"/errors/annotated, 503, dev.cairn.spring.web.error.ErrorApplication$ClosedException" })
	void capturesUnhandledExceptions(String path, int status, String type) {
		HttpResponse<String> response = this.application.get(path, "Accept", "application/json");
		assertThat(response.statusCode()).isEqualTo(status);
		Message incident = onlyIncident(path);
		assertThat(incident.thrown().getClass().getName()).isEqualTo(type);
		checkIds(path, response, incident);
		Map<String, Object> body = RunningApplication.map(response.body());
		assertThat(body).containsEntry("errorId", incident.fields().get("error_id"));
		checkBody(response, body, status);
	}

	@Test
	void capturesWhatTheApplicationsOwnHandlerThrowsAgain() {
		HttpResponse<String> response = this.application.get("/handled/rethrown");
		assertThat(response.statusCode()).isEqualTo(500);
		checkIds("/handled/rethrown", response, onlyIncident("/handled/rethrown"));
	}

	@Test
	void capturesAStatusOfTheServer() {
		HttpResponse<String> response = this.application.get("/errors/status/500");
		Message incident = onlyIncident("/errors/status/{status}");
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(response.headers().firstValue("X-Error-Id")).hasValue((String) incident.fields().get("error_id"));
		assertThat(RunningApplication.map(response.body())).containsEntry("errorId", incident.fields().get("error_id"));
	}

	@ParameterizedTest
	@CsvSource({ "GET, /errors/status/404, 404", "GET, /errors/status/409, 409", "POST, /errors/runtime, 405",
			"GET, /errors/validated?amount=0, 400", "GET, /errors/validated?amount=many, 400",
			"GET, /errors/validated, 400", "GET, /nowhere, 404" })
	void doesNotCaptureWhatTheCallerDidWrong(String method, String path, int status) {
		HttpResponse<String> response = this.application.send(method, path);
		fence();
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		Map<String, Object> body = RunningApplication.map(response.body());
		assertThat(body).doesNotContainKey("errorId");
		checkBody(response, body, status);
		assertThat(this.application.incidents()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "/handled/entity, 502, '{\"own\":\"entity\"}'", "/handled/status, 503, '{\"own\":\"status\"}'",
			"/handled/void, 503, ''", "/handled/view, 503, 'sorry'" })
	void capturesWhatTheApplicationHandlesAsAnErrorOfTheServer(String path, int status, String body) {
		HttpResponse<String> response = this.application.get(path, "Accept", "*/*");
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.body()).isEqualTo(body);
		checkIds(path, response, onlyIncident(path));
	}

	@Test
	void addsTheIdToAProblemOfTheApplication() {
		HttpResponse<String> response = this.application.get("/handled/problem");
		Message incident = onlyIncident("/handled/problem");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(RunningApplication.map(response.body())).containsEntry("detail", "own")
			.containsEntry("errorId", incident.fields().get("error_id"));
		checkIds("/handled/problem", response, incident);
	}

	@ParameterizedTest
	@CsvSource({ "/handled/not-found, 404", "/handled/problem-not-found, 404", "/handled/fine, 200" })
	void doesNotCaptureWhatTheApplicationHandlesOtherwise(String path, int status) {
		HttpResponse<String> response = this.application.get(path);
		fence();
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		assertThat(response.body()).contains("own").doesNotContain("errorId");
		assertThat(this.application.incidents(path)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/errors/runtime", "/errors/assertion", "/errors/annotated" })
	void answersBrowsersWithTheErrorPage(String path) {
		HttpResponse<String> response = this.application.get(path, "Accept", "text/html,application/xhtml+xml");
		fence();
		assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
		assertThat(response.body()).contains("Whitelabel Error Page");
		assertThat(response.headers().firstValue("X-Error-Id")).isPresent();
	}

	@Test
	void capturesAFailureInTheMiddleOfAnAnswerWithoutTouchingIt() {
		String answer = this.application.raw("/errors/committed");
		assertThat(answer).startsWith("HTTP/1.1 200").contains("half an ans").doesNotContain("errorId");
		onlyIncident("/errors/committed");
	}

	@Test
	void doesNotCaptureThatAClientHasGone() throws Exception {
		try (Socket socket = new Socket("127.0.0.1", this.application.port())) {
			socket.getOutputStream().write(request("/errors/endless"));
			assertThat(socket.getInputStream().read()).isEqualTo('H');
			socket.setSoLinger(true, 0);
		}
		assertThat(this.application.bean(ErrorController.class).clientIsGone.await(30, TimeUnit.SECONDS)).isTrue();
		this.application.requests("/errors/endless");
		fence();
		assertThat(this.application.incidents()).isEmpty();
	}

	private static byte[] request(String path) {
		return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
			.getBytes(StandardCharsets.US_ASCII);
	}

	/** The caller, the message of the request and the incident have one id. */
	private void checkIds(String path, HttpResponse<String> response, Message incident) {
		String id = (String) incident.fields().get("error_id");
		assertThat(id).matches("[0-9a-f]{32}");
		assertThat(response.headers().allValues("X-Error-Id")).containsExactly(id);
		RunningApplication.await(() -> this.application.requests(path)
			.stream()
			.anyMatch((request) -> id.equals(request.fields().get("error_id"))));
	}

	private Message onlyIncident(String route) {
		fence();
		List<Message> incidents = this.application.incidents(route);
		assertThat(incidents).hasSize(1);
		return incidents.get(0);
	}

	private void fence() {
		this.application.get("/fence");
	}

}
