package dev.cairn.context;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import dev.cairn.DropReason;
import dev.cairn.Failure;
import dev.cairn.LogEntry;
import dev.cairn.Message;
import dev.cairn.Sampler;
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
		this(Extensions.named("signal listener", listeners), extensions, clock);
	}

	private Signals(List<Named<SignalListener>> listeners, Extensions extensions, InstantSource clock) {
		this.listeners = listeners;
		this.extensions = extensions;
		this.clock = clock;
	}

	/**
	 * Returns signals with one more listener.
	 * @param listener the listener
	 * @return other signals
	 */
	public Signals and(SignalListener listener) {
		List<Named<SignalListener>> more = new ArrayList<>(this.listeners);
		more.addAll(Extensions.named("signal listener", List.of(listener)));
		return new Signals(List.copyOf(more), this.extensions, this.clock);
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
		UnitOfWork unit = new UnitOfWork(this, kind, name, parent, trace, this.clock.instant());
		if (isActive()) {
			each((listener) -> listener.unitStarted(unit));
		}
		return unit;
	}

	/**
	 * Returns whether there is a listener.
	 * @return {@code true} if there is at least one
	 */
	public boolean isActive() {
		return !this.listeners.isEmpty();
	}

	Instant now() {
		return this.clock.instant();
	}

	void unitEnded(UnitOfWork unit) {
		if (isActive()) {
			each((listener) -> listener.unitEnded(unit));
		}
	}

	/**
	 * Reports that a message was offered to its sinks.
	 * @param message the message
	 * @param accepted whether at least one sink accepted it
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	public void published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
		if (isActive()) {
			each((listener) -> listener.published(message, accepted, unit));
		}
	}

	/**
	 * Reports that a message was sampled out.
	 * @param candidate the message
	 */
	public void sampledOut(Sampler.Candidate candidate) {
		if (isActive()) {
			UnitOfWork unit = UnitOfWork.current();
			each((listener) -> listener.sampledOut(candidate, unit));
		}
	}

	/**
	 * Reports that a sink has lost a message.
	 * @param message the message
	 * @param sink the name of the sink
	 * @param reason why it was lost
	 * @param unit the unit of work, or {@code null} if there is none
	 */
	public void lost(Message message, String sink, DropReason reason, @Nullable UnitOfWork unit) {
		if (isActive()) {
			each((listener) -> listener.lost(message, sink, reason, unit));
		}
	}

	/**
	 * Reports an incident, and adds it to the current unit of work.
	 * @param failure the failure
	 * @param errorId the id of its incident
	 */
	public void incident(Failure failure, String errorId) {
		UnitOfWork unit = UnitOfWork.current();
		if (unit != null) {
			unit.incident(errorId);
		}
		if (isActive()) {
			each((listener) -> listener.incident(failure, errorId, unit));
		}
	}

	/**
	 * Reports a log entry.
	 * @param entry the log entry
	 */
	public void logged(LogEntry entry) {
		if (isActive()) {
			UnitOfWork unit = UnitOfWork.current();
			each((listener) -> listener.logged(entry, unit));
		}
	}

	/**
	 * Reports that an observation has ended.
	 * @param name the name of the observation
	 * @param duration how long it took
	 * @param error the failure with which it ended, or {@code null}
	 */
	public void observationEnded(String name, Duration duration, @Nullable Throwable error) {
		if (isActive()) {
			UnitOfWork unit = UnitOfWork.current();
			each((listener) -> listener.observationEnded(name, duration, error, unit));
		}
	}

	private void each(Consumer<SignalListener> call) {
		this.extensions.each(this.listeners, call);
	}

}
