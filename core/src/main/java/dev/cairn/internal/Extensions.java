package dev.cairn.internal;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls foreign code, such as filters, listeners and sinks, so that it cannot break the
 * application: what it throws, errors included, is isolated, counted, and logged as a
 * warning the first time and at debug level from then on. An extension that publishes or
 * captures something is not called for it again by the same thread. Thread-safe; never
 * throws.
 */
public final class Extensions {

	private static final Logger logger = LoggerFactory.getLogger("dev.cairn.Cairn");

	/**
	 * The calls of extensions that the thread is in, the innermost first, in an array of
	 * one element: a field can be restored with no stack left, a thread-local cannot.
	 */
	private static final ThreadLocal<@Nullable Object[]> CALLS = ThreadLocal.withInitial(() -> new Object[1]);

	private final Consumer<String> count;

	private final UnaryOperator<String> redaction;

	private final WarnOnce log = new WarnOnce(logger);

	/**
	 * Creates the guard of a service.
	 * @param count counts a failure by the name of the extension
	 * @param redaction removes secrets from what is logged
	 */
	public Extensions(Consumer<String> count, UnaryOperator<String> redaction) {
		this.count = count;
		this.redaction = redaction;
	}

	/**
	 * Calls an extension.
	 * @param name the name of the extension, of which there is a bounded number
	 * @param call the call
	 * @return whether it succeeded
	 */
	public boolean guard(String name, Runnable call) {
		try {
			call.run();
			return true;
		}
		catch (Throwable ex) {
			failed(name, ex);
			return false;
		}
	}

	/**
	 * Calls an extension that returns something.
	 * @param <T> the type of the result
	 * @param name the name of the extension, of which there is a bounded number
	 * @param call the call
	 * @param otherwise the result if it fails
	 * @return the result
	 */
	public <T> T guard(String name, Supplier<? extends T> call, T otherwise) {
		try {
			return call.get();
		}
		catch (Throwable ex) {
			failed(name, ex);
			return otherwise;
		}
	}

	/**
	 * Calls an extension that returns something or nothing.
	 * @param <T> the type of the result
	 * @param name the name of the extension, of which there is a bounded number
	 * @param call the call
	 * @return the result, or {@code null} if it fails
	 */
	public <T> @Nullable T get(String name, Supplier<? extends @Nullable T> call) {
		try {
			return call.get();
		}
		catch (Throwable ex) {
			failed(name, ex);
			return null;
		}
	}

	/**
	 * Gives extensions the names under which their failures are counted and logged.
	 * @param <T> the type of the extensions
	 * @param role what they are, such as {@code filter}
	 * @param extensions the extensions
	 * @return the extensions, in the same order
	 */
	public static <T> List<Named<T>> named(String role, List<? extends T> extensions) {
		List<Named<T>> named = new ArrayList<>(extensions.size());
		for (T extension : extensions) {
			named.add(new Named<>(role + " " + extension.getClass().getName(), extension));
		}
		return List.copyOf(named);
	}

	/**
	 * Calls each of some extensions, except those that the thread is in.
	 * @param <T> the type of the extensions
	 * @param extensions the extensions
	 * @param call the call
	 */
	public <T> void each(List<Named<T>> extensions, Consumer<? super T> call) {
		if (extensions.isEmpty()) {
			return;
		}
		@Nullable Object[] calls = CALLS.get();
		Object outer = calls[0];
		for (int i = 0; i < extensions.size(); i++) {
			Named<T> named = extensions.get(i);
			if (outer != null && isIn(outer, named)) {
				continue;
			}
			try {
				calls[0] = new Call(named, outer);
				call.accept(named.extension());
			}
			catch (Throwable ex) {
				failed(named.name(), ex);
			}
			finally {
				calls[0] = outer;
			}
		}
	}

	/**
	 * Returns whether all of some extensions agree. One that fails agrees, and so does
	 * one that the thread is in.
	 * @param <T> the type of the extensions
	 * @param extensions the extensions
	 * @param call the call
	 * @return {@code false} if one of them does not agree
	 */
	public <T> boolean all(List<Named<T>> extensions, Predicate<? super T> call) {
		boolean[] all = { true };
		each(extensions, (extension) -> all[0] = all[0] && call.test(extension));
		return all[0];
	}

	private static boolean isIn(Object calls, Named<?> extension) {
		Object call = calls;
		while (call instanceof Call known) {
			if (known.extension() == extension) {
				return true;
			}
			call = known.outer();
		}
		return false;
	}

	/**
	 * Counts and logs the failure of an extension.
	 * @param name the name of the extension
	 * @param ex what it has thrown
	 */
	public void failed(String name, Throwable ex) {
		try {
			this.count.accept(name);
			this.log.warn(name, () -> name + " failed; further failures are logged at debug level: " + describe(ex));
		}
		catch (Throwable atTheEnd) {
			// There is no stack or heap left to report it
		}
	}

	private String describe(Throwable ex) {
		StringWriter trace = new StringWriter();
		try {
			ex.printStackTrace(new PrintWriter(trace, true));
		}
		catch (Throwable unprintable) {
			trace.append(ex.getClass().getName());
		}
		return this.redaction.apply(trace.toString());
	}

	/**
	 * An extension with its name.
	 *
	 * @param <T> the type of the extension
	 * @param name the name under which its failures are counted and logged
	 * @param extension the extension
	 */
	public record Named<T>(String name, T extension) {
	}

	/** The call of an extension, and the one that it was made in, if any. */
	private record Call(Named<?> extension, @Nullable Object outer) {
	}

}
