package dev.cairn.spring.notify;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.cairn.ApplicationFrames;
import dev.cairn.Failure;
import dev.cairn.Lifecycle;
import dev.cairn.Trace;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Threads;
import dev.cairn.internal.Throwables;
import dev.cairn.spring.notify.FailureGroups.Seen;
import dev.cairn.spring.notify.Notification.Kind;
import dev.cairn.spring.web.request.RequestFacts;
import org.jspecify.annotations.Nullable;

/**
 * Observes failures, requests, channels and scheduled methods, and notifies people of the
 * findings of its rules. The threads of the application only count requests, and look up
 * the kinds of failures. A thread of Cairn evaluates the rules: each second for the
 * states of channels, and each minute for the others. Thread-safe.
 */
final class Notifications implements SignalListener, Lifecycle, AutoCloseable {

	/** The account of the notifications, which a switch may turn off like a sink. */
	static final String CHANNEL = "notifications";

	/** After a longer pause, the process was suspended. */
	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

	private static final String RULES = "rules for notifications";

	private final NotificationDispatcher dispatcher;

	private final FailureGroups failures;

	private final RequestRules requests;

	private final ChannelRules channels;

	private final ScheduleRules schedules;

	private final Incidents incidents;

	private final ApplicationFrames application;

	private final Extensions extensions;

	private final Supplier<List<Notifier>> notifiers;

	private final Function<Extensions.Named<Notifier>, NotifierQueue> newQueue;

	private final Supplier<Duration> closeTimeout;

	private final InstantSource clock;

	private volatile RequestMinute minute = new RequestMinute();

	private volatile boolean active;

	/** When the rules were evaluated; used by their thread only. */
	private Instant last;

	/** Guards the changes of the threads. */
	private final Object lifecycle = new Object();

	private @Nullable List<NotifierQueue> queues;

	private @Nullable ScheduledExecutorService executor;

	private boolean stopped;

	Notifications(NotificationDispatcher dispatcher, FailureGroups failures, RequestRules requests,
			ChannelRules channels, ScheduleRules schedules, Incidents incidents, ApplicationFrames application,
			Extensions extensions, Supplier<List<Notifier>> notifiers,
			Function<Extensions.Named<Notifier>, NotifierQueue> newQueue, Supplier<Duration> closeTimeout,
			InstantSource clock) {
		this.dispatcher = dispatcher;
		this.failures = failures;
		this.requests = requests;
		this.channels = channels;
		this.schedules = schedules;
		this.incidents = incidents;
		this.application = application;
		this.extensions = extensions;
		this.notifiers = notifiers;
		this.newQueue = newQueue;
		this.closeTimeout = closeTimeout;
		this.clock = clock;
		this.last = clock.instant();
	}

	/** The notifiers may depend on Cairn, which depends on this object. */
	@Override
	public void start() {
		synchronized (this.lifecycle) {
			if (this.stopped || this.executor != null) {
				return;
			}
			if (this.queues == null) {
				this.queues = Extensions.named("notifier", this.notifiers.get()).stream().map(this.newQueue).toList();
				this.dispatcher.queues(this.queues);
			}
			if (!this.queues.isEmpty()) {
				this.queues.forEach(NotifierQueue::start);
				ScheduledExecutorService rules = Executors
					.newSingleThreadScheduledExecutor((task) -> Threads.daemon(task, "cairn-rules"));
				rules.scheduleWithFixedDelay(this::evaluate, 1, 1, TimeUnit.SECONDS);
				this.executor = rules;
				this.active = true;
			}
		}
	}

