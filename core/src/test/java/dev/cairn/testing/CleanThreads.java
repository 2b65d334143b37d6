package dev.cairn.testing;

import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.cairn.Cairn;
import dev.cairn.context.BoundContext;
import dev.cairn.context.ThreadContext;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Checks after every test of a module that no thread, of whatever pool, is left with a
 * unit of work, a bound value, or an id or a value of a name that the current
 * {@link Cairn} has bound in its diagnostic context (MDC). JUnit finds this extension by
 * itself, see {@code junit-platform.properties}.
 * <p>
 * The values of the thread-locals of other threads can only be read with
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}, which the build sets.
 */
public final class CleanThreads implements AfterEachCallback {

	/** The names under which Cairn writes into the diagnostic context. */
	private static final Set<String> IDS = Set.of("traceId", "spanId", "errorId");

	private static final Field THREAD_LOCALS = field(Thread.class, "threadLocals");

	@Override
	public void afterEach(ExtensionContext test) {
		if (left().isEmpty()) {
			return;
		}
		Awaitility.await("threads without a context after " + test.getDisplayName())
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(5))
			.until(CleanThreads::left, List::isEmpty);
	}

	/** Returns a line for each value that is on a thread. */
	static List<String> left() {
		Set<String> bound = boundNames();
		List<String> left = new ArrayList<>();
		for (Thread thread : Thread.getAllStackTraces().keySet()) {
			for (Object value : valuesOf(thread)) {
				if (value instanceof ThreadContext) {
					left.add(thread.getName() + ": a context");
				}
				else if (value instanceof Map<?, ?> map && IDS.stream().anyMatch(map::containsKey)) {
					left.add(thread.getName() + ": an id in the diagnostic context");
				}
				else if (value instanceof Map<?, ?> map && bound.stream().anyMatch(map::containsKey)) {
					left.add(thread.getName() + ": a bound value in the diagnostic context");
				}
			}
		}
		return left;
	}

	/** Returns the names that the current Cairn has bound since it was started. */
	@SuppressWarnings("unchecked")
	private static Set<String> boundNames() {
		if (!(Cairn.get().context() instanceof BoundContext context)) {
			return Set.of();
		}
		Object names = read(field(BoundContext.class, "names"), context);
		Object known = read(field(Objects.requireNonNull(names).getClass(), "known"), names);
		return Set.copyOf(((Map<String, ?>) Objects.requireNonNull(known)).keySet());
	}

	/** Reads a map that its thread may change meanwhile. */
	private static List<Object> valuesOf(Thread thread) {
		Object map = read(THREAD_LOCALS, thread);
		Object table = (map != null) ? read(field(map.getClass(), "table"), map) : null;
		List<Object> values = new ArrayList<>();
		for (int i = 0; table != null && i < Array.getLength(table); i++) {
			Object entry = Array.get(table, i);
			Object value = (entry != null) ? read(field(entry.getClass(), "value"), entry) : null;
			if (value != null && ((Reference<?>) entry).get() != null) {
				values.add(value);
			}
		}
		return values;
	}

	private static @Nullable Object read(Field field, Object owner) {
		try {
			return field.get(owner);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Field field(Class<?> type, String name) {
		try {
			Field field = type.getDeclaredField(name);
			field.setAccessible(true);
			return field;
		}
		catch (NoSuchFieldException | InaccessibleObjectException ex) {
			throw new IllegalStateException("Run tests with --add-opens java.base/java.lang=ALL-UNNAMED", ex);
		}
	}

}
