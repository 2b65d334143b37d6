package dev.cairn.spring.doctor;

import java.util.List;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Finds data sources without spans in an application with a tracer.
 */
record JdbcCheck(ConfigurableApplicationContext context) implements DoctorCheck {

	/** The libraries that wrap data sources. */
	private static final List<String> LIBRARIES = List.of(
			"net.ttddyy.observation.boot.autoconfigure.DataSourceObservationAutoConfiguration",
			"net.ttddyy.observation.tracing.DataSourceObservationListener",
			"io.opentelemetry.instrumentation.jdbc.datasource.OpenTelemetryDataSource");

	@Override
	public String name() {
		return "jdbc";
	}

	@Override
	public List<Finding> examine() {
		if (!Beans.exist(this.context, ObservationsCheck.TRACER) || !Beans.exist(this.context, "javax.sql.DataSource")
				|| LIBRARIES.stream().anyMatch((name) -> ClassUtils.isPresent(name, this.context.getClassLoader()))) {
			return List.of();
		}
		return List.of(new Finding("Statements of JDBC have no spans", String.join(", ", dataSources()),
				"Traces do not show the time in the database",
				"The dependency net.ttddyy.observation:datasource-micrometer-spring-boot:2.0.1"));
	}

	private String[] dataSources() {
		return this.context.getBeanNamesForType(
				ClassUtils.resolveClassName("javax.sql.DataSource", this.context.getClassLoader()), true, false);
	}

}
