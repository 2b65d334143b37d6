package dev.cairn.incident;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

import dev.cairn.Failure;
import dev.cairn.Failure.Attempts;
import dev.cairn.context.Signals;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Follows a failure from its report to its message: it is known, sampled out, or admitted
 * to the attempts that it is part of, to the request whose answer decides, or to its
 * kind. Thread-safe.
 */
public final class IncidentTracker {

	private final IncidentCounts account;

	private final IncidentRegistry registry;

	private final Fingerprints fingerprints;

	private final IncidentGrouper grouper;

	private final UndecidedFailures undecided;

	private final MessageCorrelator texts;

	private final long textWaitNanos;

	private final RetryScope.Shared retries;

	IncidentTracker(IncidentCounts account, IncidentRegistry registry, Fingerprints fingerprints,
			IncidentGrouper grouper, UndecidedFailures undecided, MessageCorrelator texts, IncidentTimer timer,
			IncidentLimits limits) {
		this.account = account;
		this.registry = registry;
		this.fingerprints = fingerprints;
		this.grouper = grouper;
		this.undecided = undecided;
		this.texts = texts;
		this.textWaitNanos = limits.textWait().toNanos();
		this.retries = new RetryScope.Shared(account, grouper, timer, limits.retryWait().toNanos());
	}

	/**
	 * Registers a failure.
	 * @param failure the failure
	 * @param fresh its incident if the failure is new
	 * @return the incident to which the failure belongs: the given one if it is new
	 */
	public Incident register(Failure failure, Incident fresh) {
		Throwable thrown = failure.thrown();
		Incident known = (thrown != null) ? this.registry.claim(Throwables.related(thrown), fresh)
				: this.texts.findQuoted(failure.text(), fresh);
		if (known == null || known == fresh || this.grouper.takeOver(known, fresh)) {
			if (thrown == null) {
				this.texts.takeReport(failure.text(), fresh);
			}
			return fresh;
		}
		this.account.repeated();
		if (!fresh.isProvisional()) {
			this.grouper.decide(known);
		}
		return known;
	}

	/**
	 * Removes a failure whose capture failed, since the stack or the memory was
	 * exhausted, so that an outer layer may report it.
	 * @param failure the failure
	 * @param incident its incident
	 */
	public void forget(Failure failure, Incident incident) {
		this.grouper.complete(incident, null);
		if (failure.thrown() != null) {
			this.registry.forget(Throwables.related(failure.thrown()), incident);
		}
	}

	/**
	 * Ends an incident that the sampling rules do not keep.
	 * @param failure the failure
	 * @param incident its incident
	 */
	public void sampledOut(Failure failure, Incident incident) {
		Throwable thrown = failure.thrown();
		if (thrown != null) {
			this.texts.add(thrown, incident);
		}
		this.account.failed((thrown != null) ? thrown.getClass().getName() : IncidentCounts.TEXT_TYPE, 1);
		this.account.sampledOut();
		this.grouper.enter(incident, IncidentState.REFUSED);
	}

	/**
	 * Admits a new incident: its message is sent now or later, or that of another
	 * incident stands for it.
	 * @param failure the failure
	 * @param incident its incident
	 * @return whether the incident needs a message, which is to be built and
	 * {@linkplain #complete set}
	 */
	public boolean admit(Failure failure, Incident incident) {
		return ((failure.thrown() != null) ? admitThrown(failure.thrown(), incident)
				: admitText(failure.text(), incident)) == incident;
	}

	private Incident admitThrown(Throwable thrown, Incident incident) {
		this.texts.add(thrown, incident);
		RetryScope scope = RetryScope.current();
		long kind = (scope != null || this.grouper.isGrouping()) ? this.fingerprints.of(thrown) : 0;
		Incident standing = (scope != null) ? scope.take(kind, incident, thrown) : null;
		if (standing != null) {
			return standing;
		}
		if (this.undecided.add(thrown, incident)) {
			return this.grouper.admit(kind, incident, UndecidedFailures.WAIT_NANOS);
		}
		this.account.failed(thrown.getClass().getName(), 1);
		return this.grouper.admit(kind, incident, 0);
	}

	/** A text is counted when it is sent: until then, its throwable may be reported. */
	private Incident admitText(String text, Incident incident) {
		incident.isText();
		this.undecided.add(null, incident);
		Incident standing = this.grouper.admit(this.fingerprints.of(text), incident, this.textWaitNanos);
		if (standing.is(IncidentState.WAITING)) {
			this.texts.add(text, incident);
		}
		return standing;
	}

	/**
	 * Sets the message of an incident, which is sent now or when its turn comes.
	 * @param incident the incident
	 * @param message sends the message with further fields, and returns whether a sink
	 * accepted it; {@code null} if there is no message
	 */
	public void complete(Incident incident, @Nullable Predicate<Map<String, ?>> message) {
		this.grouper.complete(incident, message);
	}

	/**
	 * Runs an action once an exception is known to be a failure. If it is known not to be
	 * one, the action is not run.
	 * @param incident the incident of the exception
	 * @param action the action
	 */
	public void whenDecided(Incident incident, Runnable action) {
		this.grouper.whenDecided(incident, action);
	}

	/**
	 * Starts to track the attempts at one piece of work.
	 * @param signals the signals of the service
	 * @param capture captures a failure
	 * @return the attempts
	 */
	public Attempts attempts(Signals signals, Consumer<Throwable> capture) {
		return new RetryScope(this.retries, signals, capture);
	}

}
