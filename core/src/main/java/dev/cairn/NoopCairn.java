package dev.cairn;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.cairn.Failure.Attempts;
import org.jspecify.annotations.Nullable;

/**
 * A Cairn whose methods, and those of all that it returns, have no effect.
 */
enum NoopCairn implements Cairn {

	INSTANCE;

	private static final Event EVENT = (Event) Proxy.newProxyInstance(Event.class.getClassLoader(),
			new Class<?>[] { Event.class }, NoopCairn::call);

	/** Returns the event itself, or that nothing was published. */
	private static @Nullable Object call(Object event, Method method, @Nullable Object[] arguments) throws Exception {
		if (method.getDeclaringClass() == Object.class) {
			return method.invoke(INSTANCE, arguments);
		}
		Class<?> type = method.getReturnType();
		return (type == Event.class) ? event : (type == boolean.class) ? (Object) false
				: (type == CompletionStage.class) ? CompletableFuture.completedStage(null) : null;
	}

	@Override
	public Cairn install() {
		return this;
	}

	@Override
	public Event event(String type) {
		return EVENT;
	}

	@Override
	public Event event(Record event) {
		return EVENT;
	}

	@Override
	public Event message(String type) {
		return EVENT;
	}

	@Override
	public @Nullable String capture(Throwable thrown, Consumer<Event> details) {
		return null;
	}

	@Override
	public @Nullable String captureMessage(String text, Consumer<Event> details) {
		return null;
	}

	@Override
	public Attempts attempts() {
		return Nothing.INSTANCE;
	}

	@Override
	public Acceptance accept(Message message) {
		return Acceptance.NO_ROUTE;
	}

	@Override
	public CompletionStage<Acceptance> acceptAndStore(Message message) {
		return CompletableFuture.completedStage(Acceptance.NO_ROUTE);
	}

	@Override
	public CairnMetrics metrics() {
		return this;
	}

	@Override
	public CairnContext context() {
		return this;
	}

	@Override
	public CairnVisitors visitors() {
		return this;
	}

	@Override
	public void identify(String user) {
	}

	@Override
	public void alias(String id) {
	}

	@Override
	public void bindToVisit(String name, @Nullable Object value) {
	}

	@Override
	public void bindToUser(String name, @Nullable Object value) {
	}

	@Override
	public Map<String, Object> visitorFields() {
		return Map.of();
	}

	@Override
	public Binding bind(String name, @Nullable Object value) {
		return Nothing.INSTANCE;
	}

	@Override
	public Binding bind(String name, @Nullable Supplier<? extends @Nullable Object> value) {
		return Nothing.INSTANCE;
	}

	@Override
	public Binding bind(Map<String, ? extends @Nullable Object> values) {
		return Nothing.INSTANCE;
	}

	@Override
	public Binding bindFrom(Object source) {
		return Nothing.INSTANCE;
	}

	@Override
	public void unbind(String... names) {
	}

	@Override
	public boolean tryUnbind(String... names) {
		return false;
	}

	@Override
	public Binding fresh() {
		return Nothing.INSTANCE;
	}

	@Override
	public Map<String, Object> bindings() {
		return Map.of();
	}

	@Override
	public @Nullable String lastErrorId() {
		return null;
	}

	@Override
	public Ledger ledger() {
		return Nothing.INSTANCE;
	}

	@Override
	public List<Cairn.Recent> recent() {
		return List.of();
	}

	@Override
	public boolean flush(Duration timeout) {
		return true;
	}

	@Override
	public void close() {
	}

	@Override
	public void incr(String name, double by, String... tags) {
	}

	@Override
	public void set(String name, double value, String... tags) {
	}

	@Override
	public void record(String name, double value, String... tags) {
	}

	@Override
	public void record(String name, Duration duration, String... tags) {
	}

	@Override
	public Timing timer(String name, String... tags) {
		return Timing.NONE;
	}

	/** No attempts, no binding, and an account of nothing. */
	private enum Nothing implements Attempts, Binding, Ledger, Ledger.Incidents {

		INSTANCE;

		@Override
		public void close() {
		}

		@Override
		public void begin() {
		}

		@Override
		public void end() {
		}

		@Override
		public void failed(Throwable thrown) {
		}

		@Override
		public void succeeded() {
		}

		@Override
		public void givenUp(Throwable thrown) {
		}

		@Override
		public Map<String, Ledger.Balance> balances() {
			return Map.of();
		}

		@Override
		public Ledger.Incidents incidents() {
			return this;
		}

		@Override
		public Ledger.Incidents.Balance balance() {
			return Ledger.Incidents.Balance.EMPTY;
		}

		@Override
		public void onType(Consumer<Type> listener) {
		}

		@Override
		public Map<String, Long> failures() {
			return Map.of();
		}

	}

}
