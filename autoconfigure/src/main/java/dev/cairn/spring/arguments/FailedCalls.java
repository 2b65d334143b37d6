package dev.cairn.spring.arguments;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;

import dev.cairn.internal.ThrowableKey;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;

/**
 * The calls that a throwable went through on its way out, innermost first, and what was
 * bound at the first. Remembers a bounded number of throwables, and none that the
 * application has let go. Free of locks.
 */
public final class FailedCalls {

	private static final int CAPACITY = 1000;

	/** How many calls are kept of one throwable. */
	static final int MAX_CALLS = 20;

	/** Looking deeper into the stack takes longer than it is worth. */
	private static final int MAX_DEPTH = 1024;

	private static final StackWalker walker = StackWalker.getInstance();

	private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

	private final ConcurrentMap<ThrowableKey, Way> ways = new ConcurrentHashMap<>();

	/** The order in which they came; what comes round again makes room. */
	private final AtomicReferenceArray<@Nullable ThrowableKey> ring;

	private final AtomicLong next = new AtomicLong();

	private final ReferenceQueue<Throwable> released = new ReferenceQueue<>();

	/**
	 * Create it, empty.
	 */
	public FailedCalls() {
		this(CAPACITY);
	}

	FailedCalls(int capacity) {
		this.ring = new AtomicReferenceArray<>(capacity);
	}

	void note(Throwable thrown, Method method, Object[] arguments) {
		if (thrown instanceof OutOfMemoryError) {
			return;
		}
		forgetReleased();
		Method called = BridgeMethodResolver.findBridgedMethod(method);
		String className = called.getDeclaringClass().getName();
		Way before = this.ways.get(new ThrowableKey(thrown, null));
		Way here = Way.to(thrown, className, called.getName(), before);
		Way way = here.isFull() ? here : here
			.with(FailedCall.of(className, called.getName(), parameterNames(called, arguments.length), arguments));
		if (before != null) {
			this.ways.replace(new ThrowableKey(thrown, null), way);
		}
		else {
			remember(new ThrowableKey(thrown, this.released), way);
		}
	}

	private String[] parameterNames(Method method, int count) {
		String[] found = this.names.getParameterNames(method);
		String[] known = new String[count];
		for (int i = 0; i < count; i++) {
			known[i] = (found != null && i < found.length) ? found[i] : "arg" + i;
		}
		return known;
	}

	private void remember(ThrowableKey thrown, Way way) {
		if (this.ways.put(thrown, way) == null) {
			ThrowableKey oldest = this.ring.getAndSet((int) (this.next.getAndIncrement() % this.ring.length()), thrown);
			if (oldest != null) {
				this.ways.remove(oldest);
			}
		}
	}

	/**
	 * Return the calls that a throwable, its causes and what they suppress went through.
	 * @param thrown what was thrown
	 * @return the calls, innermost first, a bounded number
	 */
	List<FailedCall> of(Throwable thrown) {
		List<Throwable> related = Throwables.related(thrown);
		List<FailedCall> calls = new ArrayList<>();
		// What was thrown first comes last
		for (int i = related.size() - 1; i >= 0; i--) {
			Way way = this.ways.get(new ThrowableKey(related.get(i), null));
			if (way != null) {
				calls.addAll(way.calls());
			}
		}
		return (calls.size() > MAX_CALLS) ? calls.subList(0, MAX_CALLS) : calls;
	}

	/**
	 * Return what was bound for log lines (SLF4J's MDC) when the innermost of the calls
	 * failed. The blocks that bound it have ended when the failure is reported.
	 * @param thrown what was thrown
	 * @return values by key; empty when it went through no call
	 */
	public Map<String, String> boundTo(Throwable thrown) {
		List<Throwable> related = Throwables.related(thrown);
		for (int i = related.size() - 1; i >= 0; i--) {
			Way way = this.ways.get(new ThrowableKey(related.get(i), null));
			if (way != null) {
				return way.bound();
			}
		}
		return Map.of();
	}

	/** For tests. */
	int size() {
		forgetReleased();
		return this.ways.size();
	}

	private void forgetReleased() {
		Reference<? extends Throwable> thrown = this.released.poll();
		while (thrown != null) {
			this.ways.remove(thrown);
			thrown = this.released.poll();
		}
	}

	/**
	 * The way of a throwable so far. One and the same object may be thrown again and
	 * again: the way starts anew then.
	 *
	 * @param calls the calls, innermost first
	 * @param thread the thread on which they failed
	 * @param depth the depth of the stack at the last of them, where that had to be
	 * looked up
	 * @param bound what was bound for log lines at the first of them
	 */
	private record Way(List<FailedCall> calls, long thread, int depth, Map<String, String> bound) {

		private static final int UNKNOWN = Integer.MAX_VALUE;

		/** Return the way on which the call of a method comes next. */
		static Way to(Throwable thrown, String className, String methodName, @Nullable Way before) {
			List<FailedCall> calls = (before != null) ? before.calls : List.of();
			long thread = Thread.currentThread().getId();
			if (isMadeBelow(thrown, className, methodName, calls)) {
				return new Way(calls, thread, UNKNOWN, (before != null) ? before.bound : Map.of());
			}
			int depth = depthOfStack();
			if (before != null && before.thread == thread && (depth < before.depth || depth == MAX_DEPTH)) {
				return new Way(calls, thread, depth, before.bound);
			}
			return new Way(List.of(), thread, depth, Map.of());
		}

		/**
		 * Whether the throwable was made by a call that is not noted yet, so that it
		 * cannot have been thrown before. A constant is not, nor what has no stack.
		 */
		private static boolean isMadeBelow(Throwable thrown, String className, String methodName,
				List<FailedCall> calls) {
			int noted = 0;
			for (FailedCall call : calls) {
				noted += call.isOf(className, methodName) ? 1 : 0;
			}
			for (StackTraceElement frame : Throwables.frames(thrown)) {
				if (frame.getMethodName().equals(methodName) && frame.getClassName().equals(className)
						&& noted-- == 0) {
					return true;
				}
			}
			return false;
		}

		private static int depthOfStack() {
			return walker.walk(Way::limitedCount);
		}

		private static int limitedCount(Stream<StackWalker.StackFrame> frames) {
			return (int) frames.limit(MAX_DEPTH).count();
		}

		boolean isFull() {
			return this.calls.size() >= MAX_CALLS;
		}

		Way with(FailedCall call) {
			List<FailedCall> more = new ArrayList<>(this.calls);
			more.add(call);
			return new Way(List.copyOf(more), this.thread, this.depth, this.calls.isEmpty() ? boundNow() : this.bound);
		}

		private static Map<String, String> boundNow() {
			Map<String, String> bound = MDC.getCopyOfContextMap();
			return (bound != null) ? bound : Map.of();
		}

	}

}
