package dev.cairn.spring.switches;

import dev.cairn.engine.Settings;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Switches in an application whose own chain of Spring Security requires a role. The
 * class path has none of Boot's modules of Spring Security.
 */
class SecuredSwitchesTests {

	@Test
	void nothingIsReachedOrChangedWithoutTheRole() {
		try (RunningApplication application = RunningApplication.start(Secured.class,
				"management.endpoints.web.exposure.include=cairnswitches",
				"management.endpoint.cairnswitches.access=unrestricted")) {
			Client nobody = Client.of(application);
			Client reader = nobody.as("reader:pw");
			Client operator = nobody.as("operator:pw");
			JsonNode set = operator.set("event", "order.placed", "off", "1h");
			assertThat(set.path("who").asString()).isEqualTo("operator");
			for (Client client : new Client[] { nobody, reader }) {
				int refused = (client == nobody) ? 401 : 403;
				assertThat(client.get().statusCode()).isEqualTo(refused);
				assertThat(client.post("kind", "event", "target", "other", "value", "off").statusCode())
					.isEqualTo(refused);
				assertThat(client.delete(set.path("id").asString()).statusCode()).isEqualTo(refused);
			}
			assertThat(application.bean(Settings.Holder.class).get().typesOff()).containsExactly("order.placed");
			assertThat(operator.active()).hasSize(1);
			assertThat(operator.delete(set.path("id").asString()).statusCode()).isEqualTo(200);
			assertThat(application.messages("cairn.switch")).extracting((message) -> message.fields().get("who"))
				.containsExactly("operator", "operator");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableWebSecurity
	static class Secured {

		/** As Boot registers it. */
		@Bean
		DelegatingFilterProxyRegistrationBean securityFilter() {
			DelegatingFilterProxyRegistrationBean registration = new DelegatingFilterProxyRegistrationBean(
					"springSecurityFilterChain");
			registration.setOrder(-100);
			return registration;
		}

		@Bean
		SecurityFilterChain actuator(HttpSecurity http) {
			return http.securityMatcher("/actuator/**")
				.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("OPERATOR"))
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(user("reader", "USER"), user("operator", "OPERATOR"));
		}

		private static UserDetails user(String name, String role) {
			return User.withUsername(name).password("{noop}pw").roles(role).build();
		}

	}

}
