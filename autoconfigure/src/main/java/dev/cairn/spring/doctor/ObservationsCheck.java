package dev.cairn.spring.doctor;

import java.util.List;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Finds observations that are off although they are needed for spans.
 */
record ObservationsCheck(ConfigurableApplicationContext context) implements DoctorCheck {

	static final String TRACER = "io.micrometer.tracing.Tracer";

	/** Those that begin, continue or pass on the trace of a request or a record. */
	private static final List<String> SWITCHES = List.of("management.observations.enable.all",
			"management.observations.enable.http", "management.observations.enable.http.server",
			"management.observations.enable.http.server.requests",
			"management.observations.enable.http.client.requests", "spring.kafka.template.observation-enabled",
			"spring.kafka.listener.observation-enabled");

	@Override
	public String name() {
		return "observations";
	}

	@Override
	public List<Finding> examine() {
		if (!Beans.exist(this.context, TRACER)) {
			return List.of();
		}
		Environment environment = this.context.getEnvironment();
		return SWITCHES.stream()
			.filter((property) -> "false".equalsIgnoreCase(environment.getProperty(property)))
			.map((property) -> new Finding("Observations are off, although there is a tracer", property,
					"Traces have gaps: the calls have no spans, and may not pass on the trace", property + "=true"))
			.toList();
	}

}
