package dev.cairn.spring.logging;

import java.util.Iterator;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import dev.cairn.spring.doctor.DoctorCheck;
import org.slf4j.LoggerFactory;

/**
 * Finds loggers of Logback that pass nothing on to the root logger and have no appender.
 */
record LogbackLoggersCheck() implements DoctorCheck {

	@Override
	public String name() {
		return "logback-loggers";
	}

	@Override
	public List<Finding> examine() {
		if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
			return List.of();
		}
		return context.getLoggerList()
			.stream()
			.filter((logger) -> !logger.isAdditive() && logger.getEffectiveLevel() != Level.OFF && !hasAppender(logger)
					&& !logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME))
			.map((logger) -> new Finding("The logger has additivity=false and no appender", logger.getName(),
					"Its lines, errors included, are in no log",
					"<logger name=\"" + logger.getName() + "\" additivity=\"true\"/>"))
			.toList();
	}

	/** Those of Cairn write no log. */
	private static boolean hasAppender(Logger logger) {
		for (Iterator<Appender<ILoggingEvent>> all = logger.iteratorForAppenders(); all.hasNext();) {
			String name = all.next().getName();
			if (name == null || !name.startsWith(LogbackCapture.NAME)) {
				return true;
			}
		}
		return false;
	}

}
