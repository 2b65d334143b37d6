package dev.cairn.spring.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The calls that a throwable has passed through so far. The same object may be thrown
 * several times, and starts a new path each time. Immutable.
 *
 * @param calls the calls, innermost first
 * @param thread the id of the thread of the calls
 * @param depth the depth of the stack at the last call, if it had to be determined
 * @param bound the MDC at the first call
 */
record CallPath(List<FailedCall> calls, long thread, int depth, Map<String, String> bound) {

	static final int MAX_CALLS = 20;

	private static final int UNKNOWN = Integer.MAX_VALUE;

	/** Deeper stacks take too long to walk. */
	private static final int MAX_DEPTH = 1024;

	private static final StackWalker WALKER = StackWalker.getInstance();

	/** Returns the path that a call continues, or a new one. */
	static CallPath to(Throwable thrown, String className, String methodName, @Nullable CallPath before) {
		List<FailedCall> calls = (before != null) ? before.calls : List.of();
		long thread = Thread.currentThread().getId();
		if (isCreatedBelow(thrown, className, methodName, calls)) {
			return new CallPath(calls, thread, UNKNOWN, (before != null) ? before.bound : Map.of());
		}
		int depth = stackDepth();
		if (before != null && before.thread == thread && (depth < before.depth || depth == MAX_DEPTH)) {
			return new CallPath(calls, thread, depth, before.bound);
		}
		return new CallPath(List.of(), thread, depth, Map.of());
	}

	/**
	 * Returns whether the throwable was created within a call that is not part of the
	 * path yet, so that it cannot have been thrown before. Never true for a constant, or
	 * for a throwable without a stack trace.
	 */
	private static boolean isCreatedBelow(Throwable thrown, String className, String methodName,
			List<FailedCall> calls) {
		int known = 0;
		for (FailedCall call : calls) {
			known += call.isOf(className, methodName) ? 1 : 0;
		}
		for (StackTraceElement frame : Throwables.frames(thrown)) {
			if (frame.getMethodName().equals(methodName) && frame.getClassName().equals(className) && known-- == 0) {
				return true;
			}
		}
		return false;
	}

	private static int stackDepth() {
		return WALKER.walk(CallPath::limitedCount);
	}

	private static int limitedCount(Stream<StackWalker.StackFrame> frames) {
		return (int) frames.limit(MAX_DEPTH).count();
	}

	boolean isFull() {
		return this.calls.size() >= MAX_CALLS;
	}

	CallPath with(FailedCall call) {
		List<FailedCall> extended = new ArrayList<>(this.calls);
		extended.add(call);
		return new CallPath(List.copyOf(extended), this.thread, this.depth,
				this.calls.isEmpty() ? boundNow() : this.bound);
	}

	private static Map<String, String> boundNow() {
		Map<String, String> bound = MDC.getCopyOfContextMap();
		return (bound != null) ? bound : Map.of();
	}

}
