package dev.cairn.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.CairnMetrics;
import dev.cairn.IncidentEnricher;
import dev.cairn.Limits;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFilter;
import dev.cairn.Origin;
import dev.cairn.Redactor;
import dev.cairn.Route;
import dev.cairn.Sampler;
import dev.cairn.TraceSource;
import dev.cairn.TransactionScope;
import dev.cairn.context.Signals;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Sink;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import org.jspecify.annotations.Nullable;

/**
 * Assembles a {@link Cairn}. For one thread.
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

	InstantSource clock = InstantSource.system();

	CairnMetrics metrics = Cairn.noop();

	Redactor redactor = Redactor.DEFAULT;

	Limits limits = Limits.DEFAULT;

	TraceSource trace = TraceSource.NONE;

	final Map<String, Preset> presets = new HashMap<>();

	TransactionScope transactions = TransactionScope.NONE;

	CallSites callSites = new CallSites(ApplicationFrames.DEFAULT::contains);

	boolean alwaysCallSite;

	private @Nullable Incidents incidents;

	final List<IncidentEnricher> incidentEnrichers = new ArrayList<>();

	int recentSize = 50;

	Duration closeTimeout = Duration.ofSeconds(10);

	/**
	 * Starts to assemble a {@link Cairn}.
	 * @param origin the origin of its messages
	 */
	public CairnBuilder(Origin origin) {
		this.origin = Objects.requireNonNull(origin, "origin must not be null");
	}

	/**
	 * Sets the accounts of the sinks.
	 * @param accounts the accounts
	 * @return this
	 */
	public CairnBuilder ledger(Accounts accounts) {
		this.accounts = accounts;
		return this;
	}

	/**
	 * Add a sink under the name of its channel.
	 * @param sink the sink
	 * @return this
	 * @throws IllegalArgumentException when there is one of that name
	 */
	public CairnBuilder sink(Sink sink) {
		String name = sink.channel().name();
		if (this.sinks.putIfAbsent(name, sink) != null) {
			throw new IllegalArgumentException("there are two sinks named '" + name + "'");
		}
		return this;
	}

	/**
	 * Add a route behind those that were added before. Without any route everything goes
	 * to every sink.
	 * @param route the route
	 * @return this
	 */
	public CairnBuilder route(Route route) {
		this.routes.add(route);
		return this;
	}

	/**
	 * Add a filter behind those that were added before.
	 * @param filter the filter
	 * @return this
	 */
	public CairnBuilder filter(MessageFilter filter) {
		this.filters.add(filter);
		return this;
	}

	/**
	 * Add an enricher behind those that were added before.
	 * @param enricher the enricher
	 * @return this
	 */
	public CairnBuilder enricher(MessageEnricher enricher) {
		this.enrichers.add(enricher);
		return this;
	}

	/**
	 * Set what decides the fraction that is kept.
	 * @param sampler the sampler
	 * @return this
	 */
	public CairnBuilder sampler(Sampler sampler) {
		this.sampler = sampler;
		return this;
	}

	/**
	 * Sets what can be switched while the service runs; nothing by default.
	 * @param settings holds the current settings
	 * @return this
	 */
	public CairnBuilder settings(Settings.Holder settings) {
		this.settings = settings;
		return this;
	}

	/**
	 * Sets the clock from which messages have their time.
	 * @param clock the clock
	 * @return this
	 */
	public CairnBuilder clock(InstantSource clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * Sets where every signal is reported; nowhere by default.
	 * @param signals passes the signals on to their listeners
	 * @return this
	 */
	public CairnBuilder signals(Signals signals) {
		this.signals = signals;
		return this;
	}

	/**
	 * Sets the guard that calls extensions. By default, failures are counted in the
	 * ledger.
	 * @param extensions the guard
	 * @return this
	 */
	public CairnBuilder extensions(Extensions extensions) {
		this.extensions = extensions;
		return this;
	}

	/**
	 * Set where the metric calls go; nowhere by default.
	 * @param metrics the metrics
	 * @return this
	 */
	public CairnBuilder metrics(CairnMetrics metrics) {
		this.metrics = Objects.requireNonNull(metrics, "metrics must not be null");
		return this;
	}

	/**
	 * Set what keeps secrets in.
	 * @param redactor the redactor
	 * @return this
	 */
	public CairnBuilder redactor(Redactor redactor) {
		this.redactor = redactor;
		return this;
	}

	/**
	 * Set how large messages may become.
	 * @param limits the limits
	 * @return this
	 */
	public CairnBuilder limits(Limits limits) {
		this.limits = limits;
		return this;
	}

	/**
	 * Set what knows the active trace.
	 * @param trace the source of traces
	 * @return this
	 */
	public CairnBuilder trace(TraceSource trace) {
		this.trace = trace;
		return this;
	}

	/**
	 * Add a preset, or replace the one of that name.
	 * @param name the name by which events call for it
	 * @param preset what they take from it
	 * @return this
	 */
	public CairnBuilder preset(String name, Preset preset) {
		this.presets.put(name, preset);
		return this;
	}

	/**
	 * Set what knows the unit of work for whose end events wait; there is none by
	 * default.
	 * @param transactions finds the transaction
	 * @return this
	 */
	public CairnBuilder transactions(TransactionScope transactions) {
		this.transactions = Objects.requireNonNull(transactions, "transactions must not be null");
		return this;
	}

	/**
	 * Set which frames of the stack a call site may be.
	 * @param application takes the full name of a class, and says whether it is the
	 * application's own; not asked for Cairn's
	 * @return this
	 */
	public CairnBuilder applicationFrames(Predicate<String> application) {
		this.callSites = new CallSites(application);
		return this;
	}

	/**
	 * Set whether every event tells its call site.
	 * @param always whether it does without being asked
	 * @return this
	 */
	public CairnBuilder callSite(boolean always) {
		this.alwaysCallSite = always;
		return this;
	}

	/**
	 * Sets the incidents. By default, they are grouped as
	 * {@link Incidents.Options#DEFAULT} says.
	 * @param incidents the incidents
	 * @return this
	 */
	public CairnBuilder incidents(Incidents incidents) {
		this.incidents = incidents;
		return this;
	}

	Extensions extensions() {
		if (this.extensions == null) {
			this.extensions = new Extensions(this.accounts::failed, Redactor.DEFAULT::redact);
		}
		return this.extensions;
	}

	Incidents incidents() {
		Incidents built = (this.incidents != null) ? this.incidents : new Incidents(Incidents.Options.DEFAULT);
		this.accounts.incidents(built.account());
		return built;
	}

	/**
	 * Add what adds to the reports of incidents, behind those that were added before.
	 * @param enricher the enricher
	 * @return this
	 */
	public CairnBuilder incidentEnricher(IncidentEnricher enricher) {
		this.incidentEnrichers.add(enricher);
		return this;
	}

	/**
	 * Set how many published messages to remember for those who look.
	 * @param size 0 for none
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
	 * Set how long closing may take.
	 * @param timeout the time for all sinks together
	 * @return this
	 */
	public CairnBuilder closeTimeout(Duration timeout) {
		this.closeTimeout = timeout;
		return this;
	}

	/**
	 * Build it. It is reached by {@link Cairn#get()} only once it is installed.
	 * @return the Cairn
	 * @throws IllegalArgumentException when a route names a sink that there is not
	 */
	public Cairn build() {
		return new Engine(this);
	}

}