	/** Evaluates the rules that are due. */
	void evaluate() {
		Instant now = this.clock.instant();
		if (Duration.between(this.last, now).compareTo(LONGEST_PAUSE) > 0) {
			this.schedules.restart(now);
		}
		boolean minuteEnded = !now.truncatedTo(ChronoUnit.MINUTES).equals(this.last.truncatedTo(ChronoUnit.MINUTES));
		this.last = now;
		this.extensions.guard(RULES, this.dispatcher::sendSummaryOfLastHour);
		this.extensions.guard(RULES, () -> this.channels.checkStates(this.dispatcher::offer));
		if (minuteEnded) {
			// A request that ends right now may be missing in both
			RequestMinute ended = this.minute;
			this.minute = new RequestMinute();
			this.extensions.guard(RULES, () -> this.requests.minuteEnded(ended).forEach(this.dispatcher::offer));
			this.extensions.guard(RULES, () -> this.channels.checkLosses().forEach(this.dispatcher::offer));
			this.extensions.guard(RULES, () -> this.schedules.check(now).forEach(this.dispatcher::offer));
		}
	}

	@Override
	public void unitEnded(UnitOfWork unit) {
		Duration duration = unit.duration();
		if (this.active && unit.kind() == UnitOfWork.Kind.REQUEST && duration != null
				&& unit.attribute(RequestFacts.EXCLUDED) == null) {
			this.minute.add(duration, unit.outcome() == UnitOfWork.Outcome.FAILURE);
		}
	}

	@Override
	public void incident(Failure failure, String errorId, @Nullable UnitOfWork unit) {
		if (!this.active) {
			return;
		}
		long kind = this.incidents.kindOf(failure);
		Seen seen = this.failures.record(kind, this.clock.instant());
		if (seen.isNew()) {
			offer(Kind.NEW_INCIDENT, "New failure: ", "", kind, seen, failure, errorId, unit);
		}
		else if (seen.hasReturned()) {
			offer(Kind.RETURNED_INCIDENT, "Failure is back: ",
					"The last one was " + seen.quiet().toMinutes() + " minutes before.\n", kind, seen, failure, errorId,
					unit);
		}
	}

	private void offer(Kind kind, String title, String text, long group, Seen seen, Failure failure, String errorId,
			@Nullable UnitOfWork unit) {
		Trace trace = (unit != null) ? unit.trace() : null;
		this.dispatcher.offer(new Alert("incident:" + group, kind, title + name(failure), text + describe(failure),
				errorId, (trace != null) ? trace.traceId() : null, seen.count()));
	}

	private static String name(Failure failure) {
		Throwable thrown = failure.thrown();
		return (thrown != null) ? Throwables.unwrap(thrown).getClass().getSimpleName() : failure.text();
	}

	private String describe(Failure failure) {
		if (failure.thrown() == null) {
			return failure.text();
		}
		Throwable thrown = Throwables.unwrap(failure.thrown());
		StringBuilder text = new StringBuilder(thrown.getClass().getName());
		String message = Throwables.message(thrown);
		if (message != null) {
			text.append(": ").append(message);
		}
		this.application.first(List.of(Throwables.frames(thrown)))
			.ifPresent((frame) -> text.append("\nat ").append(frame));
		return text.toString();
	}

	@Override
	public void suspend(Duration timeout) {
		long deadline = Threads.deadline(timeout);
		endRules(timeout);
		List<NotifierQueue> suspended;
		synchronized (this.lifecycle) {
			suspended = this.queues;
		}
		if (suspended != null) {
			suspended.forEach((queue) -> queue.suspend(Threads.left(deadline)));
		}
	}

	private void endRules(Duration timeout) {
		ScheduledExecutorService ended;
		synchronized (this.lifecycle) {
			ended = this.executor;
			this.executor = null;
		}
		if (ended != null) {
			Threads.shutDown(ended, timeout);
		}
	}

	@Override
	public void stop(Duration timeout) {
		List<NotifierQueue> ended;
		synchronized (this.lifecycle) {
			this.stopped = true;
			ended = this.queues;
		}
		long deadline = Threads.deadline(timeout);
		endRules(timeout);
		if (this.active) {
			this.dispatcher.sendLastSummary();
		}
		if (ended != null) {
			ended.forEach((queue) -> queue.stop(Threads.left(deadline)));
		}
	}

	@Override
	public void close() {
		stop(this.closeTimeout.get());
	}

}
