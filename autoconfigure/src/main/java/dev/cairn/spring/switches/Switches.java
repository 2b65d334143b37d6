package dev.cairn.spring.switches;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.Lifecycle;
import dev.cairn.engine.Settings;
import dev.cairn.internal.Threads;
import dev.cairn.internal.WarnOnce;
import dev.cairn.spring.switches.SwitchReport.Action;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The switches that are active, which are applied on top of the settings in the order in
 * which they were set. One that ends leaves nothing behind: the settings are computed
 * again from what is left. A thread ends them, which exists only while there is one.
 * Nothing is reported under the lock. Thread-safe.
 */
final class Switches implements Lifecycle, AutoCloseable {

	/** Each of them is applied whenever one is changed. */
	static final int MAX_ACTIVE = 100;

	/** Also the longest time that a changed clock goes unnoticed. */
	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final WarnOnce problems = new WarnOnce(LoggerFactory.getLogger(Switches.class));

	private final Map<String, SwitchKind> kinds;

	private final Settings.Holder settings;

	private final LoggerLevels loggers;

	private final SwitchReport report;

	private final InstantSource clock;

	private final Duration byDefault;

	private final Duration longest;

	private volatile List<Switch> active = List.of();

	private @Nullable Thread thread;

	private boolean suspended;

	private boolean stopped;

	Switches(Map<String, SwitchKind> kinds, Settings.Holder settings, LoggerLevels loggers, SwitchReport report,
			InstantSource clock, Duration byDefault, Duration longest) {
		this.kinds = kinds;
		this.settings = settings;
		this.loggers = loggers;
		this.report = report;
		this.clock = clock;
		this.byDefault = byDefault;
		this.longest = longest;
	}

	Map<String, SwitchKind> kinds() {
		return this.kinds;
	}

	/** Returns the switches, the oldest first. */
	List<Switch> active() {
		return this.active;
	}

	SwitchReport report() {
		return this.report;
	}

	Duration longest() {
		return this.longest;
	}

	/**
	 * Sets a switch. It is reported before it has an effect, since it may turn off what
	 * reports it.
	 * @param request the request
	 * @param who who has sent it
	 * @return the switch
	 * @throws IllegalArgumentException with the reason if the request is refused
	 */
	Switch set(SwitchRequest request, String who) {
		SwitchKind kind = (request.kind() != null) ? this.kinds.get(request.kind()) : null;
		if (request.kind() == null || kind == null) {
			throw new IllegalArgumentException(
					"kind must be one of " + this.kinds.keySet() + ", but was '" + request.kind() + "'");
		}
		Duration duration = request.duration(this.byDefault, this.longest);
		if (!(kind instanceof PointKind)) {
			request.requireNoPoint();
		}
		Change change = kind.change(request, this.settings.get());
		Instant now = this.clock.instant();
		Switch added = new Switch(UUID.randomUUID().toString(), request.kind(), change, who, now, now.plus(duration),
				false);
		add(added);
		this.report.changed(Action.SET, added, who);
		apply();
		return added;
	}

	private synchronized void add(Switch added) {
		if (this.stopped || this.active.size() >= MAX_ACTIVE) {
			throw new IllegalArgumentException(this.stopped ? "the application stops"
					: "there are " + MAX_ACTIVE + " switches already; revert one of them");
		}
		try {
			this.loggers.set(added);
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("the level of the logger cannot be set: " + ex, ex);
		}
		List<Switch> all = new ArrayList<>(this.active);
		all.add(added);
		this.active = List.copyOf(all);
		run();
	}

	/** Applies what is left of a switch that was reverted before it was applied. */
	private void apply() {
		this.settings.switches((base) -> {
			Settings changed = base;
			for (Switch each : this.active) {
				changed = each.change().settings().apply(changed);
			}
			return changed;
		});
	}

	/**
	 * Reverts a switch before its time.
	 * @param id the id
	 * @param who who does it
	 * @return the switch, or {@code null} if there is none with this id
	 */
	@Nullable Switch revert(String id, String who) {
		Switch known = this.active.stream().filter((each) -> each.id().equals(id)).findFirst().orElse(null);
		if (known != null) {
			revert(known, Action.REVERTED, who);
		}
		return known;
	}

	private void revert(Switch known, Action action, String who) {
		try {
			if (remove(known)) {
				apply();
				this.report.changed(action, known, who);
			}
		}
		catch (RuntimeException ex) {
			if (!known.reverting()) {
				this.report.failed(known, ex);
			}
		}
	}

	/** A switch that cannot be removed stays, and is to be removed later. */
	private synchronized boolean remove(Switch known) {
		List<Switch> left = new ArrayList<>(this.active);
		int index = left.indexOf(known);
		if (index < 0) {
			return false;
		}
		left.remove(index);
		try {
			this.loggers.revert(known, left);
		}
		catch (RuntimeException ex) {
			left.add(index, known.retryAt(this.clock.instant().plus(PAUSE)));
			throw ex;
		}
		finally {
			this.active = List.copyOf(left);
		}
		return true;
	}

	private void run() {
		if (this.thread == null && !this.suspended && !this.stopped && !this.active.isEmpty()) {
			this.thread = Threads.helper(this::revertInTime, "cairn-switches");
			this.thread.start();
		}
		LockSupport.unpark(this.thread);
	}

	private void revertInTime() {
		while (isNeeded()) {
			try {
				revertDue();
			}
			catch (RuntimeException ex) {
				this.problems.warn("revert", () -> "failed to revert a switch: " + this.report.redacted(ex.toString()));
			}
			LockSupport.parkNanos(left().toNanos());
		}
	}

	private synchronized boolean isNeeded() {
		boolean needed = this.thread == Thread.currentThread() && !this.active.isEmpty();
		if (!needed && this.thread == Thread.currentThread()) {
			this.thread = null;
		}
		return needed;
	}

	private void revertDue() {
		Instant now = this.clock.instant();
		for (Switch each : this.active) {
			if (!each.until().isAfter(now)) {
				revert(each, Action.EXPIRED, each.who());
			}
		}
	}

	private Duration left() {
		Instant now = this.clock.instant();
		return this.active.stream()
			.map((each) -> Duration.between(now, each.until()))
			.filter((each) -> each.compareTo(PAUSE) < 0)
			.min(Duration::compareTo)
			.map((each) -> each.isNegative() ? Duration.ZERO : each)
			.orElse(PAUSE);
	}

	@Override
	public synchronized void start() {
		this.suspended = false;
		run();
	}

	@Override
	public void suspend(Duration timeout) {
		Thread ended;
		synchronized (this) {
			this.suspended = true;
			ended = this.thread;
			this.thread = null;
		}
		if (ended != null) {
			LockSupport.unpark(ended);
			Threads.join(ended, Threads.deadline(timeout));
		}
	}

	/** The levels of loggers may outlive the application, the settings do not. */
	@Override
	public void stop(Duration timeout) {
		List<Switch> left;
		synchronized (this) {
			if (this.stopped) {
				return;
			}
			this.stopped = true;
			left = this.active;
		}
		suspend(timeout);
		left.forEach((each) -> {
			this.report.changed(Action.STOPPED, each, each.who());
			try {
				remove(each);
			}
			catch (RuntimeException ex) {
				this.report.failed(each, ex);
			}
		});
	}

	@Override
	public void close() {
		stop(PAUSE);
	}

}
