package dev.cairn.context;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Supplier;

import dev.cairn.IncidentEnricher;
import dev.cairn.LogEntry;
import dev.cairn.Trace;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * One piece of work that a service does, such as a request or the processing of a record.
 * It has an id, carries what belongs to the work from its start to its end, and is
 * current on each thread that works on it. One outermost entrance for each kind starts
 * and ends it. Thread-safe.
 *
 * @see Signals#start
 */
public final class UnitOfWork {

	/** The key of the id of the trace in the diagnostic context, as with a tracer. */
	public static final String TRACE_ID = "traceId";

	/** The key of the id of the span in the diagnostic context, as with a tracer. */
	public static final String SPAN_ID = "spanId";

	/** The keys of the diagnostic context that a message has in fields of their own. */
	public static final Set<String> IDS = Set.of(TRACE_ID, SPAN_ID, LogEntry.ERROR_ID);

	private static final AtomicReferenceFieldUpdater<UnitOfWork, Bindings> BOUND = AtomicReferenceFieldUpdater
		.newUpdater(UnitOfWork.class, Bindings.class, "bound");

	private static final int MAX_INCIDENTS = 20;

	/**
	 * The enrichers of the failures of this unit of work, for a context whose parent owns
	 * Cairn.
	 */
	public static final Key<List<Named<IncidentEnricher>>> INCIDENT_ENRICHERS = new Key<>("incident enrichers");

	/**
	 * The failure that each thread of this unit of work hands over to code that logs it
	 * as a text.
	 */
	public static final Key<Map<Thread, Throwable>> HANDED_OVER = new Key<>("handed over");

	/** An id that is not that of a trace. */
	private static final Key<String> OWN_ID = new Key<>("own id");

	private static final Key<List<String>> INCIDENTS = new Key<>("incidents");

	private static final Key<String> LAST_ERROR_ID = new Key<>("last error id");

	private final Signals signals;

	private final Kind kind;

	private final String name;

	private final @Nullable UnitOfWork parent;

	private volatile @Nullable Trace trace;

	/** Whether the ids are in the diagnostic context only if this adds them. */
	private final boolean addsIds;

	private final Instant start;

	private final AtomicReference<@Nullable End> end = new AtomicReference<>();

	private final Map<Key<?>, Object> attributes = new ConcurrentHashMap<>(4);

	/** The values that were bound where the work began. */
	private final Bindings inherited;

	/** All that was bound by its threads, also what is closed. */
	private volatile Bindings bound;

	/** The thread that last opened the work; others have only inherited it. */
	private volatile @Nullable Thread worker;

	/** Whether each thread that has inherited the work does a part of it. */
	private volatile boolean shared;

	UnitOfWork(Signals signals, Kind kind, String name, @Nullable UnitOfWork parent, Instant start,
			@Nullable Trace trace, boolean addsIds, Bindings bound) {
		this.signals = signals;
		this.kind = kind;
		this.name = name;
		this.parent = parent;
		this.start = start;
		this.trace = trace;
		this.addsIds = addsIds;
		this.inherited = bound;
		this.bound = bound;
	}

	/**
	 * Returns the unit of work of the calling thread.
	 * @return the unit of work, or {@code null} if there is none
	 */
	public static @Nullable UnitOfWork current() {
		ThreadContext context = ThreadContext.current();
		return (context != null) ? context.unit() : null;
	}

	/**
	 * Returns whether the calling thread works for another application in this process.
	 * @param own the signals of the application
	 * @return whether the current unit of work has other signals
	 */
	public static boolean isForeign(Signals own) {
		UnitOfWork current = current();
		return current != null && current.signals != own;
	}

	/** Leaves all units of work of the calling thread, and what is bound there. */
	public static void leaveAll() {
		ThreadContext.restore(ThreadContext.Snapshot.EMPTY);
	}

	/**
	 * Adds the ids and the bound values to the diagnostic context (MDC) of the calling
	 * thread again, where the application has removed them.
	 */
	public void show() {
		addIds();
		ThreadContext context = ThreadContext.current();
		if (context != null) {
			context.showRemoved();
		}
	}

