package dev.cairn.collector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The collector of an application with Spring Security, with and without the filter chain
 * of the documentation.
 */
class SecuredCollectorTests {

	private static final String MESSAGE = "{\"type\":\"a\"}";

	@Test
	void withoutAFilterChainNothingIsAccepted() {
		try (Running application = Running.start(Running.Application.class, WebApplicationType.SERVLET,
				"spring.autoconfigure.exclude=")) {
			assertThat(application.post(MESSAGE).statusCode()).isIn(401, 403);
			assertThat(application.messages()).isEmpty();
		}
	}

	@Test
	void withTheFilterChainOfThePageTheKeysDecide() {
		try (Running application = Running.start(Secured.class, WebApplicationType.SERVLET,
				"spring.autoconfigure.exclude=", "cairn.collector.keys.shop.token=shop-key")) {
			assertThat(application.post(MESSAGE).statusCode()).isEqualTo(401);
			assertThat(application.post(MESSAGE, "X-Cairn-Key", "shop-key").statusCode()).isEqualTo(202);
			assertThat(application.post(MESSAGE, "Authorization", "Bearer shop-key").headers().firstValue("Set-Cookie"))
				.isEmpty();
			assertThat(application.messages()).hasSize(2);
		}
	}

	@Test
	void theFilterChainIsTheOneOfThePage() throws IOException {
		String code = Files
			.readString(Path.of("src", "test", "java", "dev", "cairn", "collector", "SecuredCollectorTests.java"));
		String method = code
			.substring(code.indexOf("\t\t@Bean\n"), code.indexOf("\n\t\t}\n", code.indexOf("\t\t@Bean\n")))
			.replace("\n\t\t", "\n")
			.substring(2);
		assertThat(Files.readString(Path.of("..", "..", "src", "docs", "collector.md")))
			.contains("```java\n" + method + "\n}\n```");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Running.Application.class)
	static class Secured {

		@Bean
		@Order(1)
		SecurityFilterChain collector(HttpSecurity http) {
			return http.securityMatcher("/cairn/**")
				.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.csrf((csrf) -> csrf.disable())
				.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
				.build();
		}

	}

}
