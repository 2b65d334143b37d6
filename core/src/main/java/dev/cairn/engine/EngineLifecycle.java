package dev.cairn.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.delivery.Sink;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes and closes the incidents, whose messages go to the sinks, and then the sinks.
 */
final class EngineLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(EngineLifecycle.class);

	/** How much longer than its time a sink may take to close. */
	private static final Duration CLOSE_GRACE = Duration.ofSeconds(1);

	private static final String INCIDENTS = "sending the incidents that wait";

	private final Incidents incidents;

	private final List<Sink> sinks;

	private final Duration closeTimeout;

	private final Extensions extensions;

	private final AtomicBoolean closed = new AtomicBoolean();

	EngineLifecycle(Incidents incidents, List<Sink> sinks, Duration closeTimeout, Extensions extensions) {
		this.incidents = incidents;
		this.sinks = sinks;
		this.closeTimeout = closeTimeout;
		this.extensions = extensions;
	}

	void start() {
		this.sinks.forEach((sink) -> this.extensions.guard("starting the sink " + sink.channel().name(), sink::start));
	}

	boolean isClosed() {
		return this.closed.get();
	}

	boolean flush(Duration timeout) {
		long deadline = System.nanoTime() + nanos(timeout);
		boolean flushed = this.extensions.guard(INCIDENTS, () -> this.incidents.flush(timeout), false);
		for (Sink sink : this.sinks) {
			Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
			flushed &= this.extensions.guard("flushing the sink " + sink.channel().name(), () -> sink.flush(left),
					false);
		}
		return flushed;
	}

	/** Closes all sinks at once: one that hangs must not take the time of the others. */
	void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		this.extensions.guard(INCIDENTS, this.incidents::close);
		List<Thread> closers = new ArrayList<>(this.sinks.size());
		for (Sink sink : this.sinks) {
			Thread closer = Threads.daemon(() -> close(sink), "cairn-close-" + sink.channel().name());
			closer.start();
			closers.add(closer);
		}
		long deadline = System.nanoTime() + nanos(this.closeTimeout.plus(CLOSE_GRACE));
		for (Thread closer : closers) {
			if (!Threads.join(closer, deadline)) {
				logger.warn("Cairn: {} did not end in time and is abandoned", closer.getName());
			}
		}
	}

	private void close(Sink sink) {
		this.extensions.guard("closing the sink " + sink.channel().name(), () -> sink.stop(this.closeTimeout));
	}

	/** Limits the duration, which may be endless, to what a long can hold. */
	private static long nanos(Duration duration) {
		return TimeUnit.NANOSECONDS.convert(duration);
	}

}
