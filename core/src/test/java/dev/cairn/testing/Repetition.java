package dev.cairn.testing;

import java.io.PrintWriter;

import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs test classes again and again in one process, until a test fails. After the first
 * rounds their code is compiled, so that threads meet at other moments than in a build.
 */
public final class Repetition {

	private Repetition() {
	}

	/**
	 * Runs the tests.
	 * @param args the number of rounds, and a regular expression for the names of the
	 * classes
	 */
	public static void main(String[] args) {
		int rounds = Integer.parseInt(args[0]);
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(DiscoverySelectors.selectPackage("dev.cairn"))
			.filters(ClassNameFilter.includeClassNamePatterns(args[1]))
			.build();
		Launcher launcher = LauncherFactory.create();
		for (int round = 1; round <= rounds; round++) {
			TestExecutionSummary summary = run(launcher, request);
			System.out.printf("Round %d of %d: %d of %d tests succeeded in %d s%n", round, rounds,
					summary.getTestsSucceededCount(), summary.getTestsFoundCount(),
					(summary.getTimeFinished() - summary.getTimeStarted()) / 1000);
			if (summary.getTestsSucceededCount() == 0 || summary.getTotalFailureCount() > 0) {
				summary.printFailuresTo(new PrintWriter(System.out));
				System.exit(1);
			}
		}
		// Threads that a test has left must not keep the process
		System.exit(0);
	}

	private static TestExecutionSummary run(Launcher launcher, LauncherDiscoveryRequest request) {
		SummaryGeneratingListener listener = new SummaryGeneratingListener();
		launcher.execute(request, listener);
		return listener.getSummary();
	}

}
