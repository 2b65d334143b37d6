package dev.cairn.test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import dev.cairn.Failure;
import dev.cairn.Ledger.DropReason;
import dev.cairn.LogEntry;
import dev.cairn.Message;
import dev.cairn.Sampler;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Records all signals of an application, in their order, for assertions in tests. With
 * {@code cairn-test} on the test class path, the application context has a recorder,
 * which is cleared before each test method. Holds the last 10,000 signals. Thread-safe;
 * all returned lists are copies.
 */
public final class CairnRecorder implements SignalListener {

	private static final int CAPACITY = 10_000;

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final Deque<RecordedSignal> signals = new ArrayDeque<>();

	/** The units of work that began in earlier tests; guarded by this. */
	private final Set<UnitOfWork> earlier = Collections.newSetFromMap(new WeakHashMap<>());

	/** The units of work that began in this test; guarded by this. */
	private final Set<UnitOfWork> current = Collections.newSetFromMap(new WeakHashMap<>());

	/**
	 * Returns all signals.
	 * @return the signals, oldest first
	 */
	public synchronized List<RecordedSignal> signals() {
		return new ArrayList<>(this.signals);
	}

	/**
	 * Returns the signals of a kind.
	 * @param <S> the kind
	 * @param kind the class of the signals
	 * @return the signals, oldest first
	 */
	public <S extends RecordedSignal> List<S> signals(Class<S> kind) {
		return signals().stream().filter(kind::isInstance).map(kind::cast).toList();
	}

	/**
	 * Returns the published messages.
	 * @return the messages, oldest first
	 */
	public List<Message> messages() {
		return signals(RecordedSignal.Published.class).stream().map(RecordedSignal.Published::message).toList();
	}

	/**
	 * Returns the published messages of a type.
	 * @param type the type, such as {@code order.placed}
	 * @return the messages, oldest first
	 */
	public List<Message> messages(String type) {
		return messages().stream().filter((message) -> message.type().equals(type)).toList();
	}

	/**
	 * Returns the reported incidents.
	 * @return the incidents, oldest first
	 */
	public List<RecordedSignal.Incident> incidents() {
		return signals(RecordedSignal.Incident.class);
	}

	/**
	 * Returns the units of work that have ended.
	 * @return the units of work, in the order of their ends
	 */
	public List<UnitOfWork> units() {
		return signals(RecordedSignal.UnitEnded.class).stream().map(RecordedSignal.UnitEnded::unit).toList();
	}

	/**
	 * Waits until a message of a type has been published, for up to 30 seconds.
	 * @param type the type, such as {@code http.request}
	 * @return the first message of the type
	 */
	public Message awaitMessage(String type) {
		return await(RecordedSignal.Published.class, (signal) -> signal.message().type().equals(type)).message();
	}

	/**
	 * Waits until a signal has been recorded, for up to 30 seconds.
	 * @param <S> the kind of signal
	 * @param kind the class of the signal
	 * @param condition the condition that the signal meets
	 * @return the first such signal
	 * @throws AssertionError if there is no such signal in time
	 */
	public synchronized <S extends RecordedSignal> S await(Class<S> kind, Predicate<? super S> condition) {
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		while (true) {
			for (RecordedSignal signal : this.signals) {
				if (kind.isInstance(signal) && condition.test(kind.cast(signal))) {
					return kind.cast(signal);
				}
			}
			long remaining = deadline - System.nanoTime();
			if (remaining <= 0) {
				throw new AssertionError("No matching " + kind.getSimpleName() + " within " + TIMEOUT.toSeconds()
						+ " seconds. Recorded signals: " + this.signals);
			}
			waitFor(remaining);
		}
	}

	private synchronized void waitFor(long nanos) {
		try {
			TimeUnit.NANOSECONDS.timedWait(this, nanos);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted while waiting for a signal", ex);
		}
	}

	/**
	 * Forgets all signals.
	 */
	public synchronized void clear() {
		this.signals.clear();
	}

	/**
	 * Begins a test. A request of an earlier test may still be ending; its signals are
	 * not recorded any more.
	 */
	synchronized void beginTest() {
		this.earlier.addAll(this.current);
		this.current.clear();
		clear();
	}

	private synchronized void add(RecordedSignal signal) {
		UnitOfWork unit = signal.unit();
		if (unit != null && this.earlier.contains(unit)) {
			return;
		}
		if (this.signals.size() == CAPACITY) {
			this.signals.removeFirst();
		}
		this.signals.addLast(signal);
		notifyAll();
	}

	@Override
	public synchronized void unitStarted(UnitOfWork unit) {
		this.current.add(unit);
		add(new RecordedSignal.UnitStarted(unit));
	}

	@Override
	public void unitEnded(UnitOfWork unit) {
		add(new RecordedSignal.UnitEnded(unit));
	}

	@Override
	public void published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
		add(new RecordedSignal.Published(message, accepted, unit));
	}

	@Override
	public void sampledOut(Sampler.Candidate candidate, @Nullable UnitOfWork unit) {
		add(new RecordedSignal.SampledOut(candidate.signal(), candidate.name(), unit));
	}

	@Override
	public void lost(Message message, String sink, DropReason reason, @Nullable UnitOfWork unit) {
		add(new RecordedSignal.Lost(message, sink, reason, unit));
	}

	@Override
	public void incident(Failure failure, String errorId, @Nullable UnitOfWork unit) {
		add(new RecordedSignal.Incident(failure, errorId, unit));
	}

	@Override
	public void logged(LogEntry entry, @Nullable UnitOfWork unit) {
		add(new RecordedSignal.Logged(entry, unit));
	}

	@Override
	public void observationEnded(String name, Duration duration, @Nullable Throwable error, @Nullable UnitOfWork unit) {
		add(new RecordedSignal.ObservationEnded(name, duration, error, unit));
	}

}
