package dev.cairn.event;

import java.math.BigDecimal;
import java.util.Objects;

import dev.cairn.Category;
import dev.cairn.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Somebody has come one step further on the way to what the service is there for; from
 * these conversion and retention are counted.
 *
 * @param funnel which way, such as {@code checkout}
 * @param step which step, such as {@code paid}
 * @param visitor who it was, not to be traced back to a person
 * @param amount what it is worth
 * @param currency of the amount: three letters, as in ISO 4217
 */
@EventType(value = "step.reached", version = 1, category = Category.OPERATION)
public record StepReached(String funnel, String step, @Nullable String visitor, @Nullable BigDecimal amount,
		@Nullable String currency) {

	/**
	 * Checks that the step is named.
	 */
	public StepReached {
		Objects.requireNonNull(funnel, "funnel must not be null");
		Objects.requireNonNull(step, "step must not be null");
	}

}
