package dev.cairn.spring.web.request;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.cairn.Message;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which requests are those of the users, wherever the actuator is.
 */
class ActuatorRequestsTests {

	/** Tomcat and Netty are on the class path of the tests. */
	private static final String ONE_SERVER = "spring.autoconfigure.exclude=org.springframework.boot.tomcat."
			+ "autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration";

	private static final String EXPOSED = "management.endpoints.web.exposure.include=cairn,health";

	@ParameterizedTest
	@CsvSource({ "false, /actuator, cairn.enabled=true", "true, /actuator, cairn.enabled=true",
			"false, /ops/view, management.endpoints.web.base-path=/ops/view/",
			"true, /ops/view, management.endpoints.web.base-path=/ops/view/",
			"false, '', management.endpoints.web.base-path=/", "true, '', management.endpoints.web.base-path=/",
			"false, /mvc/actuator, spring.mvc.servlet.path=/mvc" })
	void requestsOfTheActuatorAreExcluded(boolean reactive, String base, String property) {
		try (RunningApplication application = start(reactive, property)) {
			assertThat(application.get(base + "/cairn").statusCode()).isEqualTo(200);
			assertThat(application.get(base + "/health").statusCode()).isEqualTo(200);
			application.get(base + "/cairn-2");
			application.get("/orders");
			assertThat(excluded(application, 4)).containsEntry(base + "/cairn", true)
				.containsEntry(base + "/health", true)
				.containsEntry(base + "/cairn-2", !base.isEmpty())
				.containsEntry("/orders", false);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void thoseThatThePropertyNamesAreExcludedAsWell(boolean reactive) {
		try (RunningApplication application = start(reactive, "cairn.requests.exclude=/orders/**")) {
			application.get("/orders/1");
			application.get("/returns");
			application.get("/actuator/health");
			assertThat(excluded(application, 3)).containsEntry("/orders/1", true)
				.containsEntry("/returns", false)
				.containsEntry("/actuator/health", true);
			RunningApplication.await(() -> application.messages(Message.TYPE_HTTP_REQUEST).size() == 2);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void onAPortOfItsOwnTheActuatorHasNoPathOfTheApplication(boolean reactive) {
		try (RunningApplication application = start(reactive, "management.server.port=0")) {
			application.get("/actuator/health");
			assertThat(excluded(application, 1)).containsEntry("/actuator/health", false);
		}
	}

	private static RunningApplication start(boolean reactive, String property) {
		return reactive ? RunningApplication.startReactive(Application.class, EXPOSED, ONE_SERVER, property)
				: RunningApplication.start(Application.class, EXPOSED, property);
	}

	private static Map<String, Boolean> excluded(RunningApplication application, int requests) {
		Map<String, Boolean> excluded = application.bean(Ended.class).excluded;
		RunningApplication.await(() -> excluded.size() == requests);
		return excluded;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Ended ended() {
			return new Ended();
		}

	}

	static class Ended implements SignalListener {

		final Map<String, Boolean> excluded = new ConcurrentHashMap<>();

		@Override
		public void unitEnded(UnitOfWork unit) {
			RequestFacts facts = unit.attribute(RequestFacts.KEY);
			if (facts != null) {
				this.excluded.put(facts.path(), unit.attribute(RequestFacts.EXCLUDED) != null);
			}
		}

	}

}
