package dev.cairn.spring.sentry;

import java.util.List;

import dev.cairn.spring.doctor.DoctorCheck;

/**
 * Finds appenders of Sentry that capture the log lines from which Cairn captures
 * failures. Cairn drops second events of a failure, but the appender's come first.
 */
record SentryAppenderCheck(SentryAppenders appenders) implements DoctorCheck {

	@Override
	public String name() {
		return "sentry-appender";
	}

	@Override
	public List<Finding> examine() {
		return this.appenders.capturing()
			.stream()
			.map((logger) -> new Finding("Sentry's appender captures log lines beside Cairn", "logger " + logger,
					"Cairn's sampling and grouping do not apply to the events of the appender",
					"<minimumEventLevel>OFF</minimumEventLevel> in the appender, or remove it"))
			.toList();
	}

}
