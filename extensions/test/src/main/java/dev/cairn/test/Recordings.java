package dev.cairn.test;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * The recordings of the tests that are running. Decides to which of them a signal
 * belongs, which of them a thread reads, and lets threads wait for the next signal.
 * Thread-safe.
 */
final class Recordings {

	/** Gauges are read, since their changes are not reported. */
	private static final long READ_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	/** The tests that are running; guarded by this. */
	private final Map<TestScope, Recording> running = new LinkedHashMap<>();

	/** The signals while no test is running, after those of the last one. */
	private Recording outside = new Recording();

	/** The signals of which it is not known to which of several tests they belong. */
	private Recording unassigned = new Recording();

	/** The tests of the units of work; guarded by this. */
	private final Map<UnitOfWork, Recording> owners = new WeakHashMap<>();

	/** The number of signals so far; guarded by this. */
	private long number;

	/**
	 * Begins a test. A request of an earlier test may still be ending; its signals are
	 * not recorded any more.
	 */
	synchronized void begin(TestScope scope, Map<String, Long> lossesBefore) {
		if (this.running.isEmpty()) {
			this.outside.close();
			this.outside = new Recording();
			this.unassigned.close();
			this.unassigned = new Recording();
		}
		Recording recording = new Recording();
		recording.lossesBefore(lossesBefore);
		this.running.put(scope, recording);
		if (this.running.size() > 1) {
			this.running.values().forEach(Recording::shared);
		}
	}

	/** Ends a test. If it is the only one, its signals can still be read. */
	synchronized void end(TestScope scope) {
		Recording ended = this.running.remove(scope);
		if (ended == null) {
			return;
		}
		if (this.running.isEmpty()) {
			this.outside.close();
			this.outside = ended;
		}
		else {
			ended.close();
		}
	}

	private Recording readable() {
		Recording own = ofThread();
		if (own == this.unassigned) {
			throw new IllegalStateException("The calling thread belongs to none of the " + this.running.size()
					+ " tests that are running. Read the recorder on the thread of the test");
		}
		return (own != null) ? own : this.outside;
	}

	/**
	 * Returns the recording of the test of the calling thread, {@code null} if that is a
	 * test of another context.
	 */
	private @Nullable Recording ofThread() {
		if (this.running.isEmpty()) {
			return this.outside;
		}
		TestScope scope = TestScope.current();
		if (scope != null) {
			return this.running.get(scope);
		}
		return (this.running.size() == 1) ? this.running.values().iterator().next() : this.unassigned;
	}

	synchronized void add(RecordedSignal signal) {
		UnitOfWork unit = signal.unit();
		Recording owner = (unit != null) ? owner(unit, signal instanceof RecordedSignal.UnitStarted) : ofThread();
		if (owner != null) {
			owner.add(signal);
			this.number++;
			notifyAll();
		}
	}

	/**
	 * A unit of work belongs to the test in which it, or the work that caused it, began.
	 * A request may be a unit of work before it is known to which test it belongs.
	 */
	private @Nullable Recording owner(UnitOfWork unit, boolean started) {
		Recording owner = this.owners.get(unit);
		if (owner == null) {
			UnitOfWork parent = unit.parent();
			owner = (parent != null && TestScope.current() == null) ? owner(parent, false) : ofThread();
			if (owner != null && (started || owner != this.unassigned)) {
				this.owners.put(unit, owner);
			}
		}
		return owner;
	}

	/** Returns the signals of the test of the calling thread. */
	synchronized List<RecordedSignal> signals() {
		return readable().signals();
	}

	/** Forgets the signals of the test of the calling thread. */
	synchronized void clear() {
		readable().clear();
	}

	/** Returns the number of signals that belong to none of the running tests. */
	synchronized int unassigned() {
		return this.unassigned.size();
	}

	/** Returns those of the losses that are known to be of this test. */
	synchronized List<String> countedLosses(Map<String, Long> losses) {
		return readable().countedLosses(losses);
	}

	/**
	 * Waits until the signals of the test pass a check, which is called without a lock.
	 * @return what the check returned last: {@code null} if they have not passed in time
	 */
	<R> @Nullable R await(Duration limit, Function<List<RecordedSignal>, @Nullable R> check) {
		long deadline = System.nanoTime() + limit.toNanos();
		while (true) {
			long seen = number();
			R result = check.apply(signals());
			if (result != null || !awaitNext(seen, deadline)) {
				return result;
			}
		}
	}

	/**
	 * Waits until a value that no signal reports meets a condition.
	 * @return whether it did in time
	 */
	boolean awaitValue(Duration limit, BooleanSupplier condition) {
		long deadline = System.nanoTime() + limit.toNanos();
		while (!condition.getAsBoolean()) {
			long left = deadline - System.nanoTime();
			if (left <= 0) {
				return false;
			}
			awaitNext(number(), System.nanoTime() + Math.min(left, READ_NANOS));
		}
		return true;
	}

	private synchronized long number() {
		return this.number;
	}

	/** Returns whether there was another signal in time. */
	private synchronized boolean awaitNext(long seen, long deadline) {
		while (this.number == seen) {
			long left = deadline - System.nanoTime();
			if (left <= 0) {
				return false;
			}
			try {
				TimeUnit.NANOSECONDS.timedWait(this, left);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new AssertionError("Interrupted while waiting for a signal", ex);
			}
		}
		return true;
	}

}
