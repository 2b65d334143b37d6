package dev.cairn.context;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.cairn.Failure;
import dev.cairn.Trace;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;

/**
 * Starts units of work and passes every signal on to the listeners that implement its
 * method. Without such a listener that costs one branch. Thread-safe.
 */
public final class Signals {

	/** Signals without a listener. */
	public static final Signals NONE = new Signals(List.of(), InstantSource.system(), new Extensions((name) -> {
	}, (text) -> text), Trace.Source.NONE);

	private final List<SignalListener> listeners;

	private final Map<Kind, List<Named<SignalListener>>> byKind = new EnumMap<>(Kind.class);

	/** The kinds that have a listener. */
	private final Set<Kind> active = EnumSet.noneOf(Kind.class);

	private final InstantSource clock;

	private final Extensions extensions;

	private final Trace.Source traces;

	private final BoundContext context;

	public Signals(List<? extends SignalListener> listeners, InstantSource clock, Extensions extensions,
			Trace.Source traces) {
		this(listeners, clock, extensions, traces, BoundContext.plain(extensions));
	}

	/**
	 * Creates signals.
	 * @param listeners receive the signals
	 * @param clock the clock of the units of work
	 * @param extensions calls the listeners
	 * @param traces the traces of the units of work
	 * @param context binds the values that units of work receive from other services
	 */
	public Signals(List<? extends SignalListener> listeners, InstantSource clock, Extensions extensions,
			Trace.Source traces, BoundContext context) {
		this.listeners = List.copyOf(listeners);
		for (Kind kind : Kind.values()) {
			this.byKind.put(kind,
					Extensions.named("signal listener", this.listeners.stream().filter(kind::isReceivedBy).toList()));
			if (!listeners(kind).isEmpty()) {
				this.active.add(kind);
			}
		}
		this.clock = clock;
		this.extensions = extensions;
		this.traces = traces;
		this.context = context;
	}

	public Signals and(SignalListener listener) {
		List<SignalListener> more = new ArrayList<>(this.listeners);
		more.add(listener);
		return new Signals(more, this.clock, this.extensions, this.traces, this.context);
	}

	/**
	 * Starts a unit of work that nothing outside the process has caused.
	 * @param kind the kind of work
	 * @param name the name, of which there is a bounded number
	 * @return the unit of work, to be ended
	 */
	public UnitOfWork start(UnitOfWork.Kind kind, String name) {
		return start(kind, name, (header) -> null);
	}

	/**
	 * Starts a unit of work within the current one of the calling thread, unless that has
	 * ended: a thread that lives longer may have inherited it. It is current once it is
	 * {@link UnitOfWork#open() opened}.
	 * @param kind the kind of work
	 * @param name the name, of which there is a bounded number
	 * @param headers returns the value of a header of the request or record that causes
	 * the work, or {@code null} if there is none
	 * @return the unit of work, to be ended
	 */
	public UnitOfWork start(UnitOfWork.Kind kind, String name, Function<String, @Nullable String> headers) {
		UnitOfWork unit = prepare(kind, name, headers);
		unit.begin(null);
		return unit;
	}

	/**
	 * Prepares a unit of work before a tracer has seen it. It can be opened, but is not
	 * reported before it {@linkplain UnitOfWork#begin begins}.
	 * @param kind the kind of work
	 * @param name the name, of which there is a bounded number
	 * @param headers returns the value of a header of the request or record that causes
	 * the work, or {@code null} if there is none
	 * @return the unit of work
	 */
	public UnitOfWork prepare(UnitOfWork.Kind kind, String name, Function<String, @Nullable String> headers) {
		return prepare(kind, name, headers, (Trace) null);
	}

	/**
	 * Prepares a unit of work that may be a further attempt at earlier work.
	 * @param kind the kind of work
	 * @param name the name, of which there is a bounded number
	 * @param headers returns the value of a header of the request or record that causes
	 * the work, or {@code null} if there is none
	 * @param earlier the trace of the earlier work, which is continued if the headers
	 * contain none, or {@code null} if there was none
	 * @return the unit of work
	 */
	public UnitOfWork prepare(UnitOfWork.Kind kind, String name, Function<String, @Nullable String> headers,
			@Nullable Trace earlier) {
		UnitOfWork current = UnitOfWork.current();
		UnitOfWork parent = (current != null && current.outcome() == null) ? current : null;
		return prepare(kind, name, headers, parent, (earlier != null) ? earlier : traceOf(parent));
	}

