package dev.cairn.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.interceptor.ConcurrencyThrottleInterceptor;

/**
 * Makes failures as a service has them: some 60 frames, most of them of Spring's proxies,
 * a dozen of the application. They are returned, not thrown: what is compared starts
 * where one is caught. Thread-safe.
 */
final class Failures {

	/** How many kinds there are: as many types as {@link #ofType}, in each place. */
	static final int KINDS = 20;

	private static final int PLACES = 4;

	/**
	 * How many interceptors stand before each of the layers, for transactions and such.
	 */
	private static final int INTERCEPTORS = 5;

	private final Layer shop;

	Failures() {
		Layer stock = proxy(new Stock());
		Layer orders = proxy(new Orders(stock));
		this.shop = proxy(new Shop(orders));
	}

	private static Layer proxy(Layer target) {
		ProxyFactory factory = new ProxyFactory();
		factory.setInterfaces(Layer.class);
		factory.setTarget(target);
		for (int i = 0; i < INTERCEPTORS; i++) {
			ConcurrencyThrottleInterceptor interceptor = new ConcurrencyThrottleInterceptor();
			interceptor.setConcurrencyLimit(-1);
			factory.addAdvice(interceptor);
		}
		return (Layer) factory.getProxy();
	}

	/**
	 * Make a failure.
	 * @param kind which of the {@link #KINDS}; larger numbers start over
	 */
	Exception make(int kind) {
		return this.shop.fail(Math.floorMod(kind, KINDS));
	}

	/**
	 * Make a failure of a kind that there was not yet: its frames name a class that no
	 * other has, as generated code does.
	 * @param number distinguishes it from the others
	 */
	Exception makeDistinct(int number) {
		Exception failure = make(number);
		StackTraceElement[] frames = failure.getStackTrace();
		frames[0] = new StackTraceElement("shop.generated.Rule" + number, "apply", "Rule.java", number);
		failure.setStackTrace(frames);
		return failure;
	}

	interface Layer {

		Exception fail(int kind);

	}

	private record Shop(Layer next) implements Layer {

		@Override
		public Exception fail(int kind) {
			return checkOut(kind);
		}

		private Exception checkOut(int kind) {
			return placeOrder(kind);
		}

		private Exception placeOrder(int kind) {
			return this.next.fail(kind);
		}

	}

	private record Orders(Layer next) implements Layer {

		@Override
		public Exception fail(int kind) {
			return reserveAll(kind);
		}

		private Exception reserveAll(int kind) {
			return reserveOne(kind);
		}

		private Exception reserveOne(int kind) {
			return this.next.fail(kind);
		}

	}

	private record Stock() implements Layer {

		@Override
		public Exception fail(int kind) {
			return switch (Math.floorMod(kind, PLACES)) {
				case 0 -> find(Math.floorDiv(kind, PLACES));
				case 1 -> reserve(Math.floorDiv(kind, PLACES));
				case 2 -> release(Math.floorDiv(kind, PLACES));
				default -> count(Math.floorDiv(kind, PLACES));
			};
		}

		private Exception find(int type) {
			return ofType(type, "cannot find article " + name(type));
		}

		private Exception reserve(int type) {
			return ofType(type, "cannot reserve article " + name(type));
		}

		private Exception release(int type) {
			return ofType(type, "cannot release article " + name(type));
		}

		private Exception count(int type) {
			return ofType(type, "cannot count article " + name(type));
		}

		/** Letters count where kinds of failures are distinguished, digits do not. */
		private static String name(int type) {
			return Integer.toString(type, Character.MAX_RADIX);
		}

		private static Exception ofType(int type, String message) {
			return switch (Math.floorMod(type, KINDS / PLACES)) {
				case 0 -> new IllegalStateException(message);
				case 1 -> new IllegalArgumentException(message);
				case 2 -> new NoSuchElementException(message);
				case 3 -> new UnsupportedOperationException(message);
				default -> new UncheckedIOException(message, new IOException("connection reset"));
			};
		}

	}

}
