package dev.cairn.engine;

import java.util.List;

import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFilter;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.delivery.Sink;
import dev.cairn.engine.CairnBuilder.Preset;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;

/**
 * Processes a message: route, sample, build, filter, enrich, redact, dispatch. Messages
 * that are not kept cost least. A message that is offered to a channel ends in exactly
 * one outcome of its account.
 */
final class Pipeline implements EventBuilder.Publisher {

	private final Presets presets;

	private final Router router;

	private final Sampling sampling;

	private final CallSites callSites;

	private final List<Named<MessageFilter>> filters;

	private final List<Named<MessageEnricher>> enrichers;

	private final MessageFactory factory;

	private final Dispatcher dispatcher;

	private final UnsentEvents unsent;

	private final CallbackExecutor confirmations;

	private final Extensions extensions;

	Pipeline(CairnBuilder builder, Signals signals, CallbackExecutor confirmations) {
		this.extensions = builder.extensions();
		this.presets = new Presets(builder.presets, builder.accounts);
		this.router = new Router(builder.routes, builder.sinks, builder.accounts, builder.settings);
		this.sampling = new Sampling(builder.sampler, builder.trace, builder.settings, this.extensions);
		this.callSites = builder.callSites;
		this.filters = Extensions.named("filter", builder.filters);
		this.enrichers = Extensions.named("enricher", builder.enrichers);
		this.factory = new MessageFactory(builder.origin, builder.limits, builder.redactor, builder.clock,
				builder.mapper);
		this.dispatcher = new Dispatcher(builder.transactions, signals, builder.deferred, this.extensions);
		this.unsent = new UnsentEvents(signals, this.extensions);
		this.confirmations = confirmations;
	}

	@Override
	public @Nullable String publish(EventBuilder event) {
		return Extensions.enter(() -> publishNow(event), () -> refuse(event));
	}

	private @Nullable String publishNow(EventBuilder event) {
		List<Sink> sinks = route(event);
		for (int i = 0; i < sinks.size(); i++) {
			sinks.get(i).channel().offered();
		}
		Message message = sinks.isEmpty() ? this.unsent.unrouted(event) : sampleAndBuild(event, sinks);
		return (message != null && this.dispatcher.dispatch(message, sinks, event.transactional, event.confirmation))
				? message.id() : null;
	}

	private @Nullable Message sampleAndBuild(EventBuilder event, List<Sink> sinks) {
		try {
			if (!isKept(event)) {
				this.unsent.sampledOut(event, sinks);
				return null;
			}
			locate(event, event.locating);
			event.addContext();
			if (!event.details.isEmpty()) {
				this.extensions.each(List.copyOf(event.details), (details) -> details.accept(event));
			}
			Message message = build(event);
			if (message == null) {
				this.unsent.filtered(event, sinks);
			}
			return message;
		}
		catch (Throwable ex) {
			this.unsent.failed(event, sinks, ex);
			return null;
		}
	}

	<T> @Nullable T refuse(EventBuilder event) {
		this.unsent.refused(event, route(event));
		return null;
	}

	ForeignMessages foreignMessages() {
		return new ForeignMessages(this.router, this.sampling, this.factory, this::isAccepted, this.dispatcher,
				this.unsent);
	}

	EventBuilder newEvent(String type) {
		return new EventBuilder(type, this.factory.limits(), this);
	}

	@Override
	public @Nullable Preset preset(String name) {
		return this.presets.find(name);
	}

	@Override
	public Confirmation confirmation() {
		return new Confirmation(this.confirmations);
	}

	List<Sink> route(EventValues event) {
		String logger = event.logger();
		return this.router.route(event.name(), (logger != null) ? logger : this.factory.origin().service(),
				event.severity());
	}

	@Override
	public boolean isKept(EventBuilder event) {
		return this.sampling.isKept(event);
	}

	@Nullable Trace trace(EventValues event) {
		return this.sampling.trace(event);
	}

	void locate(EventValues event, boolean wanted) {
		if (wanted) {
			this.callSites.addTo(event, this.extensions);
		}
	}

	/** Returns {@code null} if a filter does not accept the message. */
	@Nullable Message build(EventBuilder event) {
		Message message = this.filters.isEmpty() ? null : this.factory.create(event);
		if (message != null && !isAccepted(message)) {
			return null;
		}
		if (!this.enrichers.isEmpty()) {
			this.extensions.each(this.enrichers, (enricher) -> enricher.enrich(event));
			return this.factory.create(event);
		}
		return (message != null) ? message : this.factory.create(event);
	}

	private boolean isAccepted(Message message) {
		return this.extensions.all(this.filters, (filter) -> filter.accept(message));
	}

	Dispatcher.PreparedMessage prepare(Message message, List<Sink> sinks) {
		return this.dispatcher.prepare(message, sinks, null);
	}

	UnsentEvents unsent() {
		return this.unsent;
	}

	Limits limits() {
		return this.factory.limits();
	}

	Extensions extensions() {
		return this.extensions;
	}

}
