package dev.cairn.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.cairn.Attempts;
import dev.cairn.Cairn;
import dev.cairn.CairnMetrics;
import dev.cairn.Category;
import dev.cairn.DropReason;
import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.IncidentListener;
import dev.cairn.Ledger;
import dev.cairn.Limits;
import dev.cairn.Message;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFilter;
import dev.cairn.MessageListener;
import dev.cairn.Origin;
import dev.cairn.Recent;
import dev.cairn.Redactor;
import dev.cairn.Sampler;
import dev.cairn.SamplingContext;
import dev.cairn.Severity;
import dev.cairn.Timing;
import dev.cairn.Trace;
import dev.cairn.TraceSource;
import dev.cairn.TransactionScope;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.Completion;
import dev.cairn.delivery.Outgoing;
import dev.cairn.delivery.Sink;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Threads;
import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a message, in the order in which it goes: route, sample, build, filter,
 * enrich, offer. The cheap no comes first; every message that is offered to a channel
 * ends in exactly one outcome of its account.
 */
final class Engine implements Cairn {

	private static final Logger logger = LoggerFactory.getLogger(Cairn.class);

	/** The channel of messages that no route takes. */
	private static final String UNROUTED = "unrouted";

	/** How much longer than its time a sink may take to close. */
	private static final Duration CLOSE_GRACE = Duration.ofSeconds(1);

	private final Origin origin;

	private final Accounts accounts;

	private final List<Sink> sinks;

	private final Router router;

	private final Sampler sampler;

	private final TraceSource trace;

	private final List<MessageFilter> filters;

	private final List<MessageEnricher> enrichers;

	private final Redactor redactor;

	private final Limits limits;

	private final Map<String, Preset> presets;

	private final CallSites callSites;

	private final boolean alwaysCallSite;

	private final TransactionScope deferral;

	private final Incidents incidents;

	private final IncidentPipeline incidentPipeline;

	private final List<IncidentEnricher> incidentEnrichers;

	private final List<IncidentListener> incidentListeners;

	private final List<MessageListener> messageListeners;

	private final CairnMetrics metrics;

	private final RecentMessages recent;

	private final Signals signals;

	private final Extensions extensions;

	private final Duration closeTimeout;

	private final AtomicBoolean closed = new AtomicBoolean();

	private final WarnOnce unknownPresets = new WarnOnce(logger);

	Engine(CairnBuilder builder) {
		this.origin = builder.origin;
		this.accounts = builder.accounts;
		this.sinks = List.copyOf(builder.sinks.values());
		this.router = new Router(builder.routes, builder.sinks);
		this.sampler = builder.sampler;
		this.trace = builder.trace;
		this.filters = List.copyOf(builder.filters);
		this.enrichers = List.copyOf(builder.enrichers);
		this.redactor = builder.redactor;
		this.limits = builder.limits;
		this.presets = Map.copyOf(builder.presets);
		this.callSites = builder.callSites;
		this.alwaysCallSite = builder.alwaysCallSite;
		this.deferral = builder.deferral;
		this.incidents = builder.incidents();
		this.incidentPipeline = new IncidentPipeline(this, this.incidents);
		this.incidentEnrichers = List.copyOf(builder.incidentEnrichers);
		this.incidentListeners = List.copyOf(builder.incidentListeners);
		this.messageListeners = List.copyOf(builder.messageListeners);
		this.metrics = builder.metrics;
		this.signals = builder.signals;
		this.extensions = (builder.extensions != null) ? builder.extensions
				: new Extensions(this.accounts::failed, Redactor.DEFAULT::redact);
		this.recent = new RecentMessages(builder.recentSize);
		this.closeTimeout = builder.closeTimeout;
	}

