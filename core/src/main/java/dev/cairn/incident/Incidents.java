package dev.cairn.incident;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import dev.cairn.ApplicationFrames;
import dev.cairn.Attempts;
import dev.cairn.Failure;
import dev.cairn.IncidentAccount;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Makes one incident of one failure. A throwable, its causes, its suppressed throwables
 * and whatever wraps it are one incident, in whichever order they are reported. So are a
 * throwable and a text that quotes it, and the failures of several attempts at one piece
 * of work. Failures of the same kind are grouped once they exceed their burst. All state
 * is bounded, and no throwable is kept in memory. Thread-safe.
 */
public final class Incidents implements AutoCloseable {

	private static final long LAST_MESSAGE_MILLIS = 200;

	private final IncidentAccount account;

	private final IncidentLimits limits;

	private final IncidentRegistry registry;

	private final Fingerprints fingerprints;

	private final IncidentGrouper grouper;

	private final MessageCorrelator texts;

	private final ScheduledExecutorService scheduler;

	/** The scopes that hold failures. */
	private final Set<RetryScope> open = ConcurrentHashMap.newKeySet();

	/**
	 * Creates them that uses the default {@link ApplicationFrames}.
	 * @param account the account of the failures
	 * @param options how failures are grouped
	 */
	public Incidents(IncidentAccount account, IncidentOptions options) {
		this(account, options, ApplicationFrames.DEFAULT);
	}

	/**
	 * Creates them.
	 * @param account the account of the failures
	 * @param options how failures are grouped
	 * @param application determines the frames that distinguish kinds of failures
	 */
	public Incidents(IncidentAccount account, IncidentOptions options, ApplicationFrames application) {
		this(account, options, application, IncidentLimits.DEFAULT, newScheduler(), System::nanoTime);
	}

	Incidents(IncidentAccount account, IncidentOptions options, ApplicationFrames application, IncidentLimits limits,
			ScheduledExecutorService scheduler, LongSupplier nanoTime) {
		this.account = account;
		this.limits = limits;
		this.registry = new IncidentRegistry(limits.throwables(), limits.quietNanos());
		this.fingerprints = new Fingerprints(application);
		this.grouper = new IncidentGrouper(options, limits, scheduler, nanoTime);
		this.texts = new MessageCorrelator(limits.textWaitNanos(), nanoTime);
		this.scheduler = scheduler;
	}

