package dev.cairn.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.cairn.Lifecycle;
import dev.cairn.delivery.Sink;
import dev.cairn.delivery.Spool;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts, suspends, flushes and stops the incidents, whose messages go to the sinks, and
 * the sinks. All sinks are suspended or stopped at once: one that hangs must not take the
 * time of the others.
 */
final class EngineLifecycle implements Lifecycle {

	private static final Logger logger = LoggerFactory.getLogger(EngineLifecycle.class);

	/** How much longer than its time a sink may take to end. */
	private static final Duration GRACE = Duration.ofMillis(500);

	private static final Duration REPORTS = Duration.ofMillis(100);

	private static final String INCIDENTS = "sending the incidents that wait";

	private static final String HELD = "sending the events that wait on the disk";

	private final Incidents incidents;

	private final Spool.DeferredMessages deferred;

	private final List<Sink> sinks;

	private final List<CallbackExecutor> callbacks;

	private final Extensions extensions;

	private final AtomicBoolean stopped = new AtomicBoolean();

	EngineLifecycle(Incidents incidents, Spool.DeferredMessages deferred, List<Sink> sinks,
			List<CallbackExecutor> callbacks, Extensions extensions) {
		this.callbacks = callbacks;
		this.incidents = incidents;
		this.deferred = deferred;
		this.sinks = sinks;
		this.extensions = extensions;
	}

	boolean isStopped() {
		return this.stopped.get();
	}

	@Override
	public void start() {
		this.extensions.guard("starting the incidents", this.incidents::start);
		this.sinks.forEach((sink) -> guard("starting", sink, Sink::start));
	}

	@Override
	public void suspend(Duration timeout) {
		long deadline = Threads.deadline(timeout);
		this.extensions.guard("suspending the incidents", () -> this.incidents.suspend(timeout));
		this.extensions.guard(HELD, () -> this.deferred.flush(Threads.left(deadline)));
		if (!isStopped()) {
			Duration left = Threads.left(deadline);
			atOnce("suspending", (sink) -> sink.suspend(left), left);
		}
	}

	@Override
	public void resume() {
		this.extensions.guard("resuming the incidents", this.incidents::resume);
		this.sinks.forEach((sink) -> guard("resuming", sink, Sink::resume));
	}

	@Override
	public void stop(Duration timeout) {
		if (this.stopped.compareAndSet(false, true)) {
			long deadline = Threads.deadline(timeout);
			stopIncidents(timeout);
			this.extensions.guard(HELD, () -> this.deferred.flush(Threads.left(deadline)));
			Duration left = Threads.left(deadline);
			atOnce("stopping", (sink) -> sink.stop(left), left);
			// Losses of the stop itself are reported, too
			long last = Math.max(deadline, Threads.deadline(REPORTS));
			this.callbacks.forEach((executor) -> executor.stop(Threads.left(last)));
		}
	}

	/** Sending the messages that wait calls foreign code, which may hang. */
	private void stopIncidents(Duration timeout) {
		Thread thread = Threads.daemon(() -> this.extensions.guard(INCIDENTS, () -> this.incidents.stop(timeout)),
				"cairn-stopping-incidents");
		thread.start();
		Threads.join(thread, Threads.deadline(timeout.dividedBy(2)));
	}

	boolean flush(Duration timeout) {
		long deadline = Threads.deadline(timeout);
		boolean flushed = isTrue(INCIDENTS, () -> this.incidents.flush(timeout))
				& isTrue(HELD, () -> this.deferred.flush(Threads.left(deadline)));
		for (Sink sink : this.sinks) {
			Duration left = Threads.left(deadline);
			flushed &= isTrue(name("flushing", sink), () -> sink.flush(left));
		}
		return flushed;
	}

	private boolean isTrue(String name, Supplier<Boolean> call) {
		return Boolean.TRUE.equals(this.extensions.get(name, call));
	}

	private void atOnce(String verb, Consumer<Sink> call, Duration timeout) {
		List<Thread> threads = new ArrayList<>(this.sinks.size());
		for (Sink sink : this.sinks) {
			Thread thread = Threads.daemon(() -> guard(verb, sink, call),
					"cairn-" + verb + "-" + sink.channel().name());
			thread.start();
			threads.add(thread);
		}
		long deadline = Threads.deadline(timeout.plus(GRACE));
		for (Thread thread : threads) {
			if (!Threads.join(thread, deadline)) {
				logger.warn("Cairn: thread {} did not terminate in time", thread.getName());
			}
		}
	}

	private void guard(String verb, Sink sink, Consumer<Sink> call) {
		this.extensions.guard(name(verb, sink), () -> call.accept(sink));
	}

	private static String name(String verb, Sink sink) {
		return verb + " the sink " + sink.channel().name();
	}

}
