package dev.cairn.spring.web.error;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;

import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.TestServers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.View;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WhitelabelErrorView} with a browser's requests.
 */
class WhitelabelErrorViewTests {

	@Test
	void thePageShowsTheErrorIdAndTheTraceId() {
		try (RunningApplication application = RunningApplication.start(Whitelabel.class)) {
			HttpResponse<String> page = page(application, "/fails");
			Message incident = application.incidents("/fails").get(0);
			assertThat(page.statusCode()).isEqualTo(500);
			assertThat(page.headers().firstValue("Content-Type")).hasValueSatisfying(
					(type) -> assertThat(type.replace(" ", "")).isEqualToIgnoringCase("text/html;charset=UTF-8"));
			assertThat(incident.trace()).isNotNull();
			assertThat(page.body()).contains("Whitelabel Error Page")
				.contains("<div>Error id: " + incident.fields().get("error_id") + "</div>")
				.endsWith("<div>Trace id: " + incident.trace().traceId() + "</div></body></html>");
		}
	}

	@ParameterizedTest
	@CsvSource({ TestServers.TOMCAT + ",Servlet.service() for servlet", TestServers.JETTY + ",/fails" })
	void theLineOfTheContainerHasBothIds(String server, String line) {
		try (RunningApplication application = RunningApplication.start(Whitelabel.class, server)) {
			page(application, "/fails");
			Message incident = application.incidents("/fails").get(0);
			assertThat(incident.trace()).isNotNull();
			assertThat(RunningApplication.logEvents())
				.filteredOn((event) -> event.getFormattedMessage().startsWith(line))
				.singleElement()
				.satisfies((event) -> assertThat(event.getMDCPropertyMap())
					.containsEntry("errorId", (String) incident.fields().get("error_id"))
					.containsEntry("traceId", incident.trace().traceId()));
		}
	}

	@Test
	void thePageShowsNoTraceIdWhereTracingIsOff() {
		try (RunningApplication application = RunningApplication.start(Whitelabel.class,
				RunningApplication.WITHOUT_TRACER, "cairn.tracing.enabled=false")) {
			assertThat(page(application, "/fails").body()).contains("Error id: ").doesNotContain("Trace id");
		}
	}

	@Test
	void aPageThatIsNoIncidentStaysAsItIs() {
		try (RunningApplication application = RunningApplication.start(Whitelabel.class)) {
			HttpResponse<String> page = page(application, "/nosuch");
			assertThat(page.statusCode()).isEqualTo(404);
			assertThat(page.body()).contains("Whitelabel Error Page").doesNotContain("Error id", "Trace id");
		}
	}

	@Test
	void theJsonBodyHasNoTraceId() {
		try (RunningApplication application = RunningApplication.start(Whitelabel.class)) {
			assertThat(RunningApplication.map(application.get("/fails", "Accept", "application/json").body()))
				.containsKey("errorId")
				.doesNotContainKey("traceId");
		}
	}

	@Test
	void aViewOfTheApplicationStaysAsItIsAndFindsBothInTheModel() {
		try (RunningApplication application = RunningApplication.start(OwnView.class)) {
			HttpResponse<String> page = page(application, "/fails");
			Message incident = application.incidents("/fails").get(0);
			assertThat(page.body())
				.isEqualTo(incident.fields().get("error_id") + " " + incident.trace().traceId() + "</body>");
			assertThat(application.context().getBean("error")).isInstanceOf(PlainView.class);
		}
	}

	@Test
	void thePageStaysAsItIsWhereErrorsAreSwitchedOff() {
		try (RunningApplication application = RunningApplication.start(Whitelabel.class,
				"cairn.errors.enabled=false")) {
			assertThat(page(application, "/fails").body()).contains("Whitelabel Error Page")
				.doesNotContain("Error id", "Trace id");
		}
	}

	private static HttpResponse<String> page(RunningApplication application, String path) {
		return application.get(path, "Accept", "text/html");
	}

	@RestController
	static class FailingController {

		@GetMapping("/fails")
		String fails() {
			throw new IllegalStateException("fails");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(FailingController.class)
	static class Whitelabel {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(FailingController.class)
	static class OwnView {

		@Bean
		View error() {
			return new PlainView();
		}

	}

	static final class PlainView implements View {

		@Override
		public String getContentType() {
			return "text/html";
		}

		@Override
		public void render(Map<String, ?> model, HttpServletRequest request, HttpServletResponse response)
				throws IOException {
			response.getWriter().append(model.get("errorId") + " " + model.get("traceId") + "</body>");
		}

	}

}