	static ScheduledExecutorService newScheduler() {
		ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, Incidents::newThread);
		scheduler.setRemoveOnCancelPolicy(true);
		scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return scheduler;
	}

	/** The thread must not inherit anything from the one that happens to fail first. */
	private static Thread newThread(Runnable task) {
		Thread thread = new Thread(null, task, "cairn-incidents", 0, false);
		thread.setContextClassLoader(null);
		thread.setDaemon(true);
		return thread;
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
		if (known == null || known == fresh) {
			return fresh;
		}
		this.account.repeated();
		return known;
	}

	/**
	 * Removes a failure whose capture failed, since the stack or the memory was
	 * exhausted, so that an outer layer may report it.
	 * @param failure the failure
	 * @param incident its incident
	 */
	public void forget(Failure failure, Incident incident) {
		incident.refuse();
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
			withdrawQuotesOf(thrown, incident);
		}
		this.account.failed((thrown != null) ? thrown.getClass().getName() : PendingIncident.TEXT_TYPE, 1);
		this.account.sampledOut();
		incident.refuse();
	}

	/**
	 * Admits a new incident: its message is sent now or later, or that of another
	 * incident stands for it.
	 * @param failure the failure
	 * @param incident its incident
	 * @return whether the message is to be built and {@linkplain Incident#complete set}
	 */
	public boolean admit(Failure failure, Incident incident) {
		Throwable thrown = failure.thrown();
		if (thrown == null) {
			return admitText(failure.text(), incident);
		}
		String id = withdrawQuotesOf(thrown, incident);
		if (id != null) {
			incident.id(id);
		}
		PendingIncident pending = new PendingIncident(incident, this.account, false);
		RetryScope scope = RetryScope.current();
		if (scope != null) {
			return admit(thrown, pending, scope);
		}
		long kind = this.grouper.isGrouping() ? this.fingerprints.of(thrown) : 0;
		this.account.failed(thrown.getClass().getName(), 1);
		return isNeeded(pending, this.grouper.admit(kind, pending, 0));
	}

	private static boolean isNeeded(PendingIncident pending, IncidentGrouper.Admission admission) {
		if (admission.pending() != pending) {
			return false;
		}
		pending.incident().pending(pending);
		return true;
	}

	private @Nullable String withdrawQuotesOf(Throwable thrown, Incident incident) {
		String id = this.texts.withdrawQuotesOf(thrown, incident);
		this.texts.add(thrown, incident);
		return id;
	}

	private boolean admit(Throwable thrown, PendingIncident pending, RetryScope scope) {
		long kind = this.fingerprints.of(thrown);
		RetryScope.Taken taken = scope.take(kind, pending);
		if (taken == RetryScope.Taken.KNOWN) {
			this.account.repeated();
			return false;
		}
		this.account.failed(thrown.getClass().getName(), 1);
		if (taken == RetryScope.Taken.HELD) {
			pending.incident().pending(pending);
			setDeadline(scope);
			return true;
		}
		return taken == RetryScope.Taken.NOT && isNeeded(pending, this.grouper.admit(kind, pending, 0));
	}

	/** A text is counted when it is sent: until then, its throwable may be reported. */
	private boolean admitText(String text, Incident incident) {
		PendingIncident pending = new PendingIncident(incident, this.account, true);
		IncidentGrouper.Admission admission = this.grouper.admit(this.fingerprints.of(text), pending,
				this.limits.textWaitNanos());
		if (admission.group() != null) {
			this.texts.add(text, incident, admission);
		}
		return isNeeded(pending, admission);
	}

	/** Sends a failure whose attempts have ended. */
	void admit(long kind, PendingIncident pending) {
		this.grouper.admit(kind, pending, 0);
	}

	/**
	 * Returns the incident of a throwable that was reported.
	 * @param thrown the throwable
	 * @return the incident; {@code null} if there is none that was accepted
	 */
	public @Nullable Incident find(Throwable thrown) {
		Incident incident = this.registry.find(Throwables.related(thrown));
		return (incident != null && incident.acceptedId() != null) ? incident : null;
	}

	/**
	 * Starts to track the attempts at one piece of work.
	 * @param capture captures a failure
	 * @return the attempts
	 */
	public Attempts attempts(Consumer<Throwable> capture) {
		return new RetryScope(this, this.account, capture);
	}

	private void setDeadline(RetryScope scope) {
		this.open.add(scope);
		try {
			scope.deadline(this.scheduler.schedule(scope::sendAll, this.limits.retryWaitNanos(), TimeUnit.NANOSECONDS));
		}
		catch (RejectedExecutionException ex) {
			scope.sendAll();
		}
	}

	/** Removes a scope that holds nothing any more. */
	void closed(RetryScope scope) {
		this.open.remove(scope);
	}

	/** Returns the number of kinds of failures that are distinguished at the moment. */
	int kinds() {
		return this.grouper.size();
	}

	/**
	 * Sends the messages that wait for their turn.
	 */
	public void flush() {
		this.grouper.flush();
	}

	/**
	 * Sends the messages that wait for their turn or for a last attempt.
	 */
	@Override
	public void close() {
		List.copyOf(this.open).forEach(RetryScope::sendAll);
		this.grouper.close();
		this.scheduler.shutdown();
		try {
			// A message that is being sent still reaches its sinks
			this.scheduler.awaitTermination(LAST_MESSAGE_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.scheduler.shutdownNow();
	}

}
