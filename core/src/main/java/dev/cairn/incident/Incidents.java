package dev.cairn.incident;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import dev.cairn.ApplicationFrames;
import dev.cairn.Attempts;
import dev.cairn.Failure;
import dev.cairn.IncidentAccount;
import dev.cairn.IncidentRecorder;
import dev.cairn.IncidentReport;
import dev.cairn.IncidentReport.Prepared;
import dev.cairn.KnownIncident;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Makes one incident of one failure. A throwable, its causes, its suppressed throwables
 * and whatever wraps it are one incident, in whichever order they are reported. So are a
 * throwable and a text that quotes it, and the failures of several attempts at one piece
 * of work. Failures of the same kind are grouped once they exceed their burst. All state
 * is bounded, and no throwable is kept in memory. Thread-safe.
 */
public final class Incidents implements IncidentRecorder {

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

	private final ThreadLocal<@Nullable RetryScope> current = new ThreadLocal<>();

	/**
	 * Creates a recorder that uses the default {@link ApplicationFrames}.
	 * @param account the account of the failures
	 * @param options how failures are grouped
	 */
	public Incidents(IncidentAccount account, IncidentOptions options) {
		this(account, options, ApplicationFrames.DEFAULT);
	}

	/**
	 * Creates a recorder.
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
		this.texts = new MessageCorrelator(limits.textWaitNanos());
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

	@Override
	public @Nullable String record(Failure failure, IncidentReport report) {
		Throwable thrown = failure.thrown();
		return (thrown != null) ? record(failure, thrown, report) : recordText(failure, report);
	}

	private @Nullable String record(Failure failure, Throwable thrown, IncidentReport report) {
		List<Throwable> related = Throwables.related(thrown);
		Incident fresh = new Incident();
		fresh.trace(report.trace());
		Incident incident = this.registry.claim(related, fresh);
		if (incident != fresh) {
			this.account.repeated();
			return incident.idIfAccepted();
		}
		try {
			recordFresh(thrown, fresh, report);
			return fresh.self().idIfAccepted();
		}
		catch (Throwable ex) {
			// The stack or the memory is exhausted: an outer layer may report it
			fresh.refuse();
			this.registry.forget(related, fresh);
			throw ex;
		}
	}

	private void recordFresh(Throwable thrown, Incident fresh, IncidentReport report) {
		boolean kept = report.isKept();
		fresh.trace(report.trace());
		String textId = this.texts.withdrawQuotesOf(thrown, report.trace());
		this.texts.add(thrown, fresh, report.trace());
		if (!kept) {
			this.account.failed(thrown.getClass().getName(), 1);
			this.account.sampledOut();
			fresh.refuse();
			return;
		}
		if (textId != null) {
			fresh.id(textId);
		}
		place(thrown, fresh, report);
	}

	private @Nullable String recordText(Failure failure, IncidentReport report) {
		Incident quoted = this.texts.findQuoted(failure.text(), report.trace());
		if (quoted != null) {
			this.account.repeated();
			return quoted.idIfAccepted();
		}
		if (!report.isKept()) {
			this.account.failed(PendingIncident.TEXT_TYPE, 1);
			this.account.sampledOut();
			return null;
		}
		Incident fresh = new Incident();
		fresh.trace(report.trace());
		PendingIncident pending = new PendingIncident(fresh, this.account, true);
		IncidentGrouper.Admission admission = this.grouper.admit(this.fingerprints.of(failure.text()), pending,
				this.limits.textWaitNanos());
		if (admission.group() != null) {
			this.texts.add(failure.text(), report.trace(), admission);
		}
		completeIfSent(admission, pending, report);
		return fresh.self().idIfAccepted();
	}

	private void place(Throwable thrown, Incident fresh, IncidentReport report) {
		PendingIncident pending = new PendingIncident(fresh, this.account, false);
		String type = thrown.getClass().getName();
		RetryScope scope = this.current.get();
		long kind = (scope != null || this.grouper.isGrouping()) ? this.fingerprints.of(thrown) : 0;
		RetryScope.Taken taken = (scope != null) ? scope.take(kind, pending) : RetryScope.Taken.NOT;
		if (taken == RetryScope.Taken.KNOWN) {
			this.account.repeated();
			return;
		}
		this.account.failed(type, 1);
		if (scope != null && taken == RetryScope.Taken.HELD) {
			setDeadline(scope);
			complete(pending, report);
		}
		else if (taken == RetryScope.Taken.NOT) {
			completeIfSent(this.grouper.admit(kind, pending, 0), pending, report);
		}
	}

	private static void completeIfSent(IncidentGrouper.Admission admission, PendingIncident pending,
			IncidentReport report) {
		if (admission.pending() == pending) {
			complete(pending, report);
		}
	}

	/** Builds the message, on the thread that failed. */
	private static void complete(PendingIncident pending, IncidentReport report) {
		Prepared message = null;
		try {
			message = report.prepare(pending.incident().id());
		}
		finally {
			pending.complete(message);
		}
	}

	/** Sends a failure whose attempts have ended. */
	void admit(long kind, PendingIncident pending) {
		this.grouper.admit(kind, pending, 0);
	}

	@Override
	public @Nullable KnownIncident find(Throwable thrown) {
		Incident incident = this.registry.find(Throwables.related(thrown));
		return (incident != null) ? incident.view() : null;
	}

	@Override
	public Attempts attempts(Capture capture) {
		return new RetryScope(this, this.account, capture);
	}

	/** Sets the scope of the calling thread, and returns the one before. */
	@Nullable RetryScope enter(@Nullable RetryScope scope) {
		RetryScope before = this.current.get();
		if (scope != null) {
			this.current.set(scope);
		}
		else {
			this.current.remove();
		}
		return before;
	}

	void leave(RetryScope scope) {
		if (this.current.get() == scope) {
			this.current.remove();
		}
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

	@Override
	public void flush() {
		this.grouper.flush();
	}

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
