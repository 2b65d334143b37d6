package dev.cairn.spring.switches;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import dev.cairn.NamePattern;
import dev.cairn.Sampler.Signal;
import dev.cairn.engine.Settings;
import dev.cairn.engine.Settings.SamplingRule;
import org.jspecify.annotations.Nullable;

/**
 * Signals that are kept at a rate, by a sampling rule that comes before the others.
 *
 * @param signal the signal, or {@code null} for all messages
 * @param byException whether the target is the class of a failure and not a name
 * @param required whether the target must match a known one
 * @param known supplies the known targets
 */
record RateKind(@Nullable Signal signal, boolean byException, boolean required,
		Supplier<? extends Collection<String>> known) implements SwitchKind {

	static final String VALUES = "on, off, or a rate from 0 to 1";

	private static final String AS_CONFIGURED = "as configured";

	@Override
	public String values() {
		return (this.signal == Signal.COUNTER) ? ON_OR_OFF : VALUES;
	}

	@Override
	public Collection<String> targets() {
		return this.known.get();
	}

	@Override
	public Change change(SwitchRequest request, Settings now) {
		NamePattern target = NamePattern.of(request.requiredTarget());
		if (this.required && targets().stream().noneMatch(target::matches)) {
			throw new IllegalArgumentException("target must match one of " + targets() + ", but was '" + target + "'");
		}
		SamplingRule rule = rule(target, request.rate());
		return new Change(target.toString(), text(rule.rate()), was(rule, now), (settings) -> first(rule, settings));
	}

	private SamplingRule rule(NamePattern target, double rate) {
		return new SamplingRule(this.signal, this.byException ? NamePattern.ANY : target, null,
				this.byException ? target : null, null, null, null, rate);
	}

	static Settings first(SamplingRule rule, Settings settings) {
		List<SamplingRule> rules = new ArrayList<>();
		rules.add(rule);
		rules.addAll(settings.samplingRules());
		return settings.withSamplingRules(rules);
	}

	/** A rule that has other conditions as well may apply, and the call has a rate. */
	static String was(SamplingRule rule, Settings now) {
		return now.samplingRules()
			.stream()
			.filter((each) -> each.signal() == rule.signal() || each.signal() == null && isMessage(rule.signal()))
			.filter((each) -> each.name().matches(rule.name().toString()))
			.findFirst()
			.filter((each) -> each.severity() == null && each.route() == null && each.status() == null
					&& each.message() == null
					&& Objects.toString(each.exception(), "").equals(Objects.toString(rule.exception(), "")))
			.map((each) -> text(each.rate()))
			.orElse(AS_CONFIGURED);
	}

	private static boolean isMessage(@Nullable Signal signal) {
		return signal == null || signal.isMessage();
	}

	static String text(double rate) {
		return (rate == 0 || rate == 1) ? SwitchKind.onOrOff(rate == 1) : String.valueOf(rate);
	}

}
