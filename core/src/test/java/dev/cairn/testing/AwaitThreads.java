package dev.cairn.testing;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Waits after each test until Cairn's threads that the test has started have ended. A
 * thread that outlives a test would write into a temporary directory that is being
 * deleted.
 */
public final class AwaitThreads implements BeforeEachCallback, AfterEachCallback {

	private static final Namespace NAMESPACE = Namespace.create(AwaitThreads.class);

	@Override
	public void beforeEach(ExtensionContext context) {
		context.getStore(NAMESPACE).put("before", Thread.getAllStackTraces().keySet());
	}

	@Override
	public void afterEach(ExtensionContext context) {
		Set<?> before = context.getStore(NAMESPACE).get("before", Set.class);
		Awaitility.await("the end of the threads of the test")
			.atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> started(before), List::isEmpty);
	}

	private static List<Thread> started(Set<?> before) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("cairn-") && !before.contains(thread))
			.toList();
	}

}
