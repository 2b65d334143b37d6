package dev.cairn.spring.arguments;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.cairn.internal.Throwables;
import dev.cairn.internal.WeakIdentityTable;
import dev.cairn.spring.context.BoundValues;
import org.jspecify.annotations.Nullable;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;

/**
 * The calls that throwables have passed through, with their arguments and the MDC of the
 * innermost one. Remembers a bounded number of throwables, and does not keep them in
 * memory. Thread-safe and free of locks.
 */
final class FailedCalls implements BoundValues.Source {

	private static final int CAPACITY = 1000;

	private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

	private final WeakIdentityTable<Throwable, CallPath> paths;

	FailedCalls() {
		this(CAPACITY);
	}

	FailedCalls(int capacity) {
		this.paths = new WeakIdentityTable<>(capacity);
	}

	void add(Throwable thrown, Method method, Object[] arguments) {
		if (thrown instanceof OutOfMemoryError) {
			return;
		}
		Method called = BridgeMethodResolver.findBridgedMethod(method);
		String className = called.getDeclaringClass().getName();
		CallPath path = CallPath.to(thrown, className, called.getName(), this.paths.get(thrown));
		this.paths.put(thrown, path.isFull() ? path : path
			.with(FailedCall.of(className, called.getName(), parameterNames(called, arguments.length), arguments)));
	}

	private String[] parameterNames(Method method, int count) {
		@Nullable String[] found = this.names.getParameterNames(method);
		String[] known = new String[count];
		for (int i = 0; i < count; i++) {
			String name = (found != null && i < found.length) ? found[i] : null;
			known[i] = (name != null) ? name : "arg" + i;
		}
		return known;
	}

	/**
	 * Returns the calls that a throwable, its causes and its suppressed throwables have
	 * passed through.
	 * @return the calls, innermost first, a bounded number
	 */
	List<FailedCall> of(Throwable thrown) {
		List<FailedCall> calls = new ArrayList<>();
		pathsOf(thrown).forEach((path) -> calls.addAll(path.calls()));
		return (calls.size() > CallPath.MAX_CALLS) ? calls.subList(0, CallPath.MAX_CALLS) : calls;
	}

	/**
	 * Returns the MDC at the time when the innermost call failed. It may have been
	 * cleared when the failure is reported.
	 */
	@Override
	public Map<String, String> boundTo(Throwable thrown) {
		List<CallPath> paths = pathsOf(thrown);
		return paths.isEmpty() ? Map.of() : paths.get(0).bound();
	}

	/** Returns the paths of related throwables; the last cause was thrown first. */
	private List<CallPath> pathsOf(Throwable thrown) {
		List<Throwable> related = Throwables.related(thrown);
		List<CallPath> found = new ArrayList<>();
		for (int i = related.size() - 1; i >= 0; i--) {
			CallPath path = this.paths.get(related.get(i));
			if (path != null) {
				found.add(path);
			}
		}
		return found;
	}

	/** For tests. */
	int size() {
		return this.paths.size();
	}

}
