package dev.cairn.internal;

import java.lang.StackWalker.StackFrame;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Reads throwables whose methods may throw, and whose causes may be circular or endless.
 */
public final class Throwables {

	private static final int MAX_RELATED = 50;

	private static final int MAX_FRAMES = 100;

	/** Frames take more room as data than as text. */
	private static final int MAX_DESCRIBED_FRAMES = 50;

	private static final int MAX_MESSAGE_LENGTH = 64 * 1024;

	/** Exceptions of libraries that only wrap a failure, and are not visible here. */
	private static final Set<String> CARRIERS = Set.of(
			"org.springframework.amqp.rabbit.support.ListenerExecutionFailedException",
			"org.springframework.batch.core.step.FatalStepExecutionException",
			"org.springframework.batch.core.step.skip.NonSkippableProcessException",
			"org.springframework.batch.core.step.skip.NonSkippableReadException",
			"org.springframework.batch.core.step.skip.NonSkippableWriteException",
			"org.springframework.core.retry.RetryException",
			"org.springframework.jms.listener.adapter.ListenerExecutionFailedException");

	private static final StackTraceElement[] NO_FRAMES = new StackTraceElement[0];

	private Throwables() {
	}

	/**
	 * Returns a throwable, its causes and their suppressed throwables: each once, the
	 * throwable itself first, at most 50.
	 * @param thrown the throwable
	 * @return the throwables
	 */
	public static List<Throwable> related(Throwable thrown) {
		if (cause(thrown) == null && thrown.getSuppressed().length == 0) {
			return List.of(thrown);
		}
		List<Throwable> related = new ArrayList<>(4);
		Deque<Throwable> next = new ArrayDeque<>(4);
		next.add(thrown);
		while (!next.isEmpty() && related.size() < MAX_RELATED) {
			Throwable throwable = next.poll();
			if (!contains(related, throwable)) {
				related.add(throwable);
				Throwable cause = cause(throwable);
				if (cause != null) {
					next.addFirst(cause);
				}
				List<Throwable> suppressed = Arrays.asList(throwable.getSuppressed());
				next.addAll(suppressed.subList(0, Math.min(suppressed.size(), MAX_RELATED)));
			}
		}
		return related;
	}

