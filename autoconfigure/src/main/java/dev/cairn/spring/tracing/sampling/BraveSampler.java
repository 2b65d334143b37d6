package dev.cairn.spring.tracing.sampling;

import java.util.HexFormat;

import brave.sampler.Sampler;

/**
 * Decides on the first span of a trace.
 */
final class BraveSampler extends Sampler {

	private final SpanRules rules;

	BraveSampler(SpanRules rules) {
		this.rules = rules;
	}

	@Override
	public boolean isSampled(long traceId) {
		return this.rules.isKept(HexFormat.of().toHexDigits(traceId), "");
	}

}
