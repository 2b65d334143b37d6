package dev.cairn.test;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.cairn.Failure;
import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.LogEntry;
import dev.cairn.Message;
import dev.cairn.Sampler;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;

/**
 * Records all signals of an application, in their order, for assertions in tests. Pass it
 * to AssertJ: <pre>
 * assertThat(cairn).recorded("order.placed").once().withField("order_id", 7);
 * </pre> With {@code cairn-test} on the test class path, the application context has a
 * recorder, which is cleared before each test method. Tests that run in parallel see
 * their own signals. Holds the last 10,000 signals of a test. Thread-safe; all returned
 * lists are copies.
 */
public final class CairnRecorder implements SignalListener, AssertProvider<CairnAssert> {

	static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

	/** Gauges are read, since their changes are not reported. */
	private static final long READ_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private final Duration timeout;

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

	private volatile @Nullable Ledger ledger;

	private volatile Gauges gauges = (name, tags) -> List.of();

	private volatile String traceHeader = "X-Trace-Id";

	/**
	 * Creates a recorder whose assertions wait up to 5 seconds for signals that follow.
	 */
	public CairnRecorder() {
		this(DEFAULT_TIMEOUT);
	}

	/**
	 * Creates a recorder.
	 * @param timeout how long assertions wait for signals that follow
	 */
	public CairnRecorder(Duration timeout) {
		this.timeout = Objects.requireNonNull(timeout, "timeout must not be null");
	}

	/**
	 * Returns the assertions, for AssertJ's {@code assertThat(cairn)}.
	 * @return the assertions
	 */
	@Override
	public CairnAssert assertThat() {
		return new CairnAssert(this, this.timeout);
	}

	/**
	 * Returns all signals of the test.
	 * @return the signals, oldest first
	 * @throws IllegalStateException if several tests are running and the calling thread
	 * belongs to none of them
	 */
	public synchronized List<RecordedSignal> signals() {
		return readable().signals();
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
	 * Waits until a message of a type has been published.
	 * @param type the type, such as {@code http.request}
	 * @return the first message of the type
	 * @throws AssertionError if there is none in time
	 */
	public Message awaitMessage(String type) {
		return await(RecordedSignal.Published.class, (signal) -> signal.message().type().equals(type)).message();
	}

	/**
	 * Waits until a signal has been recorded.
	 * @param <S> the kind of signal
	 * @param kind the class of the signal
	 * @param condition the condition that the signal meets
	 * @return the first such signal
	 * @throws AssertionError if there is none in time
	 */
	public <S extends RecordedSignal> S await(Class<S> kind, Predicate<? super S> condition) {
		S found = await(this.timeout,
				(signals) -> signals.stream()
					.filter(kind::isInstance)
					.map(kind::cast)
					.filter(condition)
					.findFirst()
					.orElse(null));
		if (found == null) {
			throw new AssertionError("Expected a matching " + kind.getSimpleName() + ", but there was none within "
					+ SignalText.of(this.timeout) + "." + SignalText.report(signals(), (signal) -> true, unassigned()));
		}
		return found;
	}

	/**
	 * Waits until the signals pass a check, which is called without a lock.
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

	/**
	 * Forgets all signals of the test.
	 */
	public synchronized void clear() {
		readable().clear();
	}

	/**
	 * Returns the header that assigns a request to the test of the calling thread. The
	 * clients that Boot configures for tests send it. Other clients need it only if tests
	 * run in parallel.
	 * @return the name and the value of the header; empty outside a test
	 */
	public Map<String, String> testHeader() {
		TestScope scope = TestScope.current();
		return (scope != null) ? Map.of(TestScope.HEADER, scope.id()) : Map.of();
	}

	/**
	 * Begins a test. A request of an earlier test may still be ending; its signals are
	 * not recorded any more.
	 */
	void begin(TestScope scope) {
		begin(scope, losses());
	}

	private synchronized void begin(TestScope scope, Map<String, Long> lossesBefore) {
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

	/** Returns the number of signals that belong to none of the running tests. */
	synchronized int unassigned() {
		return this.unassigned.size();
	}

	/**
	 * Returns what the Ledger has counted in this test, if it is known to be of this one.
	 */
	List<String> countedLosses() {
		Map<String, Long> losses = losses();
		synchronized (this) {
			return readable().countedLosses(losses);
		}
	}

	private Map<String, Long> losses() {
		Ledger known = this.ledger;
		Map<String, Long> losses = new LinkedHashMap<>();
		if (known != null) {
			known.balances().forEach((channel, balance) -> balance.dropped().forEach((reason, count) -> {
				if (!isIntended(reason)) {
					losses.put(channel + " " + reason.wireName(), count);
				}
			}));
		}
		return losses;
	}

	/** Events of a transaction that is rolled back are not meant to be sent. */
	static boolean isIntended(DropReason reason) {
		return reason == DropReason.ROLLED_BACK;
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

	private synchronized void add(RecordedSignal signal) {
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

	void measured(RecordedSignal.Measured.Meter meter, String name, Map<String, String> tags, double amount) {
		add(new RecordedSignal.Measured(meter, name, tags, amount, UnitOfWork.current()));
	}

	void observed(String name, String spanName, Map<String, String> tags, Duration duration,
			@Nullable Throwable error) {
		add(new RecordedSignal.ObservationEnded(name, spanName, tags, duration, error, UnitOfWork.current()));
	}

	void ledger(Ledger source) {
		this.ledger = source;
	}

	void gauges(Gauges source) {
		this.gauges = source;
	}

	Gauges gauges() {
		return this.gauges;
	}

	void traceHeader(String name) {
		this.traceHeader = name;
	}

	String traceHeader() {
		return this.traceHeader;
	}

	@Override
	public void unitStarted(UnitOfWork unit) {
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

	/**
	 * Reads gauges.
	 */
	@FunctionalInterface
	interface Gauges {

		/** Returns the values of the gauges that have the name and the tags. */
		List<Double> read(String name, Map<String, String> tags);

	}

}
