package dev.cairn.engine;

import java.util.List;

import dev.cairn.Candidate;
import dev.cairn.Sampler;

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
	public double rate(Candidate candidate) {
		for (SamplingRule rule : this.rules) {
			if (rule.matches(candidate)) {
				return rule.rate();
			}
		}
		return candidate.requestedRate();
	}

}
