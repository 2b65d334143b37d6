package dev.cairn.engine;

import dev.cairn.Sampler;
import dev.cairn.SamplingContext;

/**
 * Decides by the first rule of the current settings that matches, and as the call asks if
 * none does.
 */
final class SamplingRules implements Sampler {

	private final Settings.Holder settings;

	SamplingRules(Settings.Holder settings) {
		this.settings = settings;
	}

	@Override
	public double rate(SamplingContext candidate) {
		for (SamplingRule rule : this.settings.get().samplingRules()) {
			if (rule.matches(candidate)) {
				return rule.rate();
			}
		}
		return candidate.requestedRate();
	}

}
