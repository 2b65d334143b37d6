package dev.cairn.incident;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.cairn.ApplicationFrames;
import dev.cairn.Event;
import dev.cairn.Failure;
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

	private final IncidentGrouper grouper;

	private final MessageCorrelator texts;

	private final UndecidedFailures undecided;

	private final IncidentTracker tracker;

	private final Fingerprints fingerprints;

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
		this.grouper = new IncidentGrouper(options.burst(), options.interval(), limits, timer, this.account);
		this.texts = new MessageCorrelator(this.grouper, timer, limits.textWait().toNanos());
		this.undecided = new UndecidedFailures(this.grouper, this.account);
		this.fingerprints = new Fingerprints(application);
		this.tracker = new IncidentTracker(this.account, this.registry, this.fingerprints, this.grouper, this.undecided,
				this.texts, timer, limits);
	}

	/**
	 * Returns the account of the failures.
	 * @return the account
	 */
	public Ledger.Incidents account() {
		return this.account;
	}

	/**
	 * Returns the tracker, which follows each failure to its message.
	 * @return the tracker
	 */
	public IncidentTracker tracker() {
		return this.tracker;
	}

	/**
	 * Returns the captured failures.
	 * @param traces returns the active trace
	 * @return the failures
	 */
	public Failure.Captured captured(Trace.Source traces) {
		return new CapturedFailures(this.registry, this.texts, traces);
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
	 * Adds fields to the message of a failure that was captured by something that does
	 * not have them, such as a logger. Has no effect once the message is sent.
	 * @param thrown the failure
	 * @param fields the fields
	 */
	public void describe(Throwable thrown, Map<String, ?> fields) {
		Incident known = this.registry.find(Throwables.related(thrown));
		if (known != null) {
			this.grouper.describe(known.self(), fields);
		}
	}

	/**
	 * Decides on the failures that Cairn has captured by itself while a request was
	 * served: they are failures of the service, except for an exception that was answered
	 * with a status of the client.
	 * @param request the unit of work of the request
	 * @param excluded the exception that is no failure, or {@code null} if there is none
	 */
	public void decide(UnitOfWork request, @Nullable Throwable excluded) {
		if (excluded != null) {
			this.texts.exclude(excluded, new Incident(request.trace(), false));
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
				captured(request::trace).reported(Failure.of(failure), id);
			}
		}
	}

	/**
	 * Makes a failure that is not captured yet a part of another one that was.
	 * @param consequence the failure
	 * @param failure the other failure
	 */
	public void join(Throwable consequence, Throwable failure) {
		Incident known = this.registry.find(Throwables.related(failure));
		List<Throwable> related = Throwables.related(consequence);
		if (known != null && this.registry.find(related) == null) {
			this.registry.claim(related, known);
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
	 * Returns the kind of a failure: failures of one kind have the same types of
	 * exceptions and the same frames of the application, or the same text but for its
	 * digits.
	 * @param failure the failure
	 * @return the hash of the kind
	 */
	public long kindOf(Failure failure) {
		Throwable thrown = failure.thrown();
		return (thrown != null) ? this.fingerprints.of(thrown) : this.fingerprints.of(failure.text());
	}

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

	/** Sends the messages that wait. One that is being sent still reaches its sinks. */
	@Override
	public void stop(Duration timeout) {
		this.timer.stop((timeout.compareTo(LAST_MESSAGE) < 0) ? timeout : LAST_MESSAGE);
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
