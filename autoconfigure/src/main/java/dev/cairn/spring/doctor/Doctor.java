package dev.cairn.spring.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import dev.cairn.internal.Extensions;
import dev.cairn.internal.Threads;
import dev.cairn.spring.doctor.DoctorCheck.Finding;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Runs all checks, each within a deadline, and logs a summary in the background after the
 * start if there are findings. Thread-safe.
 */
final class Doctor implements ApplicationListener<ApplicationReadyEvent>, DisposableBean {

	static final String THREAD = "cairn-doctor";

	static final String ENDPOINT = "cairndoctor";

	private static final Logger logger = LoggerFactory.getLogger(Doctor.class);

	/** Few, since the checks compete with the requests of the application. */
	private static final int THREADS = 4;

	private final ApplicationContext context;

	private final List<Examination> examinations;

	private final Duration deadline;

	/** Requests at the same time share the result. */
	private final AtomicReference<@Nullable FutureTask<Report>> running = new AtomicReference<>();

	private final Thread atStart = Threads.daemon(this::logSummary, THREAD);

	Doctor(ApplicationContext context, List<DoctorCheck> checks, Set<String> excluded, Extensions extensions,
			Duration deadline) {
		this.context = context;
		this.examinations = Extensions.named("doctor check", checks)
			.stream()
			.map((check) -> new Examination(check, excluded, extensions))
			.toList();
		this.deadline = deadline;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		if (event.getApplicationContext() == this.context && this.atStart.getState() == Thread.State.NEW) {
			this.atStart.start();
		}
	}

	private void logSummary() {
		List<NamedFinding> findings;
		try {
			findings = examine().findings();
		}
		catch (IllegalStateException ex) {
			logger.debug("Cairn: the setup was not checked, because the application stops");
			return;
		}
		if (findings.isEmpty()) {
			return;
		}
		Map<String, Long> counts = findings.stream()
			.collect(Collectors.groupingBy(NamedFinding::check, LinkedHashMap::new, Collectors.counting()));
		logger.info("Cairn found {} {} of the setup ({}), {}", findings.size(),
				(findings.size() == 1) ? "problem" : "problems",
				counts.entrySet()
					.stream()
					.map((count) -> (count.getValue() == 1) ? count.getKey() : count.getKey() + ": " + count.getValue())
					.collect(Collectors.joining(", ")),
				this.context.containsBean("cairnDoctorEndpoint") ? "see the endpoint " + ENDPOINT
						: "expose the endpoint " + ENDPOINT + ", or set logging.level." + Doctor.class.getPackageName()
								+ "=debug");
		findings.forEach((named) -> logger.debug("Cairn: {}: {} ({}). {}. Remedy: {}", named.check(),
				named.finding().what(), named.finding().where(), named.finding().why(), named.finding().remedy()));
	}

	/**
	 * Runs all checks, and waits for them until the deadline is over.
	 * @return what they have found
	 * @throws IllegalStateException if the calling thread is interrupted
	 */
	Report examine() {
		FutureTask<Report> own = new FutureTask<>(this::runAll);
		FutureTask<Report> other = this.running.compareAndExchange(null, own);
		try {
			if (other != null) {
				return other.get();
			}
			own.run();
			return own.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("The setup was not checked, because the thread was interrupted");
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The setup was not checked: " + ex.getCause(), ex.getCause());
		}
		finally {
			this.running.compareAndSet(own, null);
		}
	}

	private Report runAll() throws InterruptedException {
		ExecutorService executor = Executors.newFixedThreadPool(THREADS,
				(task) -> Threads.daemon(task, THREAD + "-check"));
		List<NamedFinding> findings = new ArrayList<>();
		Map<String, String> checks = new LinkedHashMap<>();
		try {
			List<Future<Result>> results = executor.invokeAll(this.examinations, this.deadline.toMillis(),
					TimeUnit.MILLISECONDS);
			for (int i = 0; i < results.size(); i++) {
				String name = this.examinations.get(i).name();
				Result result = resultOf(results.get(i));
				checks.put(name, result.state());
				result.findings().forEach((finding) -> findings.add(new NamedFinding(name, finding)));
			}
		}
		finally {
			executor.shutdownNow();
		}
		return new Report(findings, checks);
	}

	private static Result resultOf(Future<Result> result) throws InterruptedException {
		try {
			return result.isCancelled() ? Result.TIMED_OUT : result.get();
		}
		catch (ExecutionException ex) {
			return Result.FAILED;
		}
	}

	@Override
	public void destroy() {
		this.atStart.interrupt();
		Threads.join(this.atStart, Threads.deadline(Duration.ofMillis(500)));
	}

	/**
	 * The findings of all checks.
	 *
	 * @param findings the findings
	 * @param checks the state of each check: {@code ok}, {@code found}, {@code failed},
	 * {@code timed out} or {@code excluded}
	 */
	record Report(List<NamedFinding> findings, Map<String, String> checks) {
	}

	/**
	 * A finding.
	 *
	 * @param check the name of the check that has found it
	 * @param finding the finding
	 */
	record NamedFinding(String check, Finding finding) {
	}

	/**
	 * The findings of one check.
	 *
	 * @param state the state of the check
	 * @param findings the findings
	 */
	private record Result(String state, List<Finding> findings) {

		static final Result FAILED = new Result("failed", List.of());

		static final Result EXCLUDED = new Result("excluded", List.of());

		static final Result TIMED_OUT = new Result("timed out", List.of());

		static Result of(List<Finding> findings) {
			return new Result(findings.isEmpty() ? "ok" : "found", findings);
		}

	}

	/**
	 * One check. A check that ignores the interrupt is not called again before it
	 * returns, so that it does not take one thread after the other.
	 */
	private static final class Examination implements Callable<Result> {

		private final Extensions.Named<DoctorCheck> check;

		private final Set<String> excluded;

		private final Extensions extensions;

		private final AtomicBoolean running = new AtomicBoolean();

		Examination(Extensions.Named<DoctorCheck> check, Set<String> excluded, Extensions extensions) {
			this.check = check;
			this.excluded = excluded;
			this.extensions = extensions;
		}

		String name() {
			String name = this.extensions.call(this.check, DoctorCheck::name);
			return (name != null) ? name : this.check.extension().getClass().getName();
		}

		@Override
		public Result call() {
			if (this.excluded.contains(name())) {
				return Result.EXCLUDED;
			}
			if (!this.running.compareAndSet(false, true)) {
				return Result.TIMED_OUT;
			}
			try {
				Result result = this.extensions.call(this.check, Examination::examine);
				return (result != null) ? result : Result.FAILED;
			}
			finally {
				this.running.set(false);
			}
		}

		private static Result examine(DoctorCheck check) {
			try {
				return Result.of(List.copyOf(check.examine()));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return Result.TIMED_OUT;
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
