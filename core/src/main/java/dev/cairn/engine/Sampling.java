package dev.cairn.engine;

import dev.cairn.Sampler;
import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an event is kept: once for all signals of a trace or unit of work.
 */
final class Sampling {

	private final Named<Sampler> sampler;

	private final Named<Trace.Source> traceSource;

	private final Settings.Holder settings;

	private final Extensions extensions;

	Sampling(Sampler sampler, Trace.Source traceSource, Settings.Holder settings, Extensions extensions) {
		this.sampler = new Named<>("the sampler", sampler);
		this.traceSource = new Named<>("the trace source", traceSource);
		this.settings = settings;
		this.extensions = extensions;
	}

	/** Decides once, and notes the trace and the rate in an event that is kept. */
	boolean isKept(EventValues event) {
		if (event.kept == null) {
			event.kept = decide(event);
		}
		return event.kept;
	}

	private boolean decide(EventValues event) {
		double rate = rate(event);
		if (rate <= 0) {
			return false;
		}
		Trace trace = trace(event);
		if (rate >= 1) {
			return true;
		}
		event.keptRate = rate;
		return lot(trace) < rate;
	}

	private double rate(EventValues event) {
		return rate(event, event.alwaysKept);
	}

	/** Returns the fraction to keep of the messages like this one. */
	double rate(Sampler.Candidate event, boolean alwaysKept) {
		if (this.settings.get().typesOff().contains(event.name())) {
			return 0;
		}
		if (alwaysKept) {
			return 1;
		}
		Double rate = this.extensions.call(this.sampler, (sampler) -> checkedRate(sampler, event));
		return (rate != null) ? rate : event.requestedRate();
	}

	private static double checkedRate(Sampler sampler, Sampler.Candidate event) {
		double rate = sampler.rate(event);
		if (Double.isNaN(rate)) {
			throw new IllegalStateException("the rate is not a number");
		}
		return rate;
	}

	private static double lot(@Nullable Trace trace) {
		if (trace != null) {
			return Sampler.draw(trace.traceId());
		}
		UnitOfWork unit = UnitOfWork.current();
		return Sampler.draw((unit != null) ? unit.id() : null);
	}

	/**
	 * Returns the trace of an event: unless it was set, the active one, or else that of
	 * the unit of work.
	 */
	@Nullable Trace trace(EventValues event) {
		if (event.trace == null) {
			event.trace = this.extensions.call(this.traceSource, Trace.Source::current);
		}
		UnitOfWork unit = (event.trace == null) ? UnitOfWork.current() : null;
		if (unit != null) {
			event.trace = unit.trace();
		}
		return event.trace;
	}

}
