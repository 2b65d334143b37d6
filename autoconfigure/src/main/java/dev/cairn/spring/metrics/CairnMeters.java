package dev.cairn.spring.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

import dev.cairn.Ledger;
import dev.cairn.Ledger.Balance;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The meters {@code cairn.messages}, {@code cairn.messages.held} and
 * {@code cairn.incidents} of the Ledger.
 */
final class CairnMeters implements MeterBinder {

	private final Accounts ledger;

	CairnMeters(Accounts ledger) {
		this.ledger = ledger;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.ledger.onChannel((channel) -> bind(registry, channel));
		this.ledger.incidents().onType((type) -> bind(registry, type));
	}

	private static void bind(MeterRegistry registry, Ledger.Incidents.Type type) {
		FunctionCounter.builder("cairn.incidents", type.count(), LongAdder::sum)
			.description("Failures, each counted once")
			.tag("exception", type.name())
			.register(registry);
	}

	private static void bind(MeterRegistry registry, Channel channel) {
		counter(registry, channel, "sampled_out", Balance::sampledOut);
		counter(registry, channel, "filtered", Balance::filtered);
		counter(registry, channel, "delivered", Balance::delivered);
		counter(registry, channel, "dropped", Balance::droppedTotal);
		Gauge.builder("cairn.messages.held", channel, (held) -> held.balance().held())
			.description("Messages that are not delivered or dropped yet")
			.tag("channel", channel.name())
			.register(registry);
	}

	private static void counter(MeterRegistry registry, Channel channel, String outcome,
			ToDoubleFunction<Balance> count) {
		FunctionCounter.builder("cairn.messages", channel, (counted) -> count.applyAsDouble(counted.balance()))
			.description("Messages by outcome")
			.tag("channel", channel.name())
			.tag("outcome", outcome)
			.register(registry);
	}

}
