package dev.cairn.spring.tracing.sampling;

import java.util.List;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;

/**
 * Decides on the first span of a trace.
 *
 * @param rules the rules
 */
record OpenTelemetrySampler(SpanRules rules) implements Sampler {

	/** Returns Boot's default. */
	static Sampler byProbability(double probability) {
		return Sampler.parentBased(Sampler.traceIdRatioBased(probability));
	}

	/** Spans with a parent follow its decision, as by default in Boot. */
	static Sampler byRules(SpanRules rules) {
		return Sampler.parentBased(new OpenTelemetrySampler(rules));
	}

	@Override
	public SamplingResult shouldSample(Context parent, String traceId, String name, SpanKind kind,
			Attributes attributes, List<LinkData> links) {
		return this.rules.isKept(traceId, name) ? SamplingResult.recordAndSample() : SamplingResult.drop();
	}

	@Override
	public String getDescription() {
		return "cairn.sampling.rules";
	}

}
