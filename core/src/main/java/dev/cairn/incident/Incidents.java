package dev.cairn.incident;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn.Attempts;
import dev.cairn.Failure;
import dev.cairn.Ledger;
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

	private final IncidentCounts account = new IncidentCounts();

	private final IncidentLimits limits;

	private final IncidentRegistry registry;

	private final Fingerprints fingerprints;

	private final IncidentGrouper grouper;

	private final MessageCorrelator texts;

	private final ScheduledExecutorService scheduler;

	private final RetryScope.Shared retries;

	/**
	 * Creates the incidents of a service, with the default {@link ApplicationFrames}.
	 * @param options how failures are grouped
	 */
	public Incidents(Options options) {
		this(options, ApplicationFrames.DEFAULT);
	}

	/**
	 * Creates the incidents of a service.
	 * @param options how failures are grouped
	 * @param application determines the frames that distinguish kinds of failures
	 */
	public Incidents(Options options, ApplicationFrames application) {
		this(options, application, IncidentLimits.DEFAULT, newScheduler(), System::nanoTime);
	}

	Incidents(Options options, ApplicationFrames application, IncidentLimits limits, ScheduledExecutorService scheduler,
			LongSupplier nanoTime) {
		this.limits = limits;
		this.registry = new IncidentRegistry(limits.throwables(), limits.quietNanos());
		this.fingerprints = new Fingerprints(application);
		this.grouper = new IncidentGrouper(options.burst(), options.interval(), limits, scheduler, nanoTime);
		this.texts = new MessageCorrelator(limits.textWaitNanos(), nanoTime);
		this.scheduler = scheduler;
		this.retries = new RetryScope.Shared(this.account, this.grouper, scheduler, limits.retryWaitNanos(),
				ConcurrentHashMap.newKeySet());
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
	 * Returns the account of the failures.
	 * @return the account
	 */
	public Ledger.Incidents account() {
		return this.account;
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
	 * @return the incident, whose message is to be built and
	 * {@linkplain PendingIncident#complete set}; {@code null} if it needs none
	 */
	public @Nullable PendingIncident admit(Failure failure, Incident incident) {
		Throwable thrown = failure.thrown();
		return (thrown != null) ? admitThrown(thrown, incident) : admitText(failure.text(), incident);
	}

	private @Nullable PendingIncident admitThrown(Throwable thrown, Incident incident) {
		String id = withdrawQuotesOf(thrown, incident);
		if (id != null) {
			incident.id(id);
		}
		String type = thrown.getClass().getName();
		PendingIncident pending = new PendingIncident(incident, this.account, false);
		RetryScope scope = RetryScope.current();
		long kind = (scope != null || this.grouper.isGrouping()) ? this.fingerprints.of(thrown) : 0;
		RetryScope.Taken taken = (scope != null) ? scope.take(kind, pending, type) : RetryScope.Taken.NOT;
		if (taken != RetryScope.Taken.NOT) {
			return (taken == RetryScope.Taken.HELD) ? pending : null;
		}
		this.account.failed(type, 1);
		return needed(pending, this.grouper.admit(kind, pending, 0));
	}

	private @Nullable String withdrawQuotesOf(Throwable thrown, Incident incident) {
		String id = this.texts.withdrawQuotesOf(thrown, incident);
		this.texts.add(thrown, incident);
		return id;
	}

	/** A text is counted when it is sent: until then, its throwable may be reported. */
	private @Nullable PendingIncident admitText(String text, Incident incident) {
		PendingIncident pending = new PendingIncident(incident, this.account, true);
		IncidentGroup.Admission admission = this.grouper.admit(this.fingerprints.of(text), pending,
				this.limits.textWaitNanos());
		if (admission.group() != null) {
			this.texts.add(text, incident, admission);
		}
		return needed(pending, admission);
	}

	private static @Nullable PendingIncident needed(PendingIncident pending, IncidentGroup.Admission admission) {
		return (admission.pending() == pending) ? pending : null;
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
		return new RetryScope(this.retries, capture);
	}

	/** Returns the number of kinds of failures that are distinguished at the moment. */
	int kinds() {
		return this.grouper.size();
	}

	/**
	 * Sends the messages that wait for their turn.
	 * @param timeout the maximum time to wait for those that are being sent
	 * @return whether all have been sent
	 */
	public boolean flush(Duration timeout) {
		return this.grouper.flush(TimeUnit.NANOSECONDS.convert(timeout));
	}

	/**
	 * Sends the messages that wait for their turn or for a last attempt.
	 */
	@Override
	public void close() {
		this.scheduler.shutdown();
		List.copyOf(this.retries.open()).forEach(RetryScope::sendAll);
		this.grouper.close();
		try {
			// A message that is being sent still reaches its sinks
			this.scheduler.awaitTermination(LAST_MESSAGE_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.scheduler.shutdownNow();
	}

	/**
	 * How failures of the same kind are grouped.
	 *
	 * @param burst the number of failures of a kind per minute that are each sent on
	 * their own; zero groups from the second failure on
	 * @param interval the minimum time between two messages of a kind once its burst is
	 * used up; zero sends each failure on its own
	 */
	public record Options(int burst, Duration interval) {

		/** Ten failures of a kind per minute, then at most one message per second. */
		public static final Options DEFAULT = new Options(10, Duration.ofSeconds(1));

		/**
		 * Checks the bounds.
		 * @throws IllegalArgumentException if a value is negative
		 */
		public Options {
			Objects.requireNonNull(interval, "interval must not be null");
			if (burst < 0) {
				throw new IllegalArgumentException("burst must not be negative, but was " + burst);
			}
			if (interval.isNegative()) {
				throw new IllegalArgumentException("interval must not be negative, but was " + interval);
			}
		}

	}

}
