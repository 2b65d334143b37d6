package dev.cairn.console;

import dev.cairn.spring.core.CairnAutoConfiguration;
import io.micrometer.observation.Observation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Streams take as long as somebody watches, and are left out of the meters of requests.
 */
class StreamObservationsTests {

	@ParameterizedTest
	@CsvSource({ "/actuator/cairnconsole/api/stream, false", "/shop/actuator/cairnconsole/api/stream, false",
			"/actuator/cairnconsole/api/live, true", "/api/stream, true", "/orders/17, true" })
	void onlyStreamsAreLeftOut(String path, boolean observed) {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class,
					WebEndpointAutoConfiguration.class, CairnAutoConfiguration.class, ConsoleAutoConfiguration.class))
			.withPropertyValues("cairn.console.enabled=true", "management.endpoints.web.exposure.include=cairnconsole")
			.run((context) -> {
				StreamObservations observations = context.getBean(StreamObservations.class);
				MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
				assertThat(observations.test("http.server.requests",
						new ServerRequestObservationContext(request, new MockHttpServletResponse())))
					.isEqualTo(observed);
				assertThat(observations.test("other", new Observation.Context())).isTrue();
			});
	}

}
