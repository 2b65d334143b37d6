package dev.cairn.incident;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.cairn.ApplicationFrames;
import dev.cairn.Attempts;
import dev.cairn.Failure;
import dev.cairn.IncidentAccount;
import dev.cairn.IncidentRecorder;
import dev.cairn.IncidentReport;
import dev.cairn.KnownIncident;
import dev.cairn.Message;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Makes one incident of one failure. A throwable, its causes, what it suppresses and
 * whatever wraps it are one, in whichever order they are reported; so are a throwable and
 * a text that tells of it, and the failures of several attempts at one piece of work.
 * Failures of one kind that come too fast are sent as one message with their number.
 * Everything that is remembered is bounded, and nothing that the application has let go
 * is kept. Thread-safe; callers do not wait for each other.
 */
public final class Incidents implements IncidentRecorder {

	/** The field that carries the id of the incident. */
	public static final String ERROR_ID = Message.FIELD_ERROR_ID;

	/** What the account calls failures that are known only by a text. */
	static final String TEXT_TYPE = "text";

	private static final long LAST_MESSAGE_MILLIS = 200;

	private final IncidentAccount account;

	private final KnownThrowables known;

	private final Fingerprints fingerprints;

	private final Groups groups;

	private final Newcomers newcomers;

	/** The attempts that hold failures back. */
	private final Set<WorkAttempts> open = ConcurrentHashMap.newKeySet();

	private final Texts texts;

	private final long textWaitNanos;

	private final long attemptsWaitNanos;

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, Incidents::newThread);

	private final ThreadLocal<@Nullable WorkAttempts> attempts = new ThreadLocal<>();

	/**
	 * Create a recorder.
	 * @param account counts the failures
	 * @param options how they are grouped, and how much is remembered
	 */
	public Incidents(IncidentAccount account, IncidentOptions options) {
		this.account = account;
		this.known = new KnownThrowables(options.remembered(), TimeUnit.NANOSECONDS.convert(options.quiet()));
		this.fingerprints = new Fingerprints(new ApplicationFrames(options.applicationPackages()));
		this.groups = new Groups(options, this.timer);
		this.newcomers = new Newcomers(options, this.fingerprints, this.groups);
		this.groups.alsoSweep(this.newcomers::sweep);
		this.textWaitNanos = TimeUnit.NANOSECONDS.convert(options.textWait());
		this.attemptsWaitNanos = TimeUnit.NANOSECONDS.convert(options.attemptsWait());
		this.texts = new Texts(this.textWaitNanos);
		this.timer.setRemoveOnCancelPolicy(true);
	}

	private static Thread newThread(Runnable task) {
		// It starts with some failure, and must not keep what that thread inherits to
		// others
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
		Incident incident = this.known.claim(related, fresh);
		if (incident != fresh) {
			this.account.repeated();
			return incident.idIfAccepted();
		}
		try {
			recordFresh(thrown, fresh, report);
			return fresh.self().idIfAccepted();
		}
		catch (Throwable ex) {
			// At the end of the stack or of the memory: an outer layer may have more luck
			fresh.refuse();
			this.known.forget(related, fresh);
			throw ex;
		}
	}

	private void recordFresh(Throwable thrown, Incident fresh, IncidentReport report) {
		boolean kept = report.isKept();
		fresh.trace(report.trace());
		String told = this.texts.claim(thrown, report.trace());
		this.texts.saw(thrown, fresh, report.trace());
		if (!kept) {
			this.account.failed(thrown.getClass().getName(), 1);
			this.account.sampledOut();
			fresh.refuse();
			return;
		}
		if (told != null) {
			fresh.id(told);
		}
		place(thrown, fresh, report);
	}

	private @Nullable String recordText(Failure failure, IncidentReport report) {
		Incident toldOf = this.texts.toldOf(failure.text(), report.trace());
		if (toldOf != null) {
			this.account.repeated();
			return toldOf.idIfAccepted();
		}
		if (!report.isKept()) {
			this.account.failed(TEXT_TYPE, 1);
			this.account.sampledOut();
			return null;
		}
		Incident fresh = new Incident();
		fresh.trace(report.trace());
		// Counted when it is sent: until then it may turn out to tell of a throwable
		Groups.Place place = this.groups.arrive(this.fingerprints.of(failure),
				new Held(fresh, report, this.account, TEXT_TYPE), this.textWaitNanos);
		if (place.group() != null) {
			this.texts.wait(failure.text(), report.trace(), place);
		}
		return fresh.self().idIfAccepted();
	}

	private void place(Throwable thrown, Incident fresh, IncidentReport report) {
		Held held = new Held(fresh, report, this.account, null);
		String type = thrown.getClass().getName();
		WorkAttempts work = this.attempts.get();
		if (work == null) {
			this.account.failed(type, 1);
			arrive(thrown, held);
			return;
		}
		long types = Fingerprints.types(thrown);
		long fingerprint = this.fingerprints.of(thrown);
		switch (work.take(types, fingerprint, held, type)) {
			case HELD -> hurryLater(work);
			case KNOWN -> this.account.repeated();
			case JOINED -> this.account.failed(type, 1);
			case NOT -> {
				this.account.failed(type, 1);
				arrive(types, fingerprint, held);
			}
		}
	}

	/** The frames are not read where it does not matter of which kind a failure is. */
	private void arrive(Throwable thrown, Held held) {
		long types = Fingerprints.types(thrown);
		if (!this.groups.isGrouping() || this.newcomers.isFirst(types, thrown)) {
			held.send(Map.of());
		}
		else {
			arrive(types, this.fingerprints.of(thrown), held);
		}
	}

	/** Send what has waited for the end of its attempts. */
	void arrive(long types, long fingerprint, Held held) {
		this.newcomers.arrives(types, fingerprint);
		this.groups.arrive(fingerprint, held, 0);
	}

	@Override
	public @Nullable KnownIncident find(Throwable thrown) {
		Incident incident = this.known.find(Throwables.related(thrown));
		return (incident != null) ? incident.view() : null;
	}

	@Override
	public Attempts attempts(Capture capture) {
		return new WorkAttempts(this, this.account, capture);
	}

	/** Return the attempts to which this thread belonged before. */
	@Nullable WorkAttempts enter(@Nullable WorkAttempts work) {
		WorkAttempts before = this.attempts.get();
		if (work != null) {
			this.attempts.set(work);
		}
		else {
			this.attempts.remove();
		}
		return before;
	}

	void leave(WorkAttempts work) {
		if (this.attempts.get() == work) {
			this.attempts.remove();
		}
	}

	private void hurryLater(WorkAttempts work) {
		this.open.add(work);
		try {
			work.deadline(this.timer.schedule(work::sendAll, this.attemptsWaitNanos, TimeUnit.NANOSECONDS));
		}
		catch (RejectedExecutionException ex) {
			work.sendAll();
		}
	}

	/** They hold nothing back any more. */
	void closed(WorkAttempts work) {
		this.open.remove(work);
	}

	/** Return how many kinds of failure are told apart at the moment. */
	int kinds() {
		return this.groups.size();
	}

	@Override
	public void flush() {
		this.groups.flush();
	}

	@Override
	public void close() {
		List.copyOf(this.open).forEach(WorkAttempts::sendAll);
		this.groups.close();
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.timer.shutdown();
		try {
			// One that is being sent still finds its sinks
			this.timer.awaitTermination(LAST_MESSAGE_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.timer.shutdownNow();
	}

}
