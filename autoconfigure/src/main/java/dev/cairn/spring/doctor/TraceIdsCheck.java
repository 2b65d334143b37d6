package dev.cairn.spring.doctor;

import java.util.ArrayList;
import java.util.List;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Finds applications in which two systems make ids of traces.
 */
record TraceIdsCheck(ConfigurableApplicationContext context) implements DoctorCheck {

	private static final String BRAVE = "brave.Tracer";

	private static final String OPEN_TELEMETRY = "io.opentelemetry.api.OpenTelemetry";

	@Override
	public String name() {
		return "trace-ids";
	}

	@Override
	public List<Finding> examine() {
		List<Finding> findings = new ArrayList<>();
		Environment environment = this.context.getEnvironment();
		boolean tracer = Beans.exist(this.context, ObservationsCheck.TRACER);
		double rate = environment.getProperty("sentry.traces-sample-rate", Double.class, 0.0);
		if (tracer && rate > 0 && environment.getProperty("sentry.dsn") != null) {
			findings.add(new Finding("Sentry and Micrometer Tracing both make traces", "sentry.traces-sample-rate",
					"A request has two ids of a trace, and its calls carry the headers of both",
					"sentry.traces-sample-rate=0"));
		}
		if (Beans.exist(this.context, BRAVE) && Beans.exist(this.context, OPEN_TELEMETRY)) {
			findings.add(new Finding("There are tracers of Brave and of OpenTelemetry", "the class path",
					"Libraries that use the one have other ids than those that use the other",
					"Remove one of spring-boot-starter-zipkin and spring-boot-starter-opentelemetry"));
		}
		return findings;
	}

}
