package dev.cairn.spring.error;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * The calls that a throwable has passed through so far, from the innermost outwards. The
 * same object may be thrown several times, and starts a new path each time. The depth of
 * the stack is that of the last call.
 */
record CallPath(List<FailedCall> calls, long thread, int depth, Map<String, Object> bound) {

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
		int depth = WALKER.walk((frames) -> (int) frames.limit(MAX_DEPTH).count());
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
		long known = calls.stream().filter((call) -> call.isOf(className, methodName)).count();
		for (StackTraceElement frame : Throwables.frames(thrown)) {
			if (frame.getMethodName().equals(methodName) && frame.getClassName().equals(className) && known-- == 0) {
				return true;
			}
		}
		return false;
	}

	boolean isFull() {
		return this.calls.size() >= MAX_CALLS;
	}

	CallPath with(FailedCall call) {
		List<FailedCall> extended = new ArrayList<>(this.calls);
		extended.add(call);
		return new CallPath(List.copyOf(extended), this.thread, this.depth,
				this.calls.isEmpty() ? UnitOfWork.diagnosticContext() : this.bound);
	}

	/**
	 * A call that ended with a throwable. Contains only text, so that it does not keep
	 * objects or classes of the application in memory. The texts of the arguments are not
	 * redacted yet.
	 */
	record FailedCall(String className, String methodName, Map<String, String> arguments) {

		private static final int MAX_ARGUMENTS = 10;

		static FailedCall of(String className, String methodName, String[] names, Object[] values) {
			Map<String, String> arguments = new LinkedHashMap<>();
			for (int i = 0; i < Math.min(values.length, MAX_ARGUMENTS); i++) {
				arguments.put(names[i], ArgumentText.of(values[i]));
			}
			return new FailedCall(className, methodName, arguments);
		}

		boolean isOf(String className, String methodName) {
			return this.className.equals(className) && this.methodName.equals(methodName);
		}

	}

}
