package dev.cairn.spring.logging;

import java.util.List;

import dev.cairn.spring.doctor.DoctorCheck;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;

/**
 * Finds loggers of Log4j2 that pass nothing on to the root logger and have no appender.
 */
record Log4jLoggersCheck(Log4jEntries entries) implements DoctorCheck {

	@Override
	public String name() {
		return "log4j-loggers";
	}

	@Override
	public List<Finding> examine() {
		LoggerContext context = this.entries.context();
		if (context == null) {
			return List.of();
		}
		return context.getConfiguration()
			.getLoggers()
			.values()
			.stream()
			.filter((logger) -> !logger.isAdditive() && logger.getLevel() != Level.OFF
					&& logger.getAppenders().isEmpty() && !logger.getName().isEmpty())
			.map((logger) -> new Finding("The logger has additivity=false and no appender", logger.getName(),
					"Its lines, errors included, are in no log",
					"<Logger name=\"" + logger.getName() + "\" additivity=\"true\"/>"))
			.toList();
	}

}
