package dev.cairn;

import java.util.function.Supplier;

/**
 * The sampled calls of {@link Cairn#get()}: looks for the installed Cairn at every call.
 */
final class GlobalMetrics implements Metrics {

	private final Supplier<Cairn> installed;

	private final double rate;

	private volatile Sampled last;

	GlobalMetrics(Supplier<Cairn> installed, double rate) {
		this.installed = installed;
		this.rate = rate;
		Cairn now = installed.get();
		this.last = new Sampled(now, now.sampled(rate));
	}

	private Metrics delegate() {
		Cairn now = this.installed.get();
		Sampled known = this.last;
		if (known.cairn() != now) {
			known = new Sampled(now, now.sampled(this.rate));
			this.last = known;
		}
		return known.metrics();
	}

	@Override
	public void incr(String name, double by, String... tags) {
		delegate().incr(name, by, tags);
	}

	@Override
	public void set(String name, double value, String... tags) {
		delegate().set(name, value, tags);
	}

	@Override
	public void record(String name, double value, String... tags) {
		delegate().record(name, value, tags);
	}

	@Override
	public Timing timer(String name, String... tags) {
		return delegate().timer(name, tags);
	}

	@Override
	public Metrics sampled(double rate) {
		return new GlobalMetrics(this.installed, this.rate * Sampler.checkRate(rate));
	}

	private record Sampled(Cairn cairn, Metrics metrics) {
	}

}
