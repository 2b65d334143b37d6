package dev.cairn.incident;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.cairn.ApplicationFrames;
import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.Failure.Attempts;
import dev.cairn.Ledger;
import dev.cairn.Lifecycle;
import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Makes one incident of one failure. A throwable, its causes, its suppressed throwables
 * and whatever wraps it are one incident, in whichever order they are reported. So are a
 * throwable and a text that quotes it, and the failures of several attempts at one piece
 * of work. Failures of the same kind are grouped once they exceed their burst. All state
 * is bounded, and no throwable is kept in memory. Thread-safe.
 */
public final class Incidents implements Lifecycle {

	private static final Duration LAST_MESSAGE = Duration.ofMillis(200);

	private final IncidentCounts account = new IncidentCounts();

	private final IncidentTimer timer;

	private final IncidentRegistry registry;

	private final Fingerprints fingerprints;

	private final IncidentGrouper grouper;

	private final MessageCorrelator texts;

	private final long textWaitNanos;

	private final RetryScope.Shared retries;

	private final UndecidedFailures undecided;

	private final Failure.Exclusion exclusion;

	/**
	 * Creates the incidents of a service.
	 * @param options how failures are grouped
	 * @param application determines the frames that distinguish kinds of failures
	 */
	public Incidents(Options options, ApplicationFrames application) {
		this(options, application, (thrown, status) -> false);
	}

	/**
	 * Creates the incidents of a service.
	 * @param options how failures are grouped
	 * @param application determines the frames that distinguish kinds of failures
	 * @param exclusion excludes exceptions that are not failures
	 */
	public Incidents(Options options, ApplicationFrames application, Failure.Exclusion exclusion) {
		this(options, application, exclusion, IncidentLimits.DEFAULT,
				new IncidentTimer(IncidentTimer::newExecutor, System::nanoTime));
	}

	Incidents(Options options, ApplicationFrames application, IncidentLimits limits, IncidentTimer timer) {
		this(options, application, (thrown, status) -> false, limits, timer);
	}

	private Incidents(Options options, ApplicationFrames application, Failure.Exclusion exclusion,
			IncidentLimits limits, IncidentTimer timer) {
		this.exclusion = exclusion;
		this.timer = timer;
		this.registry = new IncidentRegistry(limits.throwables(), limits.quiet().toNanos());
		this.fingerprints = new Fingerprints(application);
		this.grouper = new IncidentGrouper(options.burst(), options.interval(), limits, timer, this.account);
		this.texts = new MessageCorrelator(this.grouper, timer, limits.textWait().toNanos());
		this.textWaitNanos = limits.textWait().toNanos();
		this.undecided = new UndecidedFailures(this.grouper, this.account);
		this.retries = new RetryScope.Shared(this.account, this.grouper, timer, limits.retryWait().toNanos());
	}

	/**
	 * Returns the account of the failures.
	 * @return the account
	 */
	public Ledger.Incidents account() {
		return this.account;
	}

	/**
	 * Returns whether an exception that is reported by something else than the
	 * application is a failure of the service.
	 * @param thrown the exception
	 * @return {@code false} if it is excluded
	 */
	public boolean isFailure(Throwable thrown) {
		return isFailure(thrown, Failure.Exclusion.UNKNOWN_STATUS);
	}

	/**
	 * Returns whether the exception of a request is a failure of the service.
	 * @param thrown the exception
	 * @param status the status of the response
	 * @return {@code false} if it is excluded
	 */
	public boolean isFailure(Throwable thrown, int status) {
		return !this.exclusion.excludes(thrown, status);
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
		if (known == null || known == fresh || known.takenOverBy(fresh)) {
			if (thrown == null) {
				this.texts.takeReport(failure.text(), fresh);
			}
			return fresh;
		}
		this.account.repeated();
		if (!fresh.isProvisional()) {
			known.decide(this.account);
		}
		return known;
	}

