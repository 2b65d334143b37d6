package dev.cairn.context;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import dev.cairn.Failure;
import dev.cairn.Trace;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;

/**
 * Starts units of work and passes every signal on to the listeners. Without a listener
 * that costs one branch. Thread-safe.
 */
public final class Signals {

	/** Signals without a listener. */
	public static final Signals NONE = new Signals(List.of(), InstantSource.system(), new Extensions((name) -> {
	}, (text) -> text));

	private final List<Named<SignalListener>> listeners;

	private final InstantSource clock;

	private final Extensions extensions;

	/**
	 * Creates the signals of a service.
	 * @param listeners the listeners, in their order
	 * @param clock the clock
	 * @param extensions the guard that calls the listeners
	 */
	public Signals(List<? extends SignalListener> listeners, InstantSource clock, Extensions extensions) {
		this.listeners = Extensions.named("signal listener", listeners);
		this.clock = clock;
		this.extensions = extensions;
	}

	/**
	 * Returns signals with one more listener.
	 * @param listener the listener
	 * @return other signals
	 */
	public Signals and(SignalListener listener) {
		List<SignalListener> more = new ArrayList<>();
		this.listeners.forEach((named) -> more.add(named.extension()));
		more.add(listener);
		return new Signals(more, this.clock, this.extensions);
	}

	/**
	 * Starts a unit of work within the current one of the calling thread, unless that has
	 * ended: a thread that lives longer may have inherited it. It is current once it is
	 * {@link UnitOfWork#open() opened}.
	 * @param kind the kind of work
	 * @param name the name, of which there is a bounded number
	 * @param trace the active trace, or {@code null} if there is none
	 * @return the unit of work, to be ended
	 */
	public UnitOfWork start(UnitOfWork.Kind kind, String name, @Nullable Trace trace) {
		UnitOfWork current = UnitOfWork.current();
		UnitOfWork parent = (current != null && current.outcome() == null) ? current : null;
		UnitOfWork unit = new UnitOfWork(this, kind, name, parent, trace, now());
		each((listener) -> listener.unitStarted(unit));
		return unit;
	}

	/**
	 * Returns whether there is a listener.
	 * @return {@code true} if there is at least one
	 */
	public boolean isActive() {
		return !this.listeners.isEmpty();
	}

	/**
	 * Reports a signal of the current unit of work.
	 * @param signal calls a listener with the unit of work, or {@code null} if there is
	 * none
	 */
	public void report(BiConsumer<SignalListener, @Nullable UnitOfWork> signal) {
		if (isActive()) {
			UnitOfWork unit = UnitOfWork.current();
			each((listener) -> signal.accept(listener, unit));
		}
	}

	/**
	 * Calls each listener.
	 * @param signal calls a listener
	 */
	public void each(Consumer<SignalListener> signal) {
		this.extensions.each(this.listeners, signal);
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
			each((listener) -> listener.incident(failure, errorId, unit));
		};
	}

	Instant now() {
		return this.clock.instant();
	}

}
