package dev.cairn.spring.switches;

import java.util.Set;

import dev.cairn.Message;
import dev.cairn.NamePattern;
import dev.cairn.engine.Settings;
import dev.cairn.engine.Settings.SamplingRule;

/**
 * A type of events. Off is stronger than a rate of 0: events that ask to be kept are not
 * published either.
 *
 * @param sampled whether the types can have a rate
 */
record EventKind(boolean sampled) implements SwitchKind {

	@Override
	public String values() {
		return this.sampled ? RateKind.VALUES : ON_OR_OFF;
	}

	@Override
	public Change change(SwitchRequest request, Settings now) {
		String type = Message.checkType(request.requiredTarget());
		if (type.equals(SwitchReport.TYPE)) {
			throw new IllegalArgumentException("the events of switches cannot be switched");
		}
		double rate = this.sampled ? request.rate() : (request.isOn() ? 1 : 0);
		SamplingRule rule = new SamplingRule(null, NamePattern.of(type), null, null, null, null, null, rate);
		String was = now.typesOff().contains(type) ? SwitchRequest.OFF : RateKind.was(rule, now);
		return new Change(type, RateKind.text(rate), was, (settings) -> apply(rule, type, settings));
	}

	private static Settings apply(SamplingRule rule, String type, Settings settings) {
		Set<String> off = SwitchKind.switched(settings.typesOff(), Set.of(type), rule.rate() != 0);
		return RateKind.first(rule, settings.withOff(off, settings.sinksOff()));
	}

}