	/** The ids that the application has set are left as they are. */
	void addIds() {
		Trace known = this.trace;
		if (this.addsIds && known != null) {
			add(TRACE_ID, known.traceId());
			add(SPAN_ID, known.spanId());
		}
	}

	void removeIds() {
		Trace known = this.trace;
		if (this.addsIds && known != null) {
			remove(TRACE_ID, known.traceId());
			remove(SPAN_ID, known.spanId());
		}
	}

	private static void add(String key, String id) {
		if (MDC.get(key) == null) {
			MDC.put(key, id);
		}
	}

	private static void remove(String key, String id) {
		if (id.equals(MDC.get(key))) {
			MDC.remove(key);
		}
	}

	/**
	 * Returns the diagnostic context (MDC) of the calling thread and the values that are
	 * bound there, without the ids that a message carries in fields of their own.
	 * @return a modifiable copy
	 */
	public static Map<String, Object> diagnosticContext() {
		Map<String, String> diagnostic = MDC.getCopyOfContextMap();
		Map<String, Object> copy = new HashMap<>();
		if (diagnostic != null) {
			diagnostic.forEach((key, value) -> {
				if (value != null && !IDS.contains(key)) {
					copy.put(key, value);
				}
			});
		}
		copy.putAll(BoundContext.current());
		return copy;
	}

	/**
	 * Makes this the current unit of work of the calling thread.
	 * @return the scope, to be closed by the same thread, which restores the unit of work
	 * that was current before
	 */
	public Scope open() {
		ThreadContext entered = ThreadContext.enter(this, this.bound.open(this.inherited));
		this.worker = Thread.currentThread();
		return entered::leave;
	}

	/**
	 * Begins work that was {@linkplain Signals#prepare prepared}, and reports its start.
	 * @param trace the trace, or {@code null} for the active one
	 */
	public void begin(@Nullable Trace trace) {
		Trace known = (trace != null) ? trace : this.trace;
		this.trace = (known != null) ? known : this.signals.activeTrace();
		if (this.signals.isActive(Signals.Kind.UNIT_STARTED)) {
			this.signals.each(Signals.Kind.UNIT_STARTED, (listener) -> listener.unitStarted(this));
		}
	}

	/**
	 * Returns the id: that of the trace, or else one of the same format.
	 * @return 32 lower-case hex digits
	 */
	public String id() {
		Trace known = this.trace;
		return (known != null) ? known.traceId() : attribute(OWN_ID, () -> Trace.begin(false).traceId());
	}

	public Kind kind() {
		return this.kind;
	}

	/**
	 * Returns the name, of which there is a bounded number.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	public @Nullable UnitOfWork parent() {
		return this.parent;
	}

	/**
	 * Returns the trace that was active when the work began.
	 * @return the trace, or {@code null} if there is none
	 */
	public @Nullable Trace trace() {
		return this.trace;
	}

	public Instant start() {
		return this.start;
	}

	/**
	 * Returns how the work ended.
	 * @return the outcome, or {@code null} if it has not ended
	 */
	public @Nullable Outcome outcome() {
		End known = this.end.get();
		return (known != null) ? known.outcome() : null;
	}

	/**
	 * Returns how long the work took.
	 * @return the duration, or {@code null} if it has not ended
	 */
	public @Nullable Duration duration() {
		End known = this.end.get();
		return (known != null) ? known.duration() : null;
	}

	/**
	 * Ends the work and reports its end. Only the first call has an effect. The unit of
	 * work stays current on threads whose scope is open.
	 * @param outcome how it ended
	 */
	public void end(Outcome outcome) {
		Duration duration = Duration.between(this.start, this.signals.now());
		if (this.end.compareAndSet(null, new End(outcome, duration))) {
			this.worker = null;
			if (this.signals.isActive(Signals.Kind.UNIT_ENDED)) {
				this.signals.each(Signals.Kind.UNIT_ENDED, (listener) -> listener.unitEnded(this));
			}
		}
	}

	/**
	 * Returns an attribute, and computes it the first time. If two threads ask at the
	 * same time, both may compute it and receive the value of the first.
	 * @param <T> the type of the attribute
	 * @param key the key of the attribute
	 * @param value computes the value
	 * @return the value
	 */
	@SuppressWarnings("unchecked")
	public <T> T attribute(Key<T> key, Supplier<T> value) {
		Object known = this.attributes.get(key);
		if (known == null) {
			Object computed = value.get();
			Object winner = this.attributes.putIfAbsent(key, computed);
			known = (winner != null) ? winner : computed;
		}
		return (T) known;
	}

