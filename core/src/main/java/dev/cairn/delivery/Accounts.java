package dev.cairn.delivery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.LossListener;
import dev.cairn.redaction.Redactor;

/**
 * The accounts of all channels, to which sinks and the engine write. Users read them
 * through the {@link Ledger}. Thread-safe; counting is one add without contention.
 */
public final class Accounts implements Ledger {

	private static final int MAX_FAILURE_KINDS = 100;

	private static final String OTHER_FAILURES = "other";

	private final Redactor redactor;

	private final ConcurrentMap<String, Channel> channels = new ConcurrentHashMap<>();

	private final ConcurrentMap<String, LongAdder> failures = new ConcurrentHashMap<>();

	private volatile Ledger.Incidents incidents = Cairn.noop().ledger().incidents();

	private volatile LossListener losses = (message, sink, reason) -> {
	};

	private final List<Consumer<Channel>> listeners = new CopyOnWriteArrayList<>();

	public Accounts() {
		this(Redactor.DEFAULT);
	}

	/**
	 * Creates accounts.
	 * @param redactor masks the secrets in the descriptions of failures
	 */
	public Accounts(Redactor redactor) {
		this.redactor = redactor;
	}

	/**
	 * Returns the channel with the given name and opens it if it is new.
	 * @param name the name of a sink
	 * @return the channel
	 */
	public Channel channel(String name) {
		Channel known = this.channels.get(name);
		if (known != null) {
			return known;
		}
		Channel opened = new Channel(name, this.redactor,
				(message, sink, reason) -> this.losses.lost(message, sink, reason));
		Channel winner = this.channels.putIfAbsent(name, opened);
		if (winner != null) {
			return winner;
		}
		this.listeners.forEach((listener) -> listener.accept(opened));
		return opened;
	}

	/**
	 * Registers a listener for channels. It is called at once for the channels that are
	 * open, and later by the thread that opens a channel.
	 * @param listener the listener; it may receive a channel twice
	 */
	public void onChannel(Consumer<Channel> listener) {
		this.listeners.add(listener);
		this.channels.values().forEach(listener);
	}

	/**
	 * Sets the listener for losses. By default, there is none.
	 * @param losses called by the thread that loses a message; must not block or throw
	 */
	public void losses(LossListener losses) {
		this.losses = losses;
	}

	/**
	 * Counts an exception thrown by a filter, an enricher, a listener or a sink, or input
	 * that cannot be read. The channels account for the message itself.
	 * @param extension the extension that failed, one of a bounded number of names
	 */
	public void failed(String extension) {
		String kind = (this.failures.size() < MAX_FAILURE_KINDS || this.failures.containsKey(extension)) ? extension
				: OTHER_FAILURES;
		this.failures.computeIfAbsent(kind, (name) -> new LongAdder()).increment();
	}

	@Override
	public Map<String, Balance> balances() {
		Map<String, Balance> balances = new LinkedHashMap<>();
		this.channels.keySet().stream().sorted().forEach((name) -> balances.put(name, channel(name).balance()));
		return balances;
	}

	public void incidents(Ledger.Incidents incidents) {
		this.incidents = incidents;
	}

	@Override
	public Ledger.Incidents incidents() {
		return this.incidents;
	}

	@Override
	public Map<String, Long> failures() {
		Map<String, Long> counts = new TreeMap<>();
		this.failures.forEach((extension, count) -> counts.put(extension, count.sum()));
		return counts;
	}

}
