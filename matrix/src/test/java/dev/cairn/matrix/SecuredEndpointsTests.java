package dev.cairn.matrix;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.matrix.app.ReactiveSecuredApplication;
import dev.cairn.matrix.app.SecuredApplication;
import dev.cairn.testing.Ports;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoints of applications whose chains of Spring Security match them with Boot's
 * {@code EndpointRequest}, on the port of the application and on one of their own.
 */
class SecuredEndpointsTests {

	private static final List<String> ENDPOINTS = List.of("cairn", "cairnmetrics", "cairnevents", "cairnconfig",
			"cairndoctor", "cairnswitches");

	private static final String SWITCH = "{\"kind\":\"event\",\"target\":\"orders.placed\",\"value\":\"off\"}";

	@ParameterizedTest
	@CsvSource({ "false, false", "false, true", "true, false", "true, true" })
	void nothingIsReachedOrChangedWithoutTheRole(boolean reactive, boolean ownPort, @TempDir Path directory)
			throws Exception {
		int management = ownPort ? Ports.free() : 0;
		Map<String, String> properties = properties(management);
		properties.put("management.endpoint.cairnswitches.access", "unrestricted");
		try (Application application = start(reactive, directory, properties)) {
			int port = application.awaitPort();
			assertThat(new Endpoint(port, "").get("/orders/7").statusCode()).isEqualTo(200);
			int endpoints = ownPort ? management : port;
			Endpoint operator = new Endpoint(endpoints, "operator");
			JsonNode set = operator.set("event", "orders.paid", "off", "1h");
			assertThat(set.path("who").asString()).isEqualTo("operator");
			for (String name : ENDPOINTS) {
				String path = "/actuator/" + name;
				for (String method : List.of("GET", "POST", "DELETE")) {
					String at = method.equals("DELETE") ? path + "/" + set.path("id").asString() : path;
					assertThat(new Endpoint(endpoints, "").send(method, at, SWITCH).statusCode()).as(method + " " + at)
						.isEqualTo(401);
					assertThat(new Endpoint(endpoints, "reader").send(method, at, SWITCH).statusCode())
						.as(method + " " + at)
						.isEqualTo(403);
				}
				assertThat(operator.get(path).statusCode()).as(path).isEqualTo(200);
				assertThat(operator.send("POST", path, SWITCH).statusCode()).as(path)
					.isEqualTo(name.equals("cairnswitches") ? 200 : 405);
			}
			assertThat(operator.get("/actuator/cairnswitches").body()).contains("orders.paid", "orders.placed");
			operator.revert(set);
		}
	}

	@ParameterizedTest
	@CsvSource({ "false", "true" })
	void theRoleAloneDoesNotPermitChanges(boolean reactive, @TempDir Path directory) throws Exception {
		try (Application application = start(reactive, directory, properties(0))) {
			Endpoint operator = new Endpoint(application.awaitPort(), "operator");
			assertThat(operator.get("/actuator/cairnswitches").statusCode()).isEqualTo(200);
			assertThat(operator.send("POST", "/actuator/cairnswitches", SWITCH).statusCode()).isEqualTo(405);
			assertThat(operator.send("DELETE", "/actuator/cairnswitches/1", "").statusCode()).isIn(404, 405);
		}
	}

	private static Map<String, String> properties(int management) {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("server.address", "127.0.0.1");
		properties.put("server.port", "0");
		properties.put("management.endpoints.web.exposure.include", String.join(",", ENDPOINTS));
		if (management != 0) {
			properties.put("management.server.port", String.valueOf(management));
			properties.put("management.server.address", "127.0.0.1");
		}
		return properties;
	}

	private static Application start(boolean reactive, Path directory, Map<String, String> properties)
			throws Exception {
		Set<Library> libraries = reactive
				? EnumSet.of(Library.LOGBACK, Library.SECURITY, Library.WEBFLUX, Library.REACTOR)
				: EnumSet.of(Library.LOGBACK, Library.SECURITY, Library.MVC, Library.SERVLET, Library.TOMCAT);
		Class<?> main = reactive ? ReactiveSecuredApplication.class : SecuredApplication.class;
		return Application.start(directory, Library.classPathWithCairn(libraries), properties, main.getName());
	}

}