	/**
	 * Returns an attribute.
	 * @param <T> the type of the attribute
	 * @param key the key of the attribute
	 * @return the value, or {@code null} if it was neither computed nor set
	 */
	@SuppressWarnings("unchecked")
	public <T> @Nullable T attribute(Key<T> key) {
		return (T) this.attributes.get(key);
	}

	/**
	 * Sets an attribute.
	 * @param <T> the type of the attribute
	 * @param key the key of the attribute
	 * @param value the value, or {@code null} to remove it
	 * @return the value before, or {@code null} if there was none
	 */
	@SuppressWarnings("unchecked")
	public <T> @Nullable T set(Key<T> key, @Nullable T value) {
		return (T) ((value != null) ? this.attributes.put(key, value) : this.attributes.remove(key));
	}

	/** Keeps a value that one of its threads has bound. */
	void bound(Bindings before, Bindings after, BoundValue value) {
		if (!BOUND.compareAndSet(this, before, after)) {
			BOUND.updateAndGet(this, (all) -> all.with(value));
		}
	}

	/**
	 * Returns the values that were bound in this unit of work, also those whose binding
	 * is closed: the latest one of each name.
	 * @return an immutable copy of the values by name
	 */
	public Map<String, Object> bindings() {
		return this.bound.toMapOfAll(this.inherited);
	}

	/**
	 * Returns whether the calling thread has opened the work. A thread that has only
	 * inherited it, such as that of an asynchronous call, may end before it or after it.
	 */
	boolean isOpenedByThisThread() {
		return this.shared || Thread.currentThread() == this.worker;
	}

	/** Makes what each of its threads reports a part of the work. */
	void share() {
		this.shared = true;
	}

	/** Adds an incident. The number is bounded; further ones are ignored. */
	void incident(String errorId) {
		List<String> incidents = attribute(INCIDENTS, CopyOnWriteArrayList::new);
		if (incidents.size() < MAX_INCIDENTS && !incidents.contains(errorId)) {
			incidents.add(errorId);
		}
	}

	/**
	 * Returns the incidents that were reported within this unit of work, by the thread
	 * that opened it.
	 * @return the ids, oldest first
	 */
	public List<String> incidents() {
		List<String> incidents = attribute(INCIDENTS);
		return (incidents != null) ? List.copyOf(incidents) : List.of();
	}

	/**
	 * Notes that a failure was captured by a thread that works for the current unit of
	 * work, whether it is a new incident or not.
	 * @param errorId the id of its incident
	 */
	public static void captured(String errorId) {
		UnitOfWork unit = current();
		if (unit != null) {
			unit.set(LAST_ERROR_ID, errorId);
		}
	}

	/**
	 * Returns the id of the failure that was captured last.
	 * @return the id, or {@code null} if there is none
	 * @see dev.cairn.CairnContext#lastErrorId()
	 */
	@Nullable String lastErrorId() {
		return attribute(LAST_ERROR_ID);
	}

	@Override
	public String toString() {
		return this.kind + " " + this.name + " " + id();
	}

	/**
	 * A kind of work.
	 */
	public enum Kind {

		/** A request that the service answers. */
		REQUEST,

		/** A record, or a batch of them, that the service consumes. */
		RECORD,

		/** A task that the service runs by itself, such as a scheduled one. */
		TASK

	}

	/**
	 * How work ended.
	 */
	public enum Outcome {

		/** It succeeded. */
		SUCCESS,

		/** It failed. */
		FAILURE,

		/** It was given up by who asked for it. */
		ABORTED

	}

	/**
	 * The key of an attribute. Two keys of the same name are different.
	 *
	 * @param <T> the type of the attribute
	 */
	public static final class Key<T> {

		private final String name;

		public Key(String name) {
			this.name = name;
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	/**
	 * Restores the unit of work that was current before.
	 */
	@FunctionalInterface
	public interface Scope extends AutoCloseable {

		@Override
		void close();

	}

	private record End(Outcome outcome, Duration duration) {
	}

}
