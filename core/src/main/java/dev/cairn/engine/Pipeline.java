package dev.cairn.engine;

import java.util.List;
import java.util.Map;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFields;
import dev.cairn.MessageFilter;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.delivery.Sink;
import dev.cairn.engine.CairnBuilder.Preset;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;

/**
 * The way of a message: route, sample, build, filter, enrich, redact, dispatch. What is
 * not kept costs least; a message that is offered to a channel ends in exactly one
 * outcome of its account.
 */
final class Pipeline implements EventBuilder.Publisher {

	private final MessageFactory factory;

	private final Presets presets;

	private final Router router;

	private final Sampling sampling;

	private final CallSites callSites;

	private final List<Named<MessageFilter>> filters;

	private final List<Named<MessageEnricher>> enrichers;

	private final Dispatcher dispatcher;

	private final Signals signals;

	private final Reports confirmations;

	private final Extensions extensions;

	Pipeline(CairnBuilder builder, Signals signals, Reports confirmations) {
		this.confirmations = confirmations;
		this.factory = new MessageFactory(builder.origin, builder.limits, builder.redactor, builder.clock,
				builder.mapper);
		this.presets = new Presets(builder.presets, builder.accounts);
		this.extensions = builder.extensions();
		this.router = new Router(builder.routes, builder.sinks, builder.accounts, builder.settings);
		this.sampling = new Sampling(builder.sampler, builder.trace, builder.settings, this.extensions);
		this.callSites = builder.callSites;
		this.filters = Extensions.named("filter", builder.filters);
		this.enrichers = Extensions.named("enricher", builder.enrichers);
		this.dispatcher = new Dispatcher(builder.transactions, signals, builder.signals.isActive(), builder.held,
				this.extensions);
		this.signals = signals;
	}

	@Override
	public @Nullable String publish(EventBuilder event) {
		return Extensions.enter(() -> publishNow(event), () -> refuse(event));
	}

	private @Nullable String publishNow(EventBuilder event) {
		this.presets.applyTo(event);
		List<Sink> sinks = route(event);
		sinks.forEach((sink) -> sink.channel().offered());
		if (sinks.isEmpty()) {
			event.lost(DropReason.NO_ROUTE);
		}
		Message message = sinks.isEmpty() ? null : sampleAndBuild(event, sinks);
		if (message == null) {
			return null;
		}
		event.offered = true;
		return this.dispatcher.dispatch(message, sinks, event.transactional, event.confirmation) ? message.id() : null;
	}

	/** Counts what code has published that Cairn itself has called. */
	<T> @Nullable T refuse(EventBuilder event) {
		for (Sink sink : route(event)) {
			refuse(sink);
		}
		event.lost(DropReason.REENTRANT);
		return null;
	}

	private static void refuse(Sink sink) {
		sink.channel().offered();
		sink.channel().dropped(DropReason.REENTRANT);
	}

	private @Nullable Message sampleAndBuild(EventBuilder event, List<Sink> sinks) {
		try {
			if (!isKept(event)) {
				sampledOut(event, sinks);
				return null;
			}
			if (event.locating) {
				locate(event);
			}
			event.addDetails(this.extensions);
			Message message = build(event);
			if (message == null) {
				sinks.forEach((sink) -> sink.channel().filtered());
			}
			return message;
		}
		catch (Throwable ex) {
			failed(sinks, ex);
			event.lost(DropReason.ERROR);
			return null;
		}
	}

	/**
	 * Accepts a finished message of another service, which keeps its id, time and origin.
	 */
	boolean accept(Message foreign) {
		List<Sink> sinks = this.router.route(foreign.type(), foreign.logger(), foreign.severity());
		return Extensions.enter(() -> accept(foreign, sinks), () -> {
			sinks.forEach(Pipeline::refuse);
			return false;
		});
	}

	private boolean accept(Message foreign, List<Sink> sinks) {
		sinks.forEach((sink) -> sink.channel().offered());
		try {
			Message message = this.factory.copy(foreign);
			if (isAccepted(message)) {
				return this.dispatcher.dispatch(message, sinks, false, null);
			}
			sinks.forEach((sink) -> sink.channel().filtered());
		}
		catch (Throwable ex) {
			failed(sinks, ex);
		}
		return false;
	}

	List<Sink> route(EventBuilder event) {
		String logger = (event.logger != null) ? event.logger : this.factory.origin().service();
		return this.router.route(event.name(), logger, event.severity());
	}

	@Override
	public boolean isKept(EventBuilder event) {
		this.presets.applyTo(event);
		return this.sampling.isKept(event);
	}

	void sampledOut(EventBuilder event, List<Sink> sinks) {
		sinks.forEach((sink) -> sink.channel().sampledOut());
		this.signals.report((listener, unit) -> listener.sampledOut(event, unit));
	}

	EventBuilder newEvent(String type) {
		return new EventBuilder(type, this.factory.limits(), this);
	}

	/** Adds which line of the application has called, unless the field is set. */
	void locate(EventBuilder event) {
		this.extensions.guard("the call site", () -> {
			Map<String, Object> site = this.callSites.find();
			if (site != null) {
				event.fields.addIfAbsent(MessageFields.CALL_SITE, site);
			}
		});
	}

	void applyPresets(EventBuilder event) {
		this.presets.applyTo(event);
	}

	/** Returns {@code null} if a filter does not accept the message. */
	@Nullable Message build(EventBuilder event) {
		Message message = this.filters.isEmpty() ? null : this.factory.create(event);
		if (message != null && !isAccepted(message)) {
			return null;
		}
		if (message != null && this.enrichers.isEmpty()) {
			return message;
		}
		this.extensions.each(this.enrichers, (enricher) -> enricher.enrich(event));
		return this.factory.create(event);
	}

	private boolean isAccepted(Message message) {
		return this.extensions.all(this.filters, (filter) -> filter.accept(message));
	}

	/** Counts without a lambda: there may be little of the stack left. */
	void failed(List<Sink> sinks, Throwable ex) {
		for (Sink sink : sinks) {
			sink.channel().dropped(DropReason.ERROR);
		}
		this.extensions.failed("publishing a message", ex);
	}

	Dispatcher.PreparedMessage prepare(Message message, List<Sink> sinks) {
		return this.dispatcher.prepare(message, sinks, null);
	}

	@Nullable Trace trace(EventBuilder event) {
		return this.sampling.trace(event);
	}

	@Override
	public Confirmation confirmation() {
		return new Confirmation(this.confirmations);
	}

	@Override
	public @Nullable Preset preset(String name) {
		return this.presets.find(name);
	}

	Limits limits() {
		return this.factory.limits();
	}

	Extensions extensions() {
		return this.extensions;
	}

}
