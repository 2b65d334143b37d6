package dev.cairn.spring.points;

import java.util.List;

import dev.cairn.spring.doctor.DoctorCheck;

/**
 * Finds configured points that match no method.
 */
record UnmatchedPointsCheck(PointsValidator validator) implements DoctorCheck {

	@Override
	public String name() {
		return "unmatched-points";
	}

	@Override
	public List<Finding> examine() {
		return this.validator.unmatched()
			.entrySet()
			.stream()
			.map((point) -> new Finding("T" + point.getValue().substring(1), point.getKey(),
					"The events are missing, without an error when the method is renamed",
					point.getKey() + "=<bean>#<method>"))
			.toList();
	}

}
