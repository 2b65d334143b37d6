package dev.cairn.incident;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.cairn.ApplicationFrames;
import dev.cairn.Failure;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link IncidentTimer}: the life of the incidents.
 */
@Timeout(60)
class IncidentTimerTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Duration INTERVAL = Duration.ofMillis(20);

	private final Set<Thread> others = Thread.getAllStackTraces().keySet();

	private final Incidents incidents = new Incidents(new Incidents.Options(0, Duration.ofMinutes(10)),
			ApplicationFrames.DEFAULT);

	private final AtomicInteger sent = new AtomicInteger();

	@AfterEach
	void stop() {
		this.incidents.stop(PATIENCE);
	}

	@Test
	void hasNoThreadBeforeTheStartAndWithoutATask() {
		assertThat(threads()).isZero();
		this.incidents.start();
		assertThat(threads()).isZero();
	}

	@Test
	void sendsAfterTheStartWhatFailedBefore() {
		AtomicLong now = new AtomicLong();
		Incidents quick = new Incidents(new Incidents.Options(0, INTERVAL), ApplicationFrames.DEFAULT,
				IncidentLimits.DEFAULT, new IncidentTimer(IncidentTimer::newExecutor, now::get));
		fail(quick, 2);
		assertThat(this.sent).hasValue(1);
		assertThat(threads()).isZero();
		now.addAndGet(INTERVAL.toNanos());
		quick.start();
		Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(this.sent).hasValue(2));
		quick.stop(PATIENCE);
	}

	@Test
	void aSuspensionEndsTheThreadAndKeepsTheMessages() {
		this.incidents.start();
		for (int i = 0; i < 3; i++) {
			if (i == 2) {
				assertThat(threads()).isEqualTo(1);
				this.incidents.suspend(PATIENCE);
				this.incidents.suspend(PATIENCE);
				Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads()).isZero());
			}
			fail(1);
		}
		assertThat(this.sent).hasValue(1);
		this.incidents.resume();
		this.incidents.resume();
		assertThat(threads()).isEqualTo(1);
		assertThat(this.incidents.account().balance().held()).isEqualTo(2);
		this.incidents.flush(PATIENCE);
		assertThat(this.incidents.account().balance().held()).isZero();
		assertThat(this.sent).hasValue(2);
	}

	@Test
	void sendsAfterAResumptionWhatFailedBeforeAndMeanwhile() {
		AtomicLong now = new AtomicLong();
		Incidents timed = new Incidents(new Incidents.Options(0, Duration.ofMinutes(10)), ApplicationFrames.DEFAULT,
				IncidentLimits.DEFAULT, new IncidentTimer(IncidentTimer::newExecutor, now::get));
		timed.start();
		fail(timed, 2);
		timed.suspend(PATIENCE);
		fail(timed, 2);
		assertThat(timed.account().balance().held()).isEqualTo(2);
		now.addAndGet(Duration.ofMinutes(10).toNanos());
		timed.resume();
		Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(timed.account().balance().held()).isZero());
		timed.stop(PATIENCE);
	}

	@Test
	void sendsWhatWaitsWhenItIsStoppedDuringASuspension() {
		this.incidents.start();
		this.incidents.suspend(PATIENCE);
		fail(3);
		assertThat(this.incidents.account().balance().held()).isEqualTo(2);
		this.incidents.stop(PATIENCE);
		assertThat(this.incidents.account().balance().held()).isZero();
	}

	@Test
	void doesNotStartAgainAfterTheStop() {
		this.incidents.start();
		this.incidents.stop(PATIENCE);
		this.incidents.start();
		fail(3);
		assertThat(threads()).isZero();
		assertThat(this.sent).hasValue(3);
	}

	private void fail(int number) {
		fail(this.incidents, number);
	}

	private void fail(Incidents incidents, int number) {
		for (int i = 0; i < number; i++) {
			Failure failure = Failure.of(new IllegalStateException());
			Incident incident = incidents.tracker().register(failure, new Incident(null, false));
			if (incidents.tracker().admit(failure, incident)) {
				incidents.tracker().complete(incident, (more) -> this.sent.incrementAndGet() > 0);
			}
		}
	}

	private long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !this.others.contains(thread) && thread.getName().equals("cairn-incidents"))
			.count();
	}

}
