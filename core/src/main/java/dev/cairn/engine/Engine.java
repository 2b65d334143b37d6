package dev.cairn.engine;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.cairn.Cairn;
import dev.cairn.CairnContext;
import dev.cairn.CairnMetrics;
import dev.cairn.CairnVisitors;
import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.Failure.Attempts;
import dev.cairn.Ledger;
import dev.cairn.Lifecycle;
import dev.cairn.LossListener;
import dev.cairn.Message;
import dev.cairn.context.Signals;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Cairn} of a running service: passes each call on to the room that handles
 * it.
 */
final class Engine implements Cairn, Lifecycle {

	private final Pipeline pipeline;

	private final ForeignMessages foreign;

	private final Incidents incidents;

	private final IncidentPipeline incidentPipeline;

	private final CairnMetrics metrics;

	private final CairnContext context;

	private final CairnVisitors visitors;

	/** The signals of this service, as the capture of log entries compares them. */
	private final Signals signals;

	private final Ledger ledger;

	private final RecentMessages recent;

	private final boolean alwaysCallSite;

	private final Supplier<Duration> closeTimeout;

	private final Extensions extensions;

	private final EngineLifecycle lifecycle;

	Engine(CairnBuilder builder) {
		this.extensions = builder.extensions();
		this.signals = builder.signals;
		this.recent = new RecentMessages(builder.recentSize);
		Signals signals = (builder.recentSize > 0) ? builder.signals.and(this.recent) : builder.signals;
		CallbackExecutor confirmations = new CallbackExecutor((task) -> Threads.helper(task, "cairn-confirmations"));
		CallbackExecutor losses = new CallbackExecutor((task) -> Threads.daemon(task, "cairn-losses"));
		if (!builder.lossListeners.isEmpty()) {
			List<Named<LossListener>> listeners = Extensions.named("loss listener", builder.lossListeners);
			builder.accounts.losses((message, sink, reason) -> losses
				.execute(() -> this.extensions.each(listeners, (listener) -> listener.lost(message, sink, reason))));
		}
		this.pipeline = new Pipeline(builder, signals, confirmations);
		this.foreign = this.pipeline.foreignMessages();
		this.incidents = builder.incidents();
		this.incidentPipeline = new IncidentPipeline(this.pipeline, new FailureDetails(builder),
				this.incidents.tracker(), signals);
		this.metrics = builder.metrics;
		this.context = builder.context();
		this.visitors = builder.visitors;
		this.ledger = builder.accounts;
		this.alwaysCallSite = builder.alwaysCallSite;
		this.lifecycle = new EngineLifecycle(this.incidents, builder.deferred, List.copyOf(builder.sinks.values()),
				List.of(confirmations, losses), this.extensions);
		this.closeTimeout = builder.closeTimeout;
		this.lifecycle.start();
	}

	@Override
	public Cairn install() {
		Cairn.super.install();
		if (this.lifecycle.isStopped()) {
			uninstall();
		}
		return this;
	}

	@Override
	public Event event(String type) {
		return newEvent(type);
	}

	@Override
	public Event event(Record event) {
		Objects.requireNonNull(event, "event must not be null");
		EventDefinition definition = EventDefinition.of(event.getClass());
		EventBuilder builder = newEvent(definition.type());
		definition.addTo(builder, event);
		return builder;
	}

	private EventBuilder newEvent(String type) {
		if (Message.isReserved(Message.checkType(type))) {
			throw new IllegalArgumentException(
					"type '" + type + "' is reserved for Cairn's own messages; use another type");
		}
		EventBuilder event = this.pipeline.newEvent(type);
		event.transactional = true;
		event.locating = this.alwaysCallSite;
		return event;
	}

	@Override
	public Event message(String type) {
		return this.pipeline.newEvent(type);
	}

	@Override
	public Acceptance accept(Message message) {
		return this.foreign.accept(Objects.requireNonNull(message, "message must not be null"), null);
	}

	@Override
	public CompletionStage<Acceptance> acceptAndStore(Message message) {
		return this.foreign.acceptAndStore(Objects.requireNonNull(message, "message must not be null"));
	}

	@Override
	public @Nullable String capture(Throwable thrown, Consumer<Event> details) {
		Objects.requireNonNull(thrown, "thrown must not be null");
		return capture(Failure.of(thrown), details);
	}

	@Override
	public @Nullable String captureMessage(String text, Consumer<Event> details) {
		Objects.requireNonNull(text, "text must not be null");
		return capture(Failure.of(text), details);
	}

	private @Nullable String capture(Failure failure, Consumer<Event> details) {
		Objects.requireNonNull(details, "details must not be null");
		return this.extensions.get("capturing a failure", () -> this.incidentPipeline.capture(failure, details));
	}

	@Override
	public Attempts attempts() {
		return this.incidents.tracker().attempts(this.signals, this::capture);
	}

	@Override
	public CairnMetrics metrics() {
		return this.metrics;
	}

	@Override
	public CairnContext context() {
		return this.context;
	}

	@Override
	public CairnVisitors visitors() {
		return this.visitors;
	}

	@Override
	public Ledger ledger() {
		return this.ledger;
	}

	@Override
	public List<Cairn.Recent> recent() {
		return this.recent.newestFirst();
	}

	@Override
	public boolean flush(Duration timeout) {
		return this.lifecycle.flush(timeout);
	}

	@Override
	public void start() {
		this.lifecycle.start();
	}

	@Override
	public void suspend(Duration timeout) {
		this.lifecycle.suspend(timeout);
	}

	@Override
	public void resume() {
		this.lifecycle.resume();
	}

	@Override
	public void stop(Duration timeout) {
		uninstall();
		this.lifecycle.stop(timeout);
	}

	@Override
	public void close() {
		stop(this.closeTimeout.get());
	}

}
