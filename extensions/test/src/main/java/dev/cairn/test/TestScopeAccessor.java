package dev.cairn.test;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Carries the running test along with the context of Cairn: to executors, calls of
 * {@code @Async} methods and Reactor.
 */
final class TestScopeAccessor implements ThreadLocalAccessor<TestScope> {

	static final String KEY = "cairn.test";

	@Override
	public Object key() {
		return KEY;
	}

	@Override
	public @Nullable TestScope getValue() {
		return TestScope.current();
	}

	@Override
	public void setValue(TestScope value) {
		TestScope.set(value);
	}

	@Override
	public void setValue() {
		TestScope.set(null);
	}

}
