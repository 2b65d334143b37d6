package dev.cairn.test;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * A running test method. It is current on the thread of the test and wherever its context
 * is propagated, so that tests that run at the same time see their own signals.
 * Thread-safe.
 */
final class TestScope {

	/** The header of a request that names the test that sends it. */
	static final String HEADER = "Cairn-Test";

	private static final ThreadLocal<@Nullable TestScope> CURRENT = new ThreadLocal<>();

	private static final Map<String, TestScope> RUNNING = new ConcurrentHashMap<>();

	private final String id = UUID.randomUUID().toString();

	private TestScope() {
	}

	/** Begins a test on the calling thread. */
	static TestScope begin() {
		TestScope scope = new TestScope();
		RUNNING.put(scope.id, scope);
		CURRENT.set(scope);
		return scope;
	}

	void end() {
		RUNNING.remove(this.id);
		if (CURRENT.get() == this) {
			CURRENT.remove();
		}
	}

	static @Nullable TestScope current() {
		return CURRENT.get();
	}

	/** Returns the running test that a request names. */
	static @Nullable TestScope of(@Nullable String header) {
		return (header != null) ? RUNNING.get(header) : null;
	}

	static void set(@Nullable TestScope scope) {
		if (scope != null) {
			CURRENT.set(scope);
		}
		else {
			CURRENT.remove();
		}
	}

	String id() {
		return this.id;
	}

}
