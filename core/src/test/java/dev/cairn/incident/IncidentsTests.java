package dev.cairn.incident;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Failure;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.TestMessages;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Incidents}: one failure, one record, one id.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class IncidentsTests {

	private static final Incidents.Options UNGROUPED = new Incidents.Options(0, Duration.ZERO);

	private final Accounts ledger = new Accounts();

	private final MemorySink sink = new MemorySink(this.ledger.channel("memory"), 100_000);

	private final List<Cairn> open = new ArrayList<>();

	private final Cairn cairn = cairn(UNGROUPED, IncidentLimits.DEFAULT);

	@AfterEach
	void close() {
		this.open.forEach(Cairn::close);
	}

	@Test
	void putsItsIdIntoTheMessage() {
		String id = this.cairn.capture(new IllegalStateException());
		assertThat(id).matches("[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}");
		assertThat(this.sink.messages()).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry(MessageFields.ERROR_ID, id));
	}

	@Test
	void recognizesAFailureThatIsReportedAgain() {
		Exception failure = new IllegalStateException();
		assertThatItIsOne(failure, failure, failure);
	}

	@Test
	void recognizesACauseWhoseWrapperWasReported() {
		Exception cause = new IllegalStateException();
		Exception wrapper = new RuntimeException(new ExecutionException(cause));
		assertThatItIsOne(wrapper, cause);
	}

	@Test
	void recognizesAWrapperWhoseCauseWasReported() {
		Exception cause = new IllegalStateException();
		Exception wrapper = new RuntimeException(new ExecutionException(cause));
		assertThatItIsOne(cause, wrapper);
	}

	@Test
	void recognizesTwoWrappersOfOneCause() {
		Exception cause = new IllegalStateException();
		assertThatItIsOne(new RuntimeException(cause), new ExecutionException(cause), cause);
	}

	@Test
	void recognizesWhatAFailureSuppresses() {
		Exception suppressed = new IllegalStateException();
		Exception failure = new RuntimeException(new RuntimeException());
		failure.getCause().addSuppressed(suppressed);
		assertThatItIsOne(failure, suppressed);
	}

	@Test
	void recognizesAFailureThatSuppressesWhatWasReported() {
		Exception suppressed = new IllegalStateException();
		Exception failure = new RuntimeException();
		failure.addSuppressed(suppressed);
		assertThatItIsOne(suppressed, failure);
	}

	@Test
	void takesFailuresWithEqualMessagesForTwo() {
		String first = this.cairn.capture(new IllegalStateException("same"));
		String second = this.cairn.capture(new IllegalStateException("same"));
		assertThat(first).isNotEqualTo(second);
		assertThat(this.sink.messages()).hasSize(2);
	}

	@Test
	void doesNotAskThrowablesWhetherTheyAreEqual() {
		String first = this.cairn.capture(new Equal());
		String second = this.cairn.capture(new Equal());
		assertThat(first).isNotNull().isNotEqualTo(second);
		assertThat(this.sink.messages()).hasSize(2);
	}

	@Test
	void survivesCausesThatRunInACircle() {
		RuntimeException first = new RuntimeException();
		RuntimeException second = new RuntimeException(first);
		first.initCause(second);
		second.addSuppressed(first);
		assertThatItIsOne(first, second);
	}

	@Test
	void survivesCausesWithoutEnd() {
		assertThat(this.cairn.capture(new Endless())).isNotNull();
		assertThat(this.sink.messages()).hasSize(1);
	}

	@Test
	void survivesACauseThatCannotBeAsked() {
		RuntimeException hostile = new RuntimeException() {

			@Override
			public synchronized Throwable getCause() {
				throw new AssertionError("no");
			}

		};
		assertThatItIsOne(hostile, hostile);
	}

	@Test
	void survivesAMillionSuppressed() {
		RuntimeException failure = new RuntimeException();
		IllegalStateException suppressed = new IllegalStateException();
		for (int i = 0; i < 1_000_000; i++) {
			failure.addSuppressed(suppressed);
		}
		assertThatItIsOne(failure, suppressed);
	}

	@Test
	void forgetsTheOldestWhenThereAreEnough() {
		Cairn forgetful = cairn(UNGROUPED, limits(10));
		Exception first = new IllegalStateException();
		forgetful.capture(first);
		for (int i = 0; i < 10; i++) {
			forgetful.capture(new IllegalStateException());
		}
		forgetful.capture(first);
		assertThat(this.sink.messages()).hasSize(12);
	}

	@Test
	void remembersTheNewest() {
		Cairn forgetful = cairn(UNGROUPED, limits(10));
		List<Exception> failures = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			failures.add(new IllegalStateException());
			forgetful.capture(failures.get(i));
		}
		failures.subList(90, 100).forEach(forgetful::capture);
		assertThat(this.sink.messages()).hasSize(100);
	}

	@Test
	void refusesToRememberNothing() {
		assertThatIllegalArgumentException().isThrownBy(() -> limits(0)).withMessageContaining("positive");
	}

	@Test
	void refusesANegativeBurst() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Incidents.Options(-1, Duration.ZERO))
			.withMessageContaining("burst")
			.withMessageContaining("-1");
	}

	@Test
	void doesNotKeepAThrowableThatTheApplicationHasLetGo() {
		List<WeakReference<Throwable>> failures = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			failures.add(captureAndLetGo());
		}
		this.sink.clear();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			System.gc();
			return failures.stream().allMatch((failure) -> failure.get() == null);
		});
		assertThat(this.cairn.capture(new IllegalStateException())).isNotNull();
	}

	private WeakReference<Throwable> captureAndLetGo() {
		Throwable failure = new IllegalStateException(new IllegalArgumentException());
		this.cairn.capture(failure);
		return new WeakReference<>(failure);
	}

	@Test
	void makesOneMessageOfWhatManyThreadsReportAtOnce() throws Exception {
		int threads = 4;
		int rounds = 300;
		List<Throwable> causes = new ArrayList<>();
		for (int i = 0; i < rounds; i++) {
			causes.add(new IllegalStateException());
		}
		List<Set<String>> ids = new ArrayList<>();
		causes.forEach((cause) -> ids.add(ConcurrentHashMap.newKeySet()));
		CyclicBarrier together = new CyclicBarrier(threads);
		List<Thread> reporters = new ArrayList<>();
		for (int t = 0; t < threads; t++) {
			boolean wraps = t % 2 == 0;
			Thread reporter = new Thread(() -> {
				for (int i = 0; i < rounds; i++) {
					await(together);
					Throwable cause = causes.get(i);
					ids.get(i).add(String.valueOf(this.cairn.capture(wraps ? new RuntimeException(cause) : cause)));
				}
			});
			reporter.start();
			reporters.add(reporter);
		}
		for (Thread reporter : reporters) {
			reporter.join();
		}
		assertThat(this.sink.messages()).hasSize(rounds);
		assertThat(ids).allSatisfy((sameIncident) -> assertThat(sameIncident).hasSize(1));
		Set<String> all = new HashSet<>();
		ids.forEach(all::addAll);
		assertThat(all).hasSize(rounds);
	}

	@Test
	void returnsThatAnIncidentWasNotAccepted() {
		Exception failure = new IllegalStateException();
		Cairn picky = build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(this.sink)
			.incidents(new Incidents(Incidents.Options.DEFAULT, ApplicationFrames.DEFAULT))
			.filter((message) -> false));
		assertThat(picky.capture(failure)).isNull();
		assertThat(picky.capture(failure)).isNull();
		assertThat(this.sink.channel().balance().filtered()).isEqualTo(1);
	}

	@Test
	void countsAConstantForEachUnitOfWorkThatThrowsIt() throws Exception {
		// As the JVM throws it from code that it has compiled
		RuntimeException constant = new NullPointerException();
		constant.setStackTrace(new StackTraceElement[0]);
		Set<String> ids = ConcurrentHashMap.newKeySet();
		for (int i = 0; i < 3; i++) {
			Thread thread = new Thread(() -> {
				ids.add(this.cairn.capture(constant));
				ids.add(this.cairn.capture(new IllegalStateException("wrapper", constant)));
			});
			thread.start();
			thread.join();
		}
		assertThat(ids).hasSize(3);
		assertThat(this.sink.messages()).hasSize(3);
		assertThat(this.ledger.incidents().balance().failures()).isEqualTo(3);
		assertThat(this.ledger.incidents().balance().repeated()).isEqualTo(3);
	}

	@Test
	void countsAConstantForEachTraceThatThrowsIt() {
		AtomicReference<Trace> trace = new AtomicReference<>();
		Cairn traced = build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(this.sink)
			.trace(trace::get)
			.incidents(new Incidents(UNGROUPED, ApplicationFrames.DEFAULT)));
		RuntimeException constant = new IllegalStateException("constant");
		for (int i = 0; i < 10; i++) {
			trace.set(new Trace("%032x".formatted(i + 1), "00f067aa0ba902b7", true));
			traced.capture(constant);
		}
		// One may get from the trace where it failed to one that waits for it
		assertThat(this.sink.messages()).hasSize(5);
	}

	@Test
	void countsAConstantForEachUnitOfWorkOfAThread() {
		RuntimeException constant = new NullPointerException();
		constant.setStackTrace(new StackTraceElement[0]);
		Set<String> ids = new HashSet<>();
		for (int i = 0; i < 3; i++) {
			try (UnitOfWork.Scope scope = Signals.NONE.start(UnitOfWork.Kind.REQUEST, "GET /").open()) {
				ids.add(this.cairn.capture(constant));
				ids.add(this.cairn.capture(new IllegalStateException("wrapper", constant)));
			}
		}
		assertThat(ids).hasSize(3);
	}

	@ParameterizedTest
	@ValueSource(classes = { StackOverflowError.class, IllegalStateException.class })
	void letsAnOuterLayerReportWhatCouldNotBeReported(Class<? extends Throwable> type) throws Exception {
		AtomicReference<Throwable> broken = new AtomicReference<>();
		Incidents incidents = new Incidents(Incidents.Options.DEFAULT, ApplicationFrames.DEFAULT,
				IncidentLimits.DEFAULT, new IncidentTimer(IncidentTimer::newExecutor, () -> {
					throwOnce(broken);
					return System.nanoTime();
				}));
		Cairn once = build(
				new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger).sink(this.sink).incidents(incidents));
		broken.set(type.getConstructor().newInstance());
		Exception failure = new IllegalStateException();
		assertThat(once.capture(failure)).isNull();
		assertThat(this.sink.messages()).isEmpty();
		assertThat(once.capture(new RuntimeException(failure))).isNotNull();
		assertThat(this.sink.messages()).hasSize(1);
	}

	private static void throwOnce(AtomicReference<Throwable> broken) {
		Throwable thrown = broken.getAndSet(null);
		if (thrown instanceof Error error) {
			throw error;
		}
		if (thrown != null) {
			throw (RuntimeException) thrown;
		}
	}

	private static IncidentLimits limits(int throwables) {
		return new IncidentLimits(throwables, 1000, Duration.ofMinutes(1), Duration.ofSeconds(2),
				Duration.ofMinutes(1));
	}

	@Test
	void hasTheIdUnderWhichTheApplicationHasReportedIt() {
		Incidents incidents = new Incidents(UNGROUPED, ApplicationFrames.DEFAULT);
		Cairn capturing = build(new CairnBuilder(TestMessages.ORIGIN).sink(this.sink).incidents(incidents));
		Exception cause = new IllegalStateException();
		Exception wrapper = new RuntimeException(cause);
		assertThat(incidents.captured(() -> null).find(Failure.of(cause), false)).isNull();
		incidents.captured(() -> null).reported(Failure.of(cause), "0".repeat(31) + "1");
		incidents.captured(() -> null).reported(Failure.of(cause), "0".repeat(31) + "2");
		assertThat(incidents.captured(() -> null).find(Failure.of(cause), false)).as("not captured yet").isNull();
		assertThat(capturing.capture(wrapper)).isEqualTo("0".repeat(31) + "1");
		assertThat(capturing.capture(cause)).isEqualTo("0".repeat(31) + "1");
		assertThat(incidents.captured(() -> null).find(Failure.of(cause), false)).isEqualTo("0".repeat(31) + "1");
		assertThat(incidents.account().balance().failures()).isOne();
		assertThat(incidents.account().balance().repeated()).isOne();
		assertThat(this.sink.messages()).hasSize(1);
	}

	@Test
	void aTextHasTheIdUnderWhichTheThreadHasJustReportedIt() {
		Incidents incidents = new Incidents(UNGROUPED, ApplicationFrames.DEFAULT);
		Cairn capturing = build(new CairnBuilder(TestMessages.ORIGIN).sink(this.sink).incidents(incidents));
		incidents.captured(() -> null).reported(Failure.of("12:00 ERROR no more chairs"), "0".repeat(31) + "1");
		assertThat(capturing.captureMessage("no more tables")).isNotEqualTo("0".repeat(31) + "1");
		assertThat(capturing.captureMessage("no more chairs")).isEqualTo("0".repeat(31) + "1");
		assertThat(capturing.captureMessage("no more chairs")).isNotEqualTo("0".repeat(31) + "1");
	}

	@Test
	void aTextIsFoundOncePerCapture() {
		Incidents incidents = new Incidents(UNGROUPED, ApplicationFrames.DEFAULT);
		Cairn capturing = build(new CairnBuilder(TestMessages.ORIGIN).sink(this.sink).incidents(incidents));
		String first = capturing.captureMessage("no more chairs");
		assertThat(incidents.captured(() -> null).find(Failure.of("no more tables"), true)).isNull();
		assertThat(incidents.captured(() -> null).find(Failure.of("12:00 ERROR no more chairs"), false))
			.isEqualTo(first);
		assertThat(incidents.captured(() -> null).find(Failure.of("12:00 ERROR no more chairs"), true)).isNull();
		String second = capturing.captureMessage("no more chairs");
		assertThat(incidents.captured(() -> null).find(Failure.of("no more chairs"), true)).isEqualTo(second);
		assertThat(incidents.captured(() -> null).findQuoting(new IllegalStateException("no more chairs"))).isNotNull();
		assertThat(incidents.captured(() -> null).findQuoting(new IllegalStateException("no more tables"))).isNull();
	}

	private Cairn cairn(Incidents.Options options, IncidentLimits limits) {
		return build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
			.sink(this.sink)
			.incidents(new Incidents(options, ApplicationFrames.DEFAULT, limits,
					new IncidentTimer(IncidentTimer::newExecutor, System::nanoTime))));
	}

	private Cairn build(CairnBuilder builder) {
		Cairn cairn = builder.build();
		this.open.add(cairn);
		return cairn;
	}

	private void assertThatItIsOne(Throwable... reports) {
		Set<String> ids = new HashSet<>();
		for (Throwable report : reports) {
			ids.add(this.cairn.capture(report));
		}
		assertThat(ids).hasSize(1).doesNotContainNull();
		assertThat(this.sink.messages()).extracting(Message::thrown).containsExactly(reports[0]);
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@SuppressWarnings("serial")
	static final class Equal extends RuntimeException {

		@Override
		public boolean equals(Object other) {
			throw new AssertionError("equals was called");
		}

		@Override
		public int hashCode() {
			throw new AssertionError("hashCode was called");
		}

	}

	@SuppressWarnings("serial")
	static final class Endless extends RuntimeException {

		@Override
		public synchronized Throwable getCause() {
			return new Endless();
		}

	}

}