	@Override
	public Cairn install() {
		Cairn.super.install();
		if (this.closed.get()) {
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
		Draft draft = newEvent(definition.type());
		draft.field(EventDefinition.FIELD_VERSION, definition.version());
		draft.message().category(definition.category()).components(event, definition.components());
		return draft;
	}

	private Draft newEvent(String type) {
		Message.checkType(type);
		if (Message.isReserved(type)) {
			throw new IllegalArgumentException(
					"type '" + type + "' is reserved for Cairn's own messages; name the event otherwise");
		}
		Draft draft = new Draft(this, newMessage(type)).waiting();
		if (this.alwaysCallSite) {
			draft.callSite();
		}
		return draft;
	}

	@Override
	public Event message(String type) {
		return new Draft(this, newMessage(Message.checkType(type)));
	}

	Draft newReport() {
		Draft draft = new Draft(this, newMessage(Message.TYPE_EXCEPTION));
		draft.severity(Severity.ERROR).category(Category.QUALITY);
		return draft;
	}

	private MessageBuilder newMessage(String type) {
		return new MessageBuilder(type, this.origin, this.limits, this.redactor);
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
		try {
			return this.incidentPipeline.capture(failure, details);
		}
		catch (Throwable ex) {
			failed("capturing a failure", ex);
			return null;
		}
	}

	void sampledOut(SamplingContext candidate) {
		this.signals.sampledOut(candidate);
	}

	/** Notifies the listeners of a new incident. */
	void recorded(Failure failure, String id) {
		this.signals.incident(failure, id);
		for (IncidentListener listener : this.incidentListeners) {
			try {
				listener.recorded(failure, id);
			}
			catch (Throwable ex) {
				failed("incident listener " + listener.getClass().getName(), ex);
			}
		}
	}

	@Override
	public Attempts attempts() {
		return this.incidents.attempts(this::capture);
	}

	/**
	 * Send a message on its way.
	 * @return its id, or {@code null} when no sink accepted it
	 */
	@Nullable String publish(Draft draft) {
		draft.settle();
		List<Sink> targets = route(draft);
		if (targets.isEmpty()) {
			return null;
		}
		for (Sink target : targets) {
			target.channel().offered();
		}
		if (!draft.isKept()) {
			targets.forEach((target) -> target.channel().sampledOut());
			this.signals.sampledOut(draft);
			return null;
		}
		if (draft.isLocating()) {
			locate(draft);
		}
		fillIn(draft);
		Message message = make(draft, targets, true);
		return (message != null && send(draft, message, targets)) ? message.id() : null;
	}

	/** Say which line of the application it was, unless somebody knows better. */
	void locate(Draft draft) {
		try {
			Map<String, Object> site = this.callSites.find();
			if (site != null) {
				draft.message().fieldIfAbsent(CallSites.FIELD, site);
			}
		}
		catch (Throwable ex) {
			failed("finding a call site", ex);
		}
	}

	/** Return what an event takes from a preset; without one it goes on without. */
	@Nullable Preset preset(String name) {
		Preset preset = this.presets.get(name);
		if (preset == null) {
			this.accounts.failed("unknown preset");
			this.unknownPresets.warn(name, "there is no preset '" + name + "', only "
					+ new TreeSet<>(this.presets.keySet()) + "; events go on without it");
		}
		return preset;
	}

	private boolean send(Draft draft, Message message, List<Sink> targets) {
		TransactionScope.Transaction work = draft.isWaiting() ? currentWork() : null;
		return (work != null) ? hold(work, message, targets) : offer(message, targets, null);
	}

	private TransactionScope.@Nullable Transaction currentWork() {
		try {
			return this.deferral.current();
		}
		catch (Throwable ex) {
			failed("the deferral", ex);
			return null;
		}
	}

	/**
	 * Have a message wait for the end of a unit of work.
	 * @return whether it may still be sent
	 */
	private boolean hold(TransactionScope.Transaction work, Message message, List<Sink> targets) {
		PendingMessage pending = new PendingMessage(this, message, targets, contexts(message, targets));
		try {
			if (work.defer(pending)) {
				return true;
			}
			pending.drop(DropReason.OVERFLOW);
			return false;
		}
		catch (Throwable ex) {
			failed("the deferral", ex);
			pending.send();
			return true;
		}
	}

	private void fillIn(Draft draft) {
		try {
			draft.fillIn();
		}
		catch (Throwable ex) {
			failed("the details of an event", ex);
		}
	}

	/** Return where it goes; nowhere is counted. */
	List<Sink> route(Draft draft) {
		List<Sink> targets = this.router.route(draft.type(), draft.message().loggerOrService(), draft.severity());
		if (targets.isEmpty()) {
			Channel unrouted = this.accounts.channel(UNROUTED);
			unrouted.offered();
			unrouted.dropped(DropReason.NO_ROUTE);
		}
		return targets;
	}

	/**
	 * Build a message, unless a filter does not want it, or something fails.
	 * @param offered whether it was counted as offered
	 * @return the message, or {@code null}, which is counted
	 */
	@Nullable Message make(Draft draft, List<Sink> targets, boolean offered) {
		try {
			Message message = this.filters.isEmpty() ? null : draft.message().build();
			if (message == null || accept(message)) {
				return enrich(draft, message);
			}
			for (Sink target : targets) {
				count(target.channel(), offered).filtered();
			}
		}
		catch (Throwable ex) {
			// No lambda: at the end of the stack there is room for little more than a
			// count
			for (Sink target : targets) {
				count(target.channel(), offered).dropped(DropReason.ERROR);
			}
			failed("publishing a message", ex);
		}
		return null;
	}

	private static Channel count(Channel channel, boolean offered) {
		if (!offered) {
			channel.offered();
		}
		return channel;
	}

	boolean isKept(Draft draft, SamplingContext candidate) {
		double rate = draft.isAlwaysKept() ? 1 : rate(candidate);
		if (rate <= 0) {
			return false;
		}
		Trace trace = trace(draft);
		if (rate >= 1) {
			return true;
		}
		draft.message().sampledAt(rate);
		return Sampler.draw((trace != null) ? trace.traceId() : null) < rate;
	}

	/**
	 * Return the trace to which a message belongs: the active one unless it was given.
	 */
	@Nullable Trace trace(Draft draft) {
		if (draft.message().trace() == null) {
			draft.message().trace(activeTrace());
		}
		return draft.message().trace();
	}

	private double rate(SamplingContext candidate) {
		try {
			double rate = this.sampler.rate(candidate);
			if (!Double.isNaN(rate)) {
				return rate;
			}
			throw new IllegalStateException("the rate is no number");
		}
		catch (Throwable ex) {
			failed("the sampler", ex);
			return candidate.requestedRate();
		}
	}

	private @Nullable Trace activeTrace() {
		try {
			return this.trace.current();
		}
		catch (Throwable ex) {
			failed("asking for the active trace", ex);
			return null;
		}
	}

	private boolean accept(Message message) {
		for (MessageFilter filter : this.filters) {
			try {
				if (!filter.accept(message)) {
					return false;
				}
			}
			catch (Throwable ex) {
				failed("filter " + filter.getClass().getName(), ex);
			}
		}
		return true;
	}

	/** Building is what costs most, so it is done once where nobody filters. */
	private Message enrich(Draft draft, @Nullable Message message) {
		if (message != null && this.enrichers.isEmpty()) {
			return message;
		}
		for (MessageEnricher enricher : this.enrichers) {
			try {
				enricher.enrich(draft);
			}
			catch (Throwable ex) {
				failed("enricher " + enricher.getClass().getName(), ex);
			}
		}
		return draft.message().build();
	}

	/** Make an incident's report say what the enrichers know of it. */
	void enrich(Failure failure, Event report) {
		for (IncidentEnricher enricher : this.incidentEnrichers) {
			try {
				enricher.enrich(failure, report);
			}
			catch (Throwable ex) {
				failed("incident enricher " + enricher.getClass().getName(), ex);
			}
		}
	}

	/**
	 * Offer a message to its sinks.
	 * @param contexts what the sinks have captured of the publishing thread, in their
	 * order; {@code null} when this is that thread
	 * @return whether a sink accepted it
	 */
	boolean offer(Message message, List<Sink> targets, @Nullable Object @Nullable [] contexts) {
		boolean accepted = false;
		for (int i = 0; i < targets.size(); i++) {
			Sink target = targets.get(i);
			try {
				Object context = (contexts != null) ? contexts[i] : target.context(message);
				accepted |= target.offer(new Outgoing(message, context, Completion.NONE));
			}
			catch (Throwable ex) {
				target.channel().dropped(DropReason.ERROR);
				failed("sink " + target.channel().name(), ex);
			}
		}
		this.recent.add(message, accepted);
		tell(message);
		this.signals.published(message, accepted, UnitOfWork.current());
		return accepted;
	}

	private void tell(Message message) {
		for (MessageListener listener : this.messageListeners) {
			try {
				listener.published(message);
			}
			catch (Throwable ex) {
				failed("message listener " + listener.getClass().getName(), ex);
			}
		}
	}

	@Nullable Object[] contexts(Message message, List<Sink> targets) {
		@Nullable Object[] contexts = new Object[targets.size()];
		for (int i = 0; i < contexts.length; i++) {
			Sink target = targets.get(i);
			try {
				contexts[i] = target.context(message);
			}
			catch (Throwable ex) {
				failed("sink " + target.channel().name(), ex);
			}
		}
		return contexts;
	}

	void failed(String what, Throwable ex) {
		this.extensions.failed(what, ex);
	}

	@Override
	public void incr(String name, double by, String... tags) {
		this.metrics.incr(name, by, tags);
	}

	@Override
	public void set(String name, double value, String... tags) {
		this.metrics.set(name, value, tags);
	}

	@Override
	public void record(String name, double value, String... tags) {
		this.metrics.record(name, value, tags);
	}

	@Override
	public Timing timer(String name, String... tags) {
		return this.metrics.timer(name, tags);
	}

	@Override
	public Ledger ledger() {
		return this.accounts;
	}

	@Override
	public List<Recent> recent() {
		return this.recent.newestFirst();
	}

	@Override
	public boolean flush(Duration timeout) {
		long deadline = System.nanoTime() + nanos(timeout);
		boolean flushed = true;
		flushIncidents();
		for (Sink sink : this.sinks) {
			flushed &= flush(sink, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
		}
		return flushed;
	}

	private void flushIncidents() {
		try {
			this.incidents.flush();
		}
		catch (Throwable ex) {
			failed("sending the incidents that wait", ex);
		}
	}

	private boolean flush(Sink sink, Duration timeout) {
		try {
			return sink.flush(timeout);
		}
		catch (Throwable ex) {
			failed("flushing the sink " + sink.channel().name(), ex);
			return false;
		}
	}

	/** All sinks at once: one that hangs must not take the time of the others. */
	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		uninstall();
		closeIncidents();
		List<Thread> closers = new ArrayList<>(this.sinks.size());
		for (Sink sink : this.sinks) {
			Thread closer = new Thread(() -> close(sink), "cairn-close-" + sink.channel().name());
			closer.setDaemon(true);
			closer.start();
			closers.add(closer);
		}
		await(closers, System.nanoTime() + nanos(this.closeTimeout.plus(CLOSE_GRACE)));
	}

	/** First of all: the messages of those that wait go to the sinks. */
	private void closeIncidents() {
		try {
			this.incidents.close();
		}
		catch (Throwable ex) {
			failed("sending the incidents that wait", ex);
		}
	}

	private void await(List<Thread> closers, long deadline) {
		for (Thread closer : closers) {
			if (!Threads.join(closer, deadline)) {
				logger.warn("Cairn: {} did not end in time and is left behind", closer.getName());
			}
		}
	}

	private void close(Sink sink) {
		try {
			sink.close(this.closeTimeout);
		}
		catch (Throwable ex) {
			failed("closing the sink " + sink.channel().name(), ex);
		}
	}

	/** Clamped rather than refused: "for ever" is a fair answer to how long to wait. */
	private static long nanos(Duration duration) {
		return TimeUnit.NANOSECONDS.convert(duration);
	}

}
