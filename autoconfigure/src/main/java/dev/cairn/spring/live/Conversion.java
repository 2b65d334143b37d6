package dev.cairn.spring.live;

import java.time.Duration;
import java.util.List;

/**
 * Steps that lead to a goal.
 *
 * @param steps types of events, in the order in which a visitor takes them
 * @param within the time from the first step to the last
 */
public record Conversion(List<String> steps, Duration within) {

	/**
	 * Copies the steps.
	 * @throws IllegalArgumentException when there are less than two
	 */
	public Conversion {
		steps = List.copyOf(steps);
		if (steps.size() < 2) {
			throw new IllegalArgumentException("a conversion has at least two steps");
		}
	}

}
