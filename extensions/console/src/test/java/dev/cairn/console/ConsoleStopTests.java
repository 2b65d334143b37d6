package dev.cairn.console;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The end of an application with open streams. The web server waits for requests that are
 * active; streams end before.
 */
class ConsoleStopTests {

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void openStreamsEnd(WebApplicationType type) throws IOException {
		List<Running.EventSource> streams = new ArrayList<>();
		Running application = Running.start(Shop.class, type, "server.shutdown=graceful",
				"spring.lifecycle.timeout-per-shutdown-phase=10m");
		for (int i = 0; i < 5; i++) {
			Running.EventSource stream = application.stream(application.port("server"),
					Running.CONSOLE + "/api/stream");
			assertThat(stream.next("live").has("channels")).isTrue();
			streams.add(stream);
		}
		application.close();
		for (Running.EventSource stream : streams) {
			assertThat(stream.next("bye").isObject()).isTrue();
			assertThat(stream.lines().lines().filter((line) -> !line.isEmpty())).isEmpty();
		}
	}

}