	private static boolean contains(List<Throwable> throwables, Throwable throwable) {
		for (Throwable each : throwables) {
			if (each == throwable) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns whether a throwable can be passed to code that follows its causes without a
	 * limit, which would not end if they are circular or endless.
	 * @param thrown the throwable
	 * @return {@code false} for circles, and for more than what {@link #related} returns
	 */
	public static boolean isBounded(Throwable thrown) {
		List<Throwable> chain = chain(thrown);
		return cause(chain.get(chain.size() - 1)) == null && related(thrown).size() < MAX_RELATED;
	}

	/**
	 * Returns a throwable and its causes.
	 * @param thrown the throwable
	 * @return each once, the throwable itself first, with at most 50 causes
	 */
	public static List<Throwable> chain(Throwable thrown) {
		List<Throwable> chain = new ArrayList<>(4);
		Throwable each = thrown;
		while (each != null && chain.size() <= MAX_RELATED && !contains(chain, each)) {
			chain.add(each);
			each = cause(each);
		}
		return chain;
	}

	public static List<Throwable> causes(Throwable thrown) {
		List<Throwable> chain = chain(thrown);
		return chain.subList(1, chain.size());
	}

	/**
	 * Returns the cause of exceptions that only wrap a failure of another thread or
	 * layer, such as {@link ExecutionException}.
	 * @param thrown the throwable
	 * @return the cause, or the throwable itself if it is no such wrapper
	 */
	public static Throwable unwrap(Throwable thrown) {
		Throwable inner = thrown;
		Throwable cause = cause(inner);
		for (int depth = 0; depth < MAX_RELATED && cause != null && isCarrier(inner); depth++) {
			inner = cause;
			cause = cause(inner);
		}
		return inner;
	}

	/**
	 * Returns the failure of a future.
	 * @param thrown the throwable that a stage of the future received, or {@code null}
	 * @return the cause if the throwable only wraps it
	 */
	public static @Nullable Throwable ofFuture(@Nullable Throwable thrown) {
		return (thrown instanceof CompletionException && thrown.getCause() != null) ? thrown.getCause() : thrown;
	}

	private static boolean isCarrier(Throwable thrown) {
		return thrown instanceof ExecutionException || thrown instanceof CompletionException
				|| thrown instanceof InvocationTargetException || thrown instanceof UndeclaredThrowableException
				|| CARRIERS.contains(thrown.getClass().getName());
	}

	/**
	 * Throws an error of the virtual machine again, which cannot go on, unless only the
	 * stack has no room.
	 * @param thrown what was caught
	 */
	public static void rethrowFatal(Throwable thrown) {
		if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)) {
			throw error;
		}
	}

	public static @Nullable String message(Throwable thrown) {
		try {
			String message = thrown.getMessage();
			return (message != null && message.length() > MAX_MESSAGE_LENGTH)
					? message.substring(0, MAX_MESSAGE_LENGTH) + "[truncated]" : message;
		}
		catch (Throwable ex) {
			return "[getMessage() failed: " + ex.getClass().getName() + "]";
		}
	}

	public static @Nullable Throwable cause(Throwable thrown) {
		try {
			return thrown.getCause();
		}
		catch (Throwable ex) {
			return null;
		}
	}

	/**
	 * Describes a throwable for readers without a JVM.
	 * @param thrown the throwable
	 * @param application returns whether a class is the application's own
	 * @return {@code type}, {@code message}, the {@code class}, {@code method} and
	 * {@code line} that threw it, {@code causes} and {@code suppressed} with type and
	 * message each, the {@code stack_trace} as text, and its innermost {@code frames}
	 * with class, method, line and {@code in_app} each
	 */
	public static Map<String, @Nullable Object> describe(Throwable thrown, Predicate<String> application) {
		Map<String, @Nullable Object> description = new LinkedHashMap<>(typeAndMessage(thrown));
		StackTraceElement[] frames = frames(thrown);
		if (frames.length > 0) {
			description.put("class", frames[0].getClassName());
			description.put("method", frames[0].getMethodName());
			description.put("line", frames[0].getLineNumber());
		}
		List<Throwable> causes = causes(thrown);
		if (!causes.isEmpty()) {
			description.put("causes", causes.stream().map(Throwables::typeAndMessage).toList());
		}
		if (thrown.getSuppressed().length > 0) {
			description.put("suppressed",
					Stream.of(thrown.getSuppressed()).limit(MAX_RELATED).map(Throwables::typeAndMessage).toList());
		}
		description.put("stack_trace", stackTrace(thrown));
		if (frames.length > 0) {
			description.put("frames",
					Stream.of(frames)
						.limit(MAX_DESCRIBED_FRAMES)
						.map((frame) -> describe(frame, application))
						.toList());
		}
		return description;
	}

	private static Map<String, @Nullable Object> describe(StackTraceElement frame, Predicate<String> application) {
		Map<String, @Nullable Object> description = new LinkedHashMap<>();
		description.put("class", frame.getClassName());
		description.put("method", frame.getMethodName());
		description.put("line", frame.getLineNumber());
		description.put("in_app", application.test(frame.getClassName()));
		return description;
	}

	/**
	 * Describes a frame of the stack.
	 * @param frame the frame
	 * @return its {@code class} and {@code method}, and {@code file} and {@code line} if
	 * they are known
	 */
	public static Map<String, Object> callSite(StackFrame frame) {
		Map<String, Object> site = new LinkedHashMap<>();
		site.put("class", frame.getClassName());
		site.put("method", frame.getMethodName());
		if (frame.getFileName() != null) {
			site.put("file", frame.getFileName());
		}
		if (frame.getLineNumber() >= 0) {
			site.put("line", frame.getLineNumber());
		}
		return site;
	}

	private static Map<String, @Nullable Object> typeAndMessage(Throwable thrown) {
		Map<String, @Nullable Object> description = new LinkedHashMap<>();
		description.put("type", thrown.getClass().getName());
		description.put("message", message(thrown));
		return description;
	}

	public static String stackTrace(Throwable thrown) {
		return stackTrace(thrown, MAX_FRAMES);
	}

	/**
	 * Writes the stack trace of a throwable and of its causes.
	 * @param thrown the throwable
	 * @param maxFrames the number of frames of each, the innermost ones
	 * @return the lines
	 */
	public static String stackTrace(Throwable thrown, int maxFrames) {
		StringBuilder trace = new StringBuilder(2048);
		append(trace, "", thrown, maxFrames);
		causes(thrown).forEach((cause) -> append(trace, "Caused by: ", cause, maxFrames));
		return trace.toString();
	}

	private static void append(StringBuilder trace, String caption, Throwable thrown, int maxFrames) {
		trace.append(caption).append(thrown.getClass().getName());
		String message = message(thrown);
		if (message != null) {
			trace.append(": ").append(message);
		}
		trace.append('\n');
		StackTraceElement[] frames = frames(thrown);
		for (int i = 0; i < Math.min(frames.length, maxFrames); i++) {
			trace.append("\tat ").append(frames[i]).append('\n');
		}
		if (frames.length > maxFrames) {
			trace.append("\t... ").append(frames.length - maxFrames).append(" more\n");
		}
	}

	/**
	 * Returns the frames of a throwable.
	 * @param thrown the throwable
	 * @return the frames, innermost first; none if they cannot be read
	 */
	public static StackTraceElement[] frames(Throwable thrown) {
		try {
			StackTraceElement[] frames = thrown.getStackTrace();
			return (frames != null && !Arrays.asList(frames).contains(null)) ? frames : NO_FRAMES;
		}
		catch (Throwable ex) {
			return NO_FRAMES;
		}
	}

}
