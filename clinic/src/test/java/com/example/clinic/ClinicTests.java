package com.example.clinic;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import dev.cairn.Cairn;
import dev.cairn.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.CacheManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application of Petclinic's kind, without code of Cairn, is observed as a
 * whole and answers as before if the starter is on its class path.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClinicTests {

	private static final List<String> PAGES = List.of("/", "/owners", "/owners?name=D", "/owners/1", "/owners/2",
			"/owners/new", "/vets.html", "/vets.html", "/vets", "/clinic.css", "/owners/77", "/owners/x", "/nowhere",
			"/crash", "/template");

	private static final List<String> FORMS = List.of("name=&telephone=12", "name=Moss&telephone=6085559999");

	private static RunningClinic clinic;

	private static RunningClinic without;

	@BeforeAll
	static void start(@TempDir Path folder) {
		// The first one to start configures the log of the process
		clinic = new RunningClinic(folder);
		without = new RunningClinic(folder.resolve("without"), "cairn.enabled=false");
	}

	@BeforeEach
	void forget() {
		clinic.forget();
		Objects.requireNonNull(clinic.bean(CacheManager.class).getCache("vets")).clear();
	}

	@AfterAll
	static void stop() {
		clinic.close();
		without.close();
	}

	@Test
	void eachPageAndFormAnswersAsWithoutCairn() {
		for (String type : List.of("text/html", "application/json", "*/*")) {
			for (String page : PAGES) {
				assertThat(Answer.of(clinic.get(page, "Accept", type))).as("%s as %s", page, type)
					.isEqualTo(Answer.of(without.get(page, "Accept", type)));
			}
		}
		for (String form : FORMS) {
			assertThat(Answer.of(clinic.post("/owners/new", form))).as(form)
				.isEqualTo(Answer.of(without.post("/owners/new", form)));
		}
	}

	@Test
	void eachRequestHasItsRouteItsStatusAndItsStatements() {
		for (String page : PAGES) {
			long before = clinic.statements();
			clinic.get(page);
			assertThat(clinic.requests()).last()
				.satisfies(
						(request) -> assertThat(statements(request)).as(page).isEqualTo(clinic.statements() - before));
		}
		for (String form : FORMS) {
			clinic.post("/owners/new", form);
		}
		assertThat(clinic.requests()).extracting(ClinicTests::describe)
			.containsExactly("GET / 200 0", "GET /owners 200 1", "GET /owners 200 1", "GET /owners/{id} 200 2",
					"GET /owners/{id} 200 2", "GET /owners/new 200 0", "GET /vets.html 200 1", "GET /vets.html 200 0",
					"GET /vets 200 0", "GET /** 200 0", "GET /owners/{id} 404 1", "GET /owners/{id} 400 0",
					"GET /** 404 0", "GET /crash 500 1", "GET /template 500 0", "POST /owners/new 200 0",
					"POST /owners/new 302 1");
	}

	@Test
	void aFailingPageIsOneIncidentWithTheIdOnThePageAndInTheLog(CapturedOutput output) {
		HttpResponse<String> page = clinic.get("/crash", "Accept", "text/html");
		String id = onlyIncident(page).path("fields").path("error_id").asString();
		assertThat(page.statusCode()).isEqualTo(500);
		assertThat(page.body()).contains("Error id: " + id);
		assertThat(output.getAll().lines().filter((line) -> line.contains("X-ray")))
			.anySatisfy((line) -> assertThat(line).contains(id));
		JsonNode exception = onlyIncident(page).path("fields").path("exception");
		assertThat(exception.path("class").asString()).isEqualTo("com.example.clinic.CrashController");
		assertThat(exception.path("message").asString()).startsWith("the X-ray of");
	}

	@Test
	void aFailingTemplateIsOneIncident() {
		HttpResponse<String> page = clinic.get("/template", "Accept", "text/html");
		assertThat(page.statusCode()).isEqualTo(500);
		assertThat(onlyIncident(page).path("fields").path("route").asString()).isEqualTo("/template");
	}

	@Test
	void whatTheUserOrTheCallerDoesWrongIsNoIncident() {
		assertThat(clinic.post("/owners/new", "name=&telephone=12").body()).contains("must have 10 digits");
		assertThat(clinic.get("/owners/77").statusCode()).isEqualTo(404);
		assertThat(clinic.get("/owners/x").statusCode()).isEqualTo(400);
		assertThat(clinic.requests()).hasSize(3)
			.allSatisfy((request) -> assertThat(request.path("fields").has("error_id")).isFalse());
		assertThat(clinic.messages(Message.TYPE_EXCEPTION)).isEmpty();
	}

	@Test
	void nothingIsLost() {
		clinic.get("/owners");
		clinic.requests();
		assertThat(clinic.bean(Cairn.class).ledger().balances()).containsOnlyKeys("file")
			.allSatisfy((name, balance) -> assertThat(balance.droppedTotal()).isZero());
	}

	private static JsonNode onlyIncident(HttpResponse<String> page) {
		List<JsonNode> requests = clinic.requests();
		List<JsonNode> incidents = clinic.messages(Message.TYPE_EXCEPTION);
		assertThat(requests).hasSize(1);
		assertThat(incidents).hasSize(1);
		String id = incidents.get(0).path("fields").path("error_id").asString();
		assertThat(requests.get(0).path("fields").path("error_id").asString()).isEqualTo(id);
		assertThat(page.headers().allValues("X-Error-Id")).containsExactly(id);
		return incidents.get(0);
	}

	private static long statements(JsonNode request) {
		return request.path("fields").path("db_calls").asLong(0);
	}

	/** Returns the method, the route, the status and the number of statements. */
	private static String describe(JsonNode request) {
		JsonNode fields = request.path("fields");
		return fields.path("method").asString() + " " + fields.path("route").asString() + " "
				+ fields.path("status").asInt() + " " + statements(request);
	}

	/**
	 * An answer without what differs from one request to the next, and what Cairn adds.
	 */
	private record Answer(int status, Map<String, List<String>> headers, String body) {

		static Answer of(HttpResponse<String> response) {
			Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
			headers.putAll(response.headers().map());
			if (response.statusCode() >= 500) {
				// The body contains the id
				headers.remove("X-Error-Id");
				headers.remove("Content-Length");
			}
			headers.remove("X-Trace-Id");
			headers.remove("Date");
			headers.replaceAll((name, values) -> values.stream().map(Answer::withoutPort).toList());
			return new Answer(response.statusCode(), headers,
					withoutPort(response.body()).replaceAll(",?\"errorId\":\"[0-9a-f]{32}\"", "")
						.replaceAll("<div>(Error|Trace) id: [0-9a-f]{32}</div>", "")
						.replaceAll("\"timestamp\":\"[^\"]*\"", "")
						.replaceAll("<div id='created'>[^<]*</div>", ""));
		}

		private static String withoutPort(String text) {
			return text.replaceAll("127\\.0\\.0\\.1:\\d+", "host").replaceAll("(?i)(;?jsessionid)=[0-9A-F]+", "$1");
		}

	}

}