	/**
	 * Prepares a unit of work that the current one has caused. It is within that even if
	 * that has ended, since who causes work need not wait for it.
	 * @param kind the kind of work
	 * @param name the name, of which there is a bounded number
	 * @return the unit of work
	 */
	public UnitOfWork prepareCaused(UnitOfWork.Kind kind, String name) {
		UnitOfWork current = UnitOfWork.current();
		return prepare(kind, name, (header) -> null, current, traceOf(current));
	}

	private static @Nullable Trace traceOf(@Nullable UnitOfWork unit) {
		return (unit != null) ? unit.trace() : null;
	}

	private UnitOfWork prepare(UnitOfWork.Kind kind, String name, Function<String, @Nullable String> headers,
			@Nullable UnitOfWork parent, @Nullable Trace outer) {
		UnitOfWork current = UnitOfWork.current();
		boolean own = !this.traces.isInDiagnosticContext();
		return new UnitOfWork(this, kind, name, parent, now(),
				own ? trace(() -> this.traces.start(outer, headers)) : null, own,
				this.context.received((current == parent) ? ThreadContext.currentBindings() : Bindings.EMPTY, headers));
	}

	/**
	 * Returns the trace that headers contain.
	 * @param headers returns the value of a header, or {@code null} if there is none
	 * @return the trace, or {@code null} without a valid one
	 */
	public @Nullable Trace read(Function<String, @Nullable String> headers) {
		return trace(() -> this.traces.read(headers));
	}

	/**
	 * Returns the active trace of the calling thread.
	 * @return the trace, or {@code null} if there is none
	 */
	public @Nullable Trace activeTrace() {
		return trace(this.traces::current);
	}

	private @Nullable Trace trace(Supplier<@Nullable Trace> source) {
		return this.extensions.get("the trace source", source);
	}

	public boolean isActive(Kind kind) {
		return this.active.contains(kind);
	}

	private List<Named<SignalListener>> listeners(Kind kind) {
		return Objects.requireNonNull(this.byKind.get(kind));
	}

	/**
	 * Reports a signal of the current unit of work.
	 * @param kind the kind of signal
	 * @param signal calls a listener with the unit of work, or {@code null} if there is
	 * none
	 */
	public void report(Kind kind, BiConsumer<SignalListener, @Nullable UnitOfWork> signal) {
		if (isActive(kind)) {
			UnitOfWork unit = UnitOfWork.current();
			each(kind, (listener) -> signal.accept(listener, unit));
		}
	}

	public void each(Kind kind, Consumer<SignalListener> signal) {
		this.extensions.each(listeners(kind), signal);
	}

	/**
	 * Prepares the report of an incident, which is one of the current unit of work if the
	 * calling thread has opened that.
	 * @param failure the failure
	 * @param errorId the id of its incident
	 * @return reports the incident, on any thread
	 */
	public Runnable incident(Failure failure, String errorId) {
		UnitOfWork unit = UnitOfWork.current();
		UnitOfWork opened = (unit != null && unit.isOpenedByThisThread()) ? unit : null;
		return () -> {
			if (opened != null) {
				opened.incident(errorId);
			}
			each(Kind.INCIDENT, (listener) -> listener.incident(failure, errorId, unit));
		};
	}

	Instant now() {
		return this.clock.instant();
	}

	/**
	 * The kinds of signals, named like the methods of a {@link SignalListener}.
	 */
	public enum Kind {

		/** A unit of work has started. */
		UNIT_STARTED,
		/** A unit of work has ended. */
		UNIT_ENDED,
		/** A message was offered to its sinks. */
		PUBLISHED,
		/** A message was not kept. */
		SAMPLED_OUT,
		/** A sink has lost a message. */
		LOST,
		/** A failure was reported. */
		INCIDENT,
		/** The application has logged something. */
		LOGGED,
		/** An observation has ended. */
		OBSERVATION_ENDED;

		/**
		 * Returns whether a listener implements the method of this signal.
		 * @param listener the listener
		 * @return {@code false} if it does not receive the signal
		 */
		public boolean isReceivedBy(SignalListener listener) {
			String name = name().replace("_", "");
			return Stream.of(listener.getClass().getMethods())
				.anyMatch((method) -> method.getName().equalsIgnoreCase(name)
						&& method.getDeclaringClass() != SignalListener.class);
		}

	}

}
