package dev.cairn.spring.doctor;

import java.util.List;
import java.util.stream.Stream;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Finds applications whose errors are problem details, but for those that Spring Security
 * answers.
 */
record ProblemDetailsCheck(ConfigurableApplicationContext context) implements DoctorCheck {

	private static final List<String> ENTRY_POINTS = List.of(
			"org.springframework.security.web.AuthenticationEntryPoint",
			"org.springframework.security.web.server.ServerAuthenticationEntryPoint");

	@Override
	public String name() {
		return "problem-details";
	}

	@Override
	public List<Finding> examine() {
		Environment environment = this.context.getEnvironment();
		List<String> enabled = Stream.of("spring.mvc.problemdetails.enabled", "spring.webflux.problemdetails.enabled")
			.filter((property) -> environment.getProperty(property, Boolean.class, false))
			.toList();
		if (enabled.isEmpty() || !Beans.exist(this.context, ExposureCheck.FILTERS)
				|| Beans.exist(this.context, ENTRY_POINTS)) {
			return List.of();
		}
		return List.of(new Finding("The answers 401 and 403 of Spring Security are no problem details", enabled.get(0),
				"Clients get two formats of errors",
				"An AuthenticationEntryPoint and an AccessDeniedHandler bean that pass the exception on to the bean "
						+ "handlerExceptionResolver, set in exceptionHandling() of the filter chain"));
	}

}