	/**
	 * Adds fields to the message of a failure that was captured by something that does
	 * not have them, such as a logger. Has no effect once the message is sent.
	 * @param thrown the failure
	 * @param fields the fields
	 */
	public void describe(Throwable thrown, Map<String, ?> fields) {
		Incident known = this.registry.find(Throwables.related(thrown));
		if (known != null) {
			known.self().describe(fields);
		}
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
			this.texts.add(thrown, incident);
		}
		this.account.failed((thrown != null) ? thrown.getClass().getName() : Incident.TEXT_TYPE, 1);
		this.account.sampledOut();
		incident.refuse();
	}

	/**
	 * Admits a new incident: its message is sent now or later, or that of another
	 * incident stands for it.
	 * @param failure the failure
	 * @param incident its incident
	 * @return whether the incident needs a message, which is to be built and
	 * {@linkplain Incident#complete set}
	 */
	public boolean admit(Failure failure, Incident incident) {
		Throwable thrown = failure.thrown();
		return (thrown != null) ? admitThrown(thrown, incident) : admitText(failure.text(), incident);
	}

	private boolean admitThrown(Throwable thrown, Incident incident) {
		String id = this.texts.add(thrown, incident);
		if (id != null) {
			incident.id(id);
		}
		RetryScope scope = RetryScope.current();
		long kind = (scope != null || this.grouper.isGrouping()) ? this.fingerprints.of(thrown) : 0;
		Incident standing = (scope != null) ? scope.take(kind, incident, thrown) : null;
		if (standing == null && this.undecided.add(thrown, incident)) {
			standing = this.undecided.admit(kind, incident);
		}
		else if (standing == null) {
			this.account.failed(thrown.getClass().getName(), 1);
			standing = this.grouper.admit(kind, incident, 0);
		}
		return standing == incident;
	}

	/** A text is counted when it is sent: until then, its throwable may be reported. */
	private boolean admitText(String text, Incident incident) {
		incident.isText();
		this.undecided.add(null, incident);
		Incident standing = this.grouper.admit(this.fingerprints.of(text), incident, this.textWaitNanos);
		if (this.grouper.isWaiting(standing)) {
			this.texts.add(text, incident, standing);
		}
		return standing == incident;
	}

	/**
	 * Decides on the failures that Cairn has captured by itself while a request was
	 * served: they are failures of the service, except for an exception that is none by
	 * the status of the answer.
	 * @param request the unit of work of the request
	 * @param excluded the exception that is no failure, or {@code null} if there is none
	 */
	public void decide(UnitOfWork request, @Nullable Throwable excluded) {
		if (excluded != null) {
			this.texts.exclude(excluded, new Incident(request.trace()));
		}
		this.undecided.decide(request, excluded);
	}

	/**
	 * Withdraws a failure of a request that is a consequence of another one, unless both
	 * are one. The incident of the other one has its id if it is captured now.
	 * @param request the unit of work of the request
	 * @param consequence the failure that Cairn has captured by itself
	 * @param failure the other failure
	 */
	public void replace(UnitOfWork request, Throwable consequence, Throwable failure) {
		Incident known = this.registry.find(Throwables.related(failure));
		if (known == null || known != this.registry.find(Throwables.related(consequence))) {
			String id = this.undecided.withdraw(request, consequence);
			if (id != null) {
				reported(Failure.of(failure), id, request.trace());
			}
		}
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
	 * Returns the id of a failure that was captured, even if it is not certain yet that a
	 * message will have it. A failure without a throwable must have just been captured,
	 * and is found once.
	 * @param failure the failure; its text may contain that of the captured one
	 * @param trace the active trace, or {@code null} if there is none
	 * @param anyThread whether another thread may have captured the text, or else it is
	 * the last one of the calling thread
	 * @return the id, or {@code null} if the failure was not captured or is not kept
	 */
	public @Nullable String capturedId(Failure failure, @Nullable Trace trace, boolean anyThread) {
		if (failure.thrown() == null) {
			Incident incident = this.texts.findUnpaired(failure.text(), anyThread);
			return (incident != null) ? incident.self().id() : null;
		}
		Incident report = new Incident(trace);
		Incident incident = this.registry.find(Throwables.related(failure.thrown()), report);
		return (incident != report && !incident.isReportedOnly() && !incident.isRefused()) ? incident.id() : null;
	}

	/**
	 * Returns the id of a failure without a throwable that was captured and quotes a
	 * throwable.
	 * @param thrown the throwable
	 * @param trace the active trace, or {@code null} if there is none
	 * @return the id, or {@code null} if there is none
	 */
	public @Nullable String quotingId(Throwable thrown, @Nullable Trace trace) {
		Incident incident = this.texts.findQuoting(thrown, new Incident(trace));
		return (incident != null) ? incident.self().id() : null;
	}

	/**
	 * Notes that the application has reported a failure by itself. If it is captured
	 * later, or now by the same thread if there is no throwable, its incident has the
	 * given id.
	 * @param failure the failure; its text may contain that of the captured one
	 * @param id the id
	 * @param trace the active trace, or {@code null} if there is none
	 */
	public void reported(Failure failure, String id, @Nullable Trace trace) {
		Incident incident = new Incident(trace);
		incident.reportedAs(id);
		if (failure.thrown() != null) {
			this.registry.claim(Throwables.related(failure.thrown()), incident);
		}
		else {
			this.texts.addReport(failure.text(), incident);
		}
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

	@Override
	public void start() {
		this.timer.start();
	}

	/** Messages that wait are held, and further failures are captured as before. */
	@Override
	public void suspend(Duration timeout) {
		this.timer.suspend(timeout);
	}

	/** Sends the messages that wait for their turn or for a last attempt. */
	@Override
	public void stop(Duration timeout) {
		// A message that is being sent still reaches its sinks
		Duration patience = (timeout.compareTo(LAST_MESSAGE) < 0) ? timeout : LAST_MESSAGE;
		this.timer.stop(patience);
	}

	/**
	 * The details of a failure that Cairn captures by itself. While a request is served,
	 * its message waits for the {@linkplain #decide decision}, but at most ten seconds. A
	 * failure that the application captures as well is certain.
	 */
	@FunctionalInterface
	public interface Provisional extends Consumer<Event> {

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
