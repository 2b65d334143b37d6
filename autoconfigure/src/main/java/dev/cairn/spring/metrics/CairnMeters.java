package dev.cairn.spring.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

import dev.cairn.Ledger;
import dev.cairn.Ledger.Balance;
import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The meters of the Ledger: {@code cairn.messages} and those whose names begin so,
 * {@code cairn.channel.state} and {@code cairn.incidents}. All meters of a channel exist
 * from its beginning, because a reader of a counter that appears with its first loss
 * would not see that loss as an increase.
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
		FunctionCounter.builder("cairn.messages.offered", channel, (counted) -> counted.balance().offered())
			.description("Messages that were routed to the channel")
			.tag("channel", channel.name())
			.register(registry);
		for (DropReason reason : DropReason.values()) {
			FunctionCounter
				.builder("cairn.messages.dropped", channel,
						(counted) -> counted.balance().dropped().getOrDefault(reason, 0L))
				.description("Lost messages by reason")
				.tag("channel", channel.name())
				.tag("reason", reason.wireName())
				.register(registry);
		}
		gauge(registry, channel, "cairn.messages.held", "Messages that are not delivered or dropped yet",
				Balance::held);
		gauge(registry, channel, "cairn.messages.spooled", "Held messages that are on the disk", Balance::spooled);
		gauge(registry, channel, "cairn.channel.state", "0 is up, 1 degraded, 2 down, 3 off",
				(balance) -> balance.state().ordinal());
	}

	private static void gauge(MeterRegistry registry, Channel channel, String name, String description,
			ToDoubleFunction<Balance> value) {
		Gauge.builder(name, channel, (measured) -> value.applyAsDouble(measured.balance()))
			.description(description)
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
