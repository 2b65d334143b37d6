package dev.cairn.spring.web.error;

import java.util.Optional;

import ch.qos.logback.classic.Level;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that functional endpoints of Spring MVC answer as before, and that one WARN is
 * logged, if their filters cannot be read, as could happen with another version of
 * Spring.
 */
class UnsupportedFunctionsTests {

	@Test
	void areLoggedOnce() {
		try (RunningApplication application = RunningApplication.start(FunctionsApplication.class)) {
			assertThat(application.get("/function").statusCode()).isEqualTo(202);
			assertThat(RunningApplication.logEvents())
				.filteredOn((line) -> line.getFormattedMessage().contains("are not captured"))
				.singleElement()
				.satisfies((line) -> assertThat(line.getLevel()).isEqualTo(Level.WARN))
				.satisfies((line) -> assertThat(line.getFormattedMessage()).contains("Spring MVC", "routerFunction"));
		}
	}

	/** Both mappings have all functions. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FunctionsApplication {

		@Bean
		RouterFunctionMapping secondMapping() {
			return new RouterFunctionMapping();
		}

		@Bean
		RouterFunction<ServerResponse> function() {
			return new FilteredRouterFunction();
		}

	}

	/** Has the name of Spring's class, and none of its fields. */
	static class FilteredRouterFunction implements RouterFunction<ServerResponse> {

		@Override
		public Optional<HandlerFunction<ServerResponse>> route(ServerRequest request) {
			return Optional.of((received) -> ServerResponse.accepted().build());
		}

	}

}
