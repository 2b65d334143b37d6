package dev.cairn.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import dev.cairn.benchmarks.SentryReceiver.Received;
import dev.cairn.sentry.SentryDestination;
import io.sentry.Sentry;

/**
 * The cost of a storm of failures for the failing threads, with Sentry's real client,
 * which sends to a receiver in this process: <pre>
 * java -cp benchmarks.jar dev.cairn.benchmarks.StormHarness [kinds | distinct] [failures/s] [seconds] [threads]
 * </pre> {@code kinds} has some kinds of failures, which are only made, then captured by
 * Cairn, then by Sentry alone. {@code distinct} has failures of which no two are of a
 * kind, captured by Cairn; run it with {@code -Xmx128m}. Both check that every sum adds
 * up; the exit code is 1 when one does not.
 */
public final class StormHarness {

	private static final int WARM_UP_SECONDS = 3;

	private static final long MEBIBYTE = 1024L * 1024;

	private final Failures failures = new Failures();

	private final int rate;

	private final int seconds;

	private final int threads;

	private final int warmUpSeconds;

	StormHarness(int rate, int seconds, int threads, int warmUpSeconds) {
		this.rate = rate;
		this.seconds = seconds;
		this.threads = threads;
		this.warmUpSeconds = warmUpSeconds;
	}

	/**
	 * Go through a storm, print what it cost, and check the sums.
	 * @param args mode, rate, seconds, threads; each may be left out from behind
	 * @throws IOException when there is no port or no folder to be had
	 */
	public static void main(String[] args) throws IOException {
		String mode = (args.length > 0) ? args[0] : "kinds";
		int rate = (args.length > 1) ? Integer.parseInt(args[1]) : 50_000;
		int seconds = (args.length > 2) ? Integer.parseInt(args[2]) : 20;
		int threads = (args.length > 3) ? Integer.parseInt(args[3]) : 4;
		System.out.printf("%s: %d failures/s for %d s, %d threads, JDK %s, heap %d MiB%n", mode, rate, seconds, threads,
				Runtime.version(), Runtime.getRuntime().maxMemory() / MEBIBYTE);
		StormHarness harness = new StormHarness(rate, seconds, threads, WARM_UP_SECONDS);
		List<String> faults = "distinct".equals(mode) ? harness.distinct() : harness.kinds();
		System.out.println(faults.isEmpty() ? "All sums are correct." : "WRONG SUMS: " + faults);
		System.exit(faults.isEmpty() ? 0 : 1);
	}

	/**
	 * A storm of some kinds of failures, three times.
	 * @return what does not add up
	 */
	List<String> kinds() throws IOException {
		try (SentryReceiver receiver = open()) {
			StormRun made = kindsMade();
			List<String> faults = new ArrayList<>();
			StormRun cairn = kindsInCairn(receiver, faults);
			StormRun sentry = kindsInSentry(receiver);
			System.out.println(StormRun.HEAD);
			System.out.println(made.row("creation only"));
			System.out.println(cairn.row("Cairn"));
			System.out.println(sentry.row("Sentry"));
			System.out.println(cairn.rowAbove(made, "Cairn minus creation"));
			System.out.println(sentry.rowAbove(made, "Sentry minus creation"));
			return faults;
		}
		finally {
			Sentry.close();
		}
	}

	private StormRun kindsMade() {
		run(this.warmUpSeconds).go(this.failures::make);
		return run(this.seconds).go(this.failures::make);
	}

	private StormRun kindsInCairn(SentryReceiver receiver, List<String> faults) throws IOException {
		try (StormCairn cairn = new StormCairn()) {
			StormRun warm = run(this.warmUpSeconds).go((number) -> cairn.capture(this.failures.make(number)));
			cairn.flush();
			Received before = receiver.received();
			long sumBefore = before.stoodFor();
			StormRun run = run(this.seconds).go((number) -> cairn.capture(this.failures.make(number)));
			cairn.flush();
			Received all = receiver.received();
			System.out.printf("Cairn, warm-up included: %n%s", cairn.accounts());
			System.out.printf("Cairn: %d failures, %d events at Sentry, which represent %d%n", run.calls(),
					all.since(before).events(), all.stoodFor() - sumBefore);
			faults.addAll(cairn.faults(warm.calls() + run.calls(), all));
			return run;
		}
	}

	private StormRun kindsInSentry(SentryReceiver receiver) {
		run(this.warmUpSeconds).go((number) -> Sentry.captureException(this.failures.make(number)));
		Sentry.flush(TimeUnit.SECONDS.toMillis(10));
		Received before = receiver.received();
		StormRun run = run(this.seconds).go((number) -> Sentry.captureException(this.failures.make(number)));
		Sentry.flush(TimeUnit.SECONDS.toMillis(10));
		Received received = receiver.received().since(before);
		System.out.printf(Locale.ROOT, "Sentry: %d failures, %d events at Sentry (%.2f %%), %d reported as lost%n",
				run.calls(), received.events(), 100.0 * received.events() / run.calls(), received.discarded());
		return run;
	}

	private StormRun run(int seconds) {
		return new StormRun(this.rate, seconds, this.threads);
	}

	/**
	 * A storm of failures of which no two are of a kind.
	 * @return what does not add up
	 */
	List<String> distinct() throws IOException {
		try (SentryReceiver receiver = open(); StormCairn cairn = new StormCairn()) {
			long atStart = usedHeap();
			StormRun first = new StormRun(this.rate, half(), this.threads)
				.go((number) -> cairn.capture(this.failures.makeDistinct(number)));
			long inTheMiddle = usedHeap();
			StormRun second = new StormRun(this.rate, this.seconds - half(), this.threads)
				.go((number) -> cairn.capture(this.failures.makeDistinct(-1 - number)));
			long atTheEnd = usedHeap();
			cairn.flush();
			Received received = receiver.received();
			System.out.print(cairn.accounts());
			System.out.printf("%d failures of different kinds; %d kinds distinguished, %d messages for the others%n",
					first.calls() + second.calls(), received.events() - received.mixed(), received.mixed());
			System.out.printf(
					"MiB of heap used after a collection: %d at the start, %d in the middle, %d at the end, %d flushed%n",
					atStart / MEBIBYTE, inTheMiddle / MEBIBYTE, atTheEnd / MEBIBYTE, usedHeap() / MEBIBYTE);
			System.out.println(StormRun.HEAD);
			System.out.println(first.row("Cairn, first half"));
			System.out.println(second.row("Cairn, second half"));
			return cairn.faults(first.calls() + second.calls(), received);
		}
		finally {
			Sentry.close();
		}
	}

	private int half() {
		return Math.max(1, this.seconds / 2);
	}

	private static long usedHeap() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	private static SentryReceiver open() throws IOException {
		SentryReceiver receiver = new SentryReceiver();
		Sentry.init((options) -> {
			options.setDsn(receiver.dsn());
			options.setEnableUncaughtExceptionHandler(false);
			SentryDestination.prepare(options);
		});
		return receiver;
	}

}
