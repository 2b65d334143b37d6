package dev.cairn.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

	private final Duration timeout;

	private final Recordings recordings = new Recordings();

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
	public List<RecordedSignal> signals() {
		return this.recordings.signals();
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
		S found = this.recordings.await(this.timeout,
				(signals) -> signals.stream()
					.filter(kind::isInstance)
					.map(kind::cast)
					.filter(condition)
					.findFirst()
					.orElse(null));
		if (found == null) {
			throw new AssertionError("Expected a matching " + kind.getSimpleName() + ", but there was none within "
					+ SignalText.of(this.timeout) + "."
					+ SignalText.report(signals(), (signal) -> true, this.recordings.unassigned()));
		}
		return found;
	}

	/**
	 * Forgets all signals of the test.
	 */
	public void clear() {
		this.recordings.clear();
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

	Recordings recordings() {
		return this.recordings;
	}

	/** Begins a test. */
	void begin(TestScope scope) {
		this.recordings.begin(scope, Losses.of(this.ledger));
	}

	/** Ends a test. If it is the only one, its signals can still be read. */
	void end(TestScope scope) {
		this.recordings.end(scope);
	}

	/**
	 * Returns what the Ledger has counted in this test, if it is known to be of this one.
	 */
	List<String> countedLosses() {
		return this.recordings.countedLosses(Losses.of(this.ledger));
	}

	void measured(RecordedSignal.Measured.Meter meter, String name, Map<String, String> tags, double amount) {
		this.recordings.add(new RecordedSignal.Measured(meter, name, tags, amount, UnitOfWork.current()));
	}

	void observed(String name, String spanName, Map<String, String> tags, Duration duration,
			@Nullable Throwable error) {
		this.recordings
			.add(new RecordedSignal.ObservationEnded(name, spanName, tags, duration, error, UnitOfWork.current()));
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
		this.recordings.add(new RecordedSignal.UnitStarted(unit));
	}

	@Override
	public void unitEnded(UnitOfWork unit) {
		this.recordings.add(new RecordedSignal.UnitEnded(unit));
	}

	@Override
	public void published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
		this.recordings.add(new RecordedSignal.Published(message, accepted, unit));
	}

	@Override
	public void sampledOut(Sampler.Candidate candidate, @Nullable UnitOfWork unit) {
		this.recordings.add(new RecordedSignal.SampledOut(candidate.signal(), candidate.name(), unit));
	}

	@Override
	public void lost(Message message, String sink, DropReason reason, @Nullable UnitOfWork unit) {
		this.recordings.add(new RecordedSignal.Lost(message, sink, reason, unit));
	}

	@Override
	public void incident(Failure failure, String errorId, @Nullable UnitOfWork unit) {
		this.recordings.add(new RecordedSignal.Incident(failure, errorId, unit));
	}

	@Override
	public void logged(LogEntry entry, @Nullable UnitOfWork unit) {
		this.recordings.add(new RecordedSignal.Logged(entry, unit));
	}

}
