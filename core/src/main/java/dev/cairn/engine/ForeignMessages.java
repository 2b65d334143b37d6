package dev.cairn.engine;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

import dev.cairn.Cairn.Acceptance;
import dev.cairn.Message;
import dev.cairn.Sampler;
import dev.cairn.Sampler.Signal;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.delivery.Sink;
import dev.cairn.internal.Extensions;
import org.jspecify.annotations.Nullable;

/**
 * Processes the finished messages of other services: route, sample, filter, copy without
 * secrets, dispatch. They keep their ids, times and origins.
 */
record ForeignMessages(Router router, Sampling sampling, MessageFactory factory, Predicate<Message> filter,
		Dispatcher dispatcher, UnsentEvents unsent) {

	Acceptance accept(Message message, Dispatcher.@Nullable Progress progress) {
		List<Sink> sinks = this.router.route(message.type(), message.logger(), message.severity());
		if (sinks.isEmpty()) {
			return Acceptance.NO_ROUTE;
		}
		return Extensions.enter(() -> accept(message, sinks, progress), () -> {
			this.unsent.refused(sinks);
			return Acceptance.LOST;
		});
	}

	CompletionStage<Acceptance> acceptAndStore(Message message) {
		StorageConfirmation confirmation = new StorageConfirmation();
		Acceptance acceptance = accept(message, confirmation);
		if (acceptance != Acceptance.ACCEPTED) {
			confirmation.end(acceptance);
		}
		return confirmation.stored();
	}

	private Acceptance accept(Message foreign, List<Sink> sinks, Dispatcher.@Nullable Progress progress) {
		sinks.forEach((sink) -> sink.channel().offered());
		try {
			double rate = this.sampling.rate(new Candidate(foreign), false);
			if (rate <= 0 || (rate < 1 && draw(foreign) >= rate)) {
				this.unsent.sampledOut(sinks);
				return Acceptance.SAMPLED_OUT;
			}
			Message message = this.factory.copy(foreign, rate);
			if (this.filter.test(message)) {
				return this.dispatcher.dispatch(message, sinks, false, progress) ? Acceptance.ACCEPTED
						: Acceptance.LOST;
			}
			this.unsent.filtered(sinks);
			return Acceptance.FILTERED;
		}
		catch (Throwable ex) {
			this.unsent.failed(sinks, ex);
			return Acceptance.LOST;
		}
	}

	private static double draw(Message message) {
		Trace trace = message.trace();
		return Sampler.draw((trace != null) ? trace.traceId() : null);
	}

	/** The view of a message that a sampler has. */
	private record Candidate(Message message) implements Sampler.Candidate {

		@Override
		public Signal signal() {
			return Signal.ofType(this.message.type());
		}

		@Override
		public String name() {
			return this.message.type();
		}

		@Override
		public Severity severity() {
			return this.message.severity();
		}

		@Override
		public @Nullable Object field(String key) {
			return this.message.fields().get(key);
		}

		@Override
		public String payload() {
			return this.message.payload();
		}

	}

}
