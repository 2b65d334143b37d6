package dev.cairn.spring.context.propagation;

import java.util.List;

import dev.cairn.spring.doctor.DoctorCheck;

/**
 * Finds executors whose tasks do not have the context of their callers.
 */
record ExecutorsCheck(ContextExecutors executors) implements DoctorCheck {

	@Override
	public String name() {
		return "executors";
	}

	@Override
	public List<Finding> examine() {
		return this.executors.leftAlone()
			.entrySet()
			.stream()
			.map((executor) -> new Finding(
					"Tasks of the executor do not have the context of their callers, because " + executor.getValue(),
					executor.getKey(), "Their log lines and events have no trace and no bound values",
					"cairn.context.propagation.exclude-executors=" + executor.getKey() + ", if this is intended"))
			.toList();
	}

}
