package dev.cairn.sampling;

import java.util.List;

import dev.cairn.Sampler;
import dev.cairn.Severity;

/**
 * Decides by the first rule that matches, and as the call asks where none does.
 * Immutable.
 */
public final class SamplingRules implements Sampler {

	private final List<SamplingRule> rules;

	/**
	 * Create the rule set.
	 * @param rules rules in the order in which they are tried
	 */
	public SamplingRules(List<SamplingRule> rules) {
		this.rules = List.copyOf(rules);
	}

	@Override
	public double rate(String type, Severity severity, double requested) {
		for (SamplingRule rule : this.rules) {
			if (rule.matches(type, severity)) {
				return rule.rate();
			}
		}
		return requested;
	}

}
