package dev.cairn.sampling;

import dev.cairn.NamePattern;
import dev.cairn.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fraction of the messages that match.
 *
 * @param type which types it takes
 * @param severity it takes messages at least as severe as this, or of any severity when
 * {@code null}
 * @param rate 0 (none) to 1 (all)
 */
public record SamplingRule(NamePattern type, @Nullable Severity severity, double rate) {

	/**
	 * Checks the rate.
	 * @throws IllegalArgumentException when it is outside 0 to 1
	 */
	public SamplingRule {
		if (!(rate >= 0 && rate <= 1)) {
			throw new IllegalArgumentException("rate must be between 0 and 1, but was " + rate);
		}
	}

	boolean matches(String type, Severity severity) {
		return this.type.matches(type) && (this.severity == null || severity.isAtLeast(this.severity));
	}

}
