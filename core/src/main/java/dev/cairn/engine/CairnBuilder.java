package dev.cairn.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.CairnContext;
import dev.cairn.CairnMetrics;
import dev.cairn.CairnVisitors;
import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.LossListener;
import dev.cairn.Message.Limits;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFilter;
import dev.cairn.Origin;
import dev.cairn.Route;
import dev.cairn.Sampler;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.TransactionScope;
import dev.cairn.context.BoundContext;
import dev.cairn.context.Signals;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Sink;
import dev.cairn.delivery.Spool;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Builds a {@link Cairn}. Filters, enrichers, translators and listeners are called in the
 * order in which they are added. By default, all messages are kept and sent to all sinks,
 * incidents are grouped with {@link Incidents.Options#DEFAULT}, events do not wait for
 * transactions, and metrics are not recorded. Not thread-safe.
 */
public final class CairnBuilder {

	final Origin origin;

	final Map<String, Sink> sinks = new LinkedHashMap<>();

	final List<Route> routes = new ArrayList<>();

	final List<MessageFilter> filters = new ArrayList<>();

	final List<MessageEnricher> enrichers = new ArrayList<>();

	Accounts accounts = new Accounts();

	Sampler sampler = Sampler.AS_CALLED;

	Settings.Holder settings = new Settings.Holder(Settings.DEFAULT);

	Signals signals = Signals.NONE;

	private @Nullable Extensions extensions;

	private @Nullable CairnContext context;

	InstantSource clock = InstantSource.system();

	CairnMetrics metrics = Cairn.noop();

	CairnVisitors visitors = Cairn.noop();

	Redactor redactor = Redactor.DEFAULT;

	Limits limits = Limits.DEFAULT;

	@Nullable BiConsumer<JsonGenerator, Object> mapper;

	Trace.Source trace = Trace.Source.NONE;

	final Map<String, Preset> presets = new HashMap<>();

	TransactionScope transactions = TransactionScope.NONE;

	Spool.DeferredMessages deferred = Spool.DeferredMessages.NONE;

	CallSites callSites = new CallSites(ApplicationFrames.DEFAULT::contains);

	boolean alwaysCallSite;

	private @Nullable Incidents incidents;

	final List<IncidentEnricher> incidentEnrichers = new ArrayList<>();

	final List<Failure.Translator> translators = new ArrayList<>();

	final List<LossListener> lossListeners = new ArrayList<>();

	int recentSize = 50;

	Supplier<Duration> closeTimeout = () -> Duration.ofSeconds(10);

	/**
	 * Creates a builder.
	 * @param origin the origin of its messages
	 */
	public CairnBuilder(Origin origin) {
		this.origin = Objects.requireNonNull(origin, "origin must not be null");
	}

	public CairnBuilder ledger(Accounts accounts) {
		this.accounts = accounts;
		return this;
	}

	/**
	 * Adds a sink under the name of its channel.
	 * @param sink the sink
	 * @return this
	 * @throws IllegalArgumentException if there is a sink of that name
	 */
	public CairnBuilder sink(Sink sink) {
		String name = sink.channel().name();
		if (this.sinks.putIfAbsent(name, sink) != null) {
			throw new IllegalArgumentException("a sink named '" + name + "' already exists");
		}
		return this;
	}

	/**
	 * Adds a route after the ones added before. Without any route, all messages are sent
	 * to all sinks.
	 * @param route the route
	 * @return this
	 */
	public CairnBuilder route(Route route) {
		this.routes.add(route);
		return this;
	}

	public CairnBuilder filter(MessageFilter filter) {
		this.filters.add(filter);
		return this;
	}

	public CairnBuilder enricher(MessageEnricher enricher) {
		this.enrichers.add(enricher);
		return this;
	}

	public CairnBuilder sampler(Sampler sampler) {
		this.sampler = sampler;
		return this;
	}

	public CairnBuilder settings(Settings.Holder settings) {
		this.settings = settings;
		return this;
	}

	/**
	 * Sets how values are written that are no simple values, such as the application's
	 * objects. They are written on the thread of the caller. By default, their text is
	 * used.
	 * @param mapper writes a value as JSON
	 * @return this
	 */
	public CairnBuilder mapper(BiConsumer<JsonGenerator, Object> mapper) {
		this.mapper = mapper;
		return this;
	}

	public CairnBuilder clock(InstantSource clock) {
		this.clock = clock;
		return this;
	}

	public CairnBuilder signals(Signals signals) {
		this.signals = signals;
		return this;
	}

	public CairnBuilder extensions(Extensions extensions) {
		this.extensions = extensions;
		return this;
	}

	/**
	 * Sets the context that binds values. By default, they are also written into the
	 * diagnostic context (MDC), and there are no extractors.
	 * @param context the context
	 * @return this
	 */
	public CairnBuilder context(CairnContext context) {
		this.context = context;
		return this;
	}

	public CairnBuilder metrics(CairnMetrics metrics) {
		this.metrics = Objects.requireNonNull(metrics, "metrics must not be null");
		return this;
	}

	/**
	 * Sets the visitors of requests. By default, requests have no visitors.
	 * @param visitors the visitors
	 * @return this
	 */
	public CairnBuilder visitors(CairnVisitors visitors) {
		this.visitors = visitors;
		return this;
	}

	public CairnBuilder redactor(Redactor redactor) {
		this.redactor = redactor;
		return this;
	}

	public CairnBuilder limits(Limits limits) {
		this.limits = limits;
		return this;
	}

	public CairnBuilder trace(Trace.Source trace) {
		this.trace = trace;
		return this;
	}

	public CairnBuilder preset(String name, Preset preset) {
		this.presets.put(name, preset);
		return this;
	}

	public CairnBuilder transactions(TransactionScope transactions) {
		this.transactions = Objects.requireNonNull(transactions, "transactions must not be null");
		return this;
	}

	/**
	 * Sets the disk for events that wait for a transaction and have no room in memory. By
	 * default, there is none.
	 * @param deferred keeps the messages
	 * @return this
	 */
	public CairnBuilder deferredMessages(Spool.DeferredMessages deferred) {
		this.deferred = Objects.requireNonNull(deferred, "deferred must not be null");
		return this;
	}

	/**
	 * Sets which events have a call site.
	 * @param always whether events have it without {@link Event#callSite()}
	 * @param application returns whether a class, given by its full name, is the
	 * application's own
	 * @return this
	 */
	public CairnBuilder callSites(boolean always, Predicate<String> application) {
		this.alwaysCallSite = always;
		this.callSites = new CallSites(application);
		return this;
	}

	public CairnBuilder incidents(Incidents incidents) {
		this.incidents = incidents;
		return this;
	}

	Extensions extensions() {
		if (this.extensions == null) {
			this.extensions = new Extensions(this.accounts::failed, (text) -> this.redactor.redact(text));
		}
		return this.extensions;
	}

	CairnContext context() {
		return (this.context != null) ? this.context
				: new BoundContext(extensions(), List.of(), this.redactor::isSensitive, true, Set.of());
	}

	Incidents incidents() {
		Incidents built = (this.incidents != null) ? this.incidents
				: new Incidents(Incidents.Options.DEFAULT, ApplicationFrames.DEFAULT);
		this.accounts.incidents(built.account());
		return built;
	}

	public CairnBuilder incidentEnricher(IncidentEnricher enricher) {
		this.incidentEnrichers.add(enricher);
		return this;
	}

	/**
	 * Adds a translator of exceptions. The first one that returns details applies.
	 * @param translator the translator
	 * @return this
	 */
	public CairnBuilder translator(Failure.Translator translator) {
		this.translators.add(translator);
		return this;
	}

	public CairnBuilder lossListener(LossListener listener) {
		this.lossListeners.add(listener);
		return this;
	}

	/**
	 * Sets the number of messages that {@link Cairn#recent()} returns at most.
	 * @param size the number, or 0 for none
	 * @return this
	 */
	public CairnBuilder recentSize(int size) {
		if (size < 0) {
			throw new IllegalArgumentException("recentSize must not be negative, but was " + size);
		}
		this.recentSize = size;
		return this;
	}

	/**
	 * Sets the maximum time that {@link Cairn#close()} takes.
	 * @param timeout returns the time for all sinks together, when they are closed
	 * @return this
	 */
	public CairnBuilder closeTimeout(Supplier<Duration> timeout) {
		this.closeTimeout = timeout;
		return this;
	}

	/**
	 * Builds and starts the Cairn. {@link Cairn#get()} uses it after
	 * {@link Cairn#install()}.
	 * @return the Cairn, which is a {@link dev.cairn.Lifecycle} that can be suspended
	 * @throws IllegalArgumentException if a route names an unknown sink
	 */
	public Cairn build() {
		return new Engine(this);
	}

	/**
	 * Default values of events that are published with {@link Event#preset}.
	 *
	 * @param fields the values by name
	 * @param category the category
	 * @param severity the severity
	 * @param rate the fraction to keep, 0 to 1
	 * @param logger the name of the logger
	 */
	public record Preset(Map<String, ?> fields, @Nullable Category category, @Nullable Severity severity,
			@Nullable Double rate, @Nullable String logger) {

		/**
		 * Checks the rate and copies the fields.
		 * @throws IllegalArgumentException if the rate is outside 0 to 1
		 */
		public Preset {
			Objects.requireNonNull(fields, "fields must not be null");
			fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
			if (rate != null) {
				Sampler.checkRate(rate);
			}
		}

	}

}
