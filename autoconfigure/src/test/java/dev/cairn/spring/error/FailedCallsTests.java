package dev.cairn.spring.error;

import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.framework.ProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link FailedCalls} behind real proxies.
 */
@Timeout(60)
class FailedCallsTests {

	private static final RuntimeException CONSTANT = new IllegalStateException("always the same");

	private static final RuntimeException STACKLESS = new RuntimeException("no stack", null, false, false) {
	};

	private final FailedCalls calls = new FailedCalls();

	private final Inner inner = proxy(new Inner());

	private final Outer outer = proxy(new Outer(this.inner));

	@Test
	void notesNothingAsLongAsNothingFails() {
		this.outer.pass(null);
		assertThat(this.calls.size()).isZero();
		assertThat(this.calls.of(CONSTANT)).isEmpty();
	}

	@Test
	void notesEachCallOnceInnermostFirst() {
		RuntimeException thrown = new IllegalStateException();
		assertThatThrownBy(() -> this.outer.pass(thrown)).isSameAs(thrown);
		// It was not made below, so the depth of the stack has to tell
		assertThat(methods(thrown)).containsExactly("fail", "pass");
	}

	@Test
	void notesWhatTheMethodsGot() {
		Throwable thrown = catchThrowable(() -> this.outer.order(7, "tea"));
		assertThat(this.calls.of(thrown)).containsExactly(
				new CallPath.FailedCall(Inner.class.getName(), "reserve", Map.of("what", "tea")),
				new CallPath.FailedCall(Outer.class.getName(), "order", Map.of("id", "7", "what", "tea")));
	}

	@Test
	void findsTheCallsOfTheCause() {
		Throwable wrapper = catchThrowable(() -> this.outer.wrap("tea"));
		assertThat(methods(wrapper)).containsExactly("reserve", "wrap");
		assertThat(methods(new CompletionException(wrapper))).containsExactly("reserve", "wrap");
	}

	@Test
	void notesTheLatestThrowOfAConstant() {
		for (RuntimeException constant : List.of(CONSTANT, STACKLESS)) {
			for (int i = 0; i < 100; i++) {
				assertThatThrownBy(() -> this.outer.pass(constant)).isSameAs(constant);
			}
			assertThat(methods(constant)).containsExactly("fail", "pass");
			assertThatThrownBy(() -> this.inner.fail(constant, 2)).isSameAs(constant);
			assertThat(this.calls.of(constant)).extracting((call) -> call.arguments().get("number"))
				.containsExactly("2");
			catchThrowable(() -> CompletableFuture.runAsync(() -> this.inner.fail(constant, 3)).join());
			assertThat(this.calls.of(constant)).extracting((call) -> call.arguments().get("number"))
				.containsExactly("3");
		}
		assertThat(this.calls.size()).isEqualTo(2);
	}

	@Test
	void keepsTheInnermostOfARecursion() {
		Recursion recursion = new Recursion();
		recursion.self = proxy(recursion);
		Throwable thrown = catchThrowable(() -> recursion.self.descend(50));
		assertThat(thrown).isInstanceOf(IllegalStateException.class);
		List<CallPath.FailedCall> noted = this.calls.of(thrown);
		assertThat(noted).hasSize(CallPath.MAX_CALLS);
		assertThat(noted.get(0).arguments()).containsEntry("left", "0");
		assertThat(noted.get(19).arguments()).containsEntry("left", "19");
	}

	@Test
	void survivesTheEndOfTheStack() {
		Recursion recursion = new Recursion();
		recursion.self = proxy(recursion);
		long before = System.nanoTime();
		assertThatThrownBy(() -> recursion.self.descend(Integer.MAX_VALUE)).isInstanceOf(StackOverflowError.class);
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
		assertThat(this.calls.size()).isLessThan(10);
	}

	@Test
	void remembersABoundedNumberOfThrowables() {
		FailedCalls few = new FailedCalls(3);
		List<Throwable> thrown = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			thrown.add(new IllegalStateException());
			few.add(thrown.get(i), method("reserve"), new Object[] { "tea" });
		}
		assertThat(few.size()).isEqualTo(3);
		assertThat(few.of(thrown.get(9))).hasSize(1);
		assertThat(few.of(thrown.get(0))).isEmpty();
	}

	@Test
	void letsGoOfWhatTheApplicationHasLetGo() {
		WeakReference<Throwable> thrown = new WeakReference<>(catchThrowable(() -> this.inner.reserve("tea")));
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			System.gc();
			return thrown.get() == null && this.calls.size() == 0;
		});
	}

	@Test
	void notesTenArguments() {
		Throwable thrown = catchThrowable(() -> this.inner.many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
		assertThat(this.calls.of(thrown).get(0).arguments()).hasSize(10)
			.containsEntry("a", "1")
			.containsEntry("j", "10");
	}

	@Test
	void notesAGenericMethodOnceByTheNamesOfItsParameters() {
		Handler<String> handler = proxy(new OrderHandler());
		Throwable thrown = catchThrowable(() -> handler.handle("tea"));
		assertThat(this.calls.of(thrown))
			.containsExactly(new CallPath.FailedCall(OrderHandler.class.getName(), "handle", Map.of("order", "tea")));
	}

	@Test
	void leavesTheFailureAloneWhenItCannotBeNoted() {
		RuntimeException hostile = new RuntimeException() {

			@Override
			public StackTraceElement[] getStackTrace() {
				throw new AssertionError("no");
			}

			@Override
			public boolean equals(Object other) {
				throw new AssertionError("no");
			}

			@Override
			public int hashCode() {
				throw new AssertionError("no");
			}

		};
		assertThat(catchThrowable(() -> this.inner.fail(hostile, 1)) == hostile).isTrue();
	}

	private List<String> methods(Throwable thrown) {
		return this.calls.of(thrown).stream().map(CallPath.FailedCall::methodName).toList();
	}

	private static Method method(String name) {
		for (Method method : Inner.class.getDeclaredMethods()) {
			if (method.getName().equals(name)) {
				return method;
			}
		}
		throw new IllegalArgumentException(name);
	}

	@SuppressWarnings("unchecked")
	private <T> T proxy(T target) {
		ProxyFactory factory = new ProxyFactory(target);
		factory.setProxyTargetClass(true);
		factory.addAdvice(this.calls);
		return (T) factory.getProxy();
	}

	static class Inner {

		void fail(RuntimeException thrown, int number) {
			if (thrown != null) {
				throw thrown;
			}
		}

		void reserve(String what) {
			throw new IllegalStateException("no " + what);
		}

		void many(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k) {
			throw new IllegalStateException("many");
		}

	}

	static class Outer {

		private final Inner inner;

		Outer(Inner inner) {
			this.inner = inner;
		}

		void pass(RuntimeException thrown) {
			this.inner.fail(thrown, 1);
		}

		void order(long id, String what) {
			this.inner.reserve(what);
		}

		void wrap(String what) {
			try {
				this.inner.reserve(what);
			}
			catch (IllegalStateException ex) {
				throw new IllegalArgumentException(ex);
			}
		}

	}

	static class Recursion {

		private Recursion self;

		void descend(int left) {
			if (left == 0) {
				throw new IllegalStateException("the bottom");
			}
			this.self.descend(left - 1);
		}

	}

	interface Handler<T> {

		void handle(T what);

	}

	static class OrderHandler implements Handler<String> {

		@Override
		public void handle(String order) {
			throw new IllegalStateException("no " + order);
		}

	}

}
