package dev.cairn.spring.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.internal.Extensions;
import dev.cairn.spring.doctor.DoctorCheck.Finding;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;

import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link Doctor}.
 */
class DoctorTests {

	private static final Finding FINDING = new Finding("what", "where", "why", "remedy");

	private final List<String> failed = new CopyOnWriteArrayList<>();

	@Test
	void collectsTheFindingsOfAllChecks() {
		Doctor.Report report = doctor(Duration.ofSeconds(60), check("one", () -> List.of(FINDING)),
				check("two", List::of))
			.examine();
		assertThat(report.findings()).containsExactly(new Doctor.NamedFinding("one", FINDING));
		assertThat(report.checks()).containsEntry("one", "found").containsEntry("two", "ok").hasSize(2);
	}

	@Test
	void isolatesAndCountsACheckThatFails() {
		Doctor.Report report = doctor(Duration.ofSeconds(60), check("broken", () -> {
			throw new IllegalStateException("broken");
		}), check("good", () -> List.of(FINDING))).examine();
		assertThat(report.checks()).containsEntry("broken", "failed").containsEntry("good", "found");
		assertThat(this.failed).hasSize(1).allMatch((name) -> name.startsWith("doctor check "));
	}

	@Test
	void doesNotCallACheckThatIsExcluded() {
		Doctor.Report report = doctor(Duration.ofSeconds(60), check("excluded", () -> List.of(FINDING)),
				check("included", List::of))
			.examine();
		assertThat(report.findings()).isEmpty();
		assertThat(report.checks()).containsExactly(entry("excluded", "excluded"), entry("included", "ok"));
	}

	@Test
	void givesUpOnAHangingCheckAndCallsItAgainOnlyOnceItHasReturned() {
		CountDownLatch end = new CountDownLatch(1);
		AtomicInteger calls = new AtomicInteger();
		Doctor doctor = doctor(Duration.ofMillis(300), check("hanging", () -> {
			calls.incrementAndGet();
			awaitUninterruptibly(end);
			return List.of(FINDING);
		}));
		assertThat(doctor.examine().checks()).containsEntry("hanging", "timed out");
		assertThat(doctor.examine().checks()).containsEntry("hanging", "timed out");
		assertThat(calls).hasValue(1);
		end.countDown();
		RunningApplication.await(() -> doctor.examine().checks().containsValue("found"));
	}

	@Test
	void runsAllChecksOnceForRequestsAtTheSameTime() {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		AtomicInteger calls = new AtomicInteger();
		Doctor doctor = doctor(Duration.ofSeconds(60), check("slow", () -> {
			calls.incrementAndGet();
			begun.countDown();
			awaitUninterruptibly(end);
			return List.of();
		}));
		List<Thread> waiting = new ArrayList<>();
		List<CompletableFuture<Doctor.Report>> reports = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			CompletableFuture<Doctor.Report> report = new CompletableFuture<>();
			reports.add(report);
			Thread thread = new Thread(() -> report.complete(doctor.examine()));
			waiting.add(thread);
			thread.start();
		}
		awaitUninterruptibly(begun);
		RunningApplication.await(() -> waiting.stream()
			.allMatch((thread) -> thread.getState() == Thread.State.WAITING
					|| thread.getState() == Thread.State.TIMED_WAITING));
		end.countDown();
		assertThat(reports).extracting(CompletableFuture::join).containsOnly(reports.get(0).join());
		assertThat(calls).hasValue(1);
	}

	private Doctor doctor(Duration deadline, DoctorCheck... checks) {
		return new Doctor(new GenericApplicationContext(), List.of(checks), Set.of("excluded"),
				new Extensions(this.failed::add, (text) -> text), deadline);
	}

	private static DoctorCheck check(String name, Callable<List<Finding>> examination) {
		return new DoctorCheck() {

			@Override
			public String name() {
				return name;
			}

			@Override
			public List<Finding> examine() throws Exception {
				return examination.call();
			}

		};
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		boolean interrupted = false;
		while (true) {
			try {
				latch.await();
				break;
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
