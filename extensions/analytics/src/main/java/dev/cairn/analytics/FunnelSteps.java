package dev.cairn.analytics;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Steps that lead to a goal.
 *
 * @param steps the types of the events, in the order of the steps
 * @param within the maximum time from the first step to the last
 */
record FunnelSteps(List<String> steps, Duration within) {

	/** The statement has as many. */
	static final int MAX_STEPS = 8;

	/**
	 * Checks the number of steps.
	 * @throws IllegalArgumentException if it is no number that a funnel may have
	 */
	FunnelSteps {
		if (steps.size() < 2 || steps.size() > MAX_STEPS) {
			throw new IllegalArgumentException("A funnel has 2 to " + MAX_STEPS + " steps.");
		}
		steps = List.copyOf(steps);
	}

	long micros() {
		return TimeUnit.MICROSECONDS.convert(this.within);
	}

	Map<String, @Nullable Object> parameters() {
		Map<String, @Nullable Object> parameters = new HashMap<>();
		parameters.put("within", micros());
		for (int i = 0; i < MAX_STEPS; i++) {
			parameters.put("step" + (i + 1), (i < this.steps.size()) ? this.steps.get(i) : null);
		}
		return parameters;
	}

}
