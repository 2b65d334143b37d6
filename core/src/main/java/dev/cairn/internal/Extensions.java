package dev.cairn.internal;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Calls foreign code, such as filters, listeners and sinks, so that it cannot break the
 * application: what it throws, errors included, is isolated, counted by the name of the
 * extension, and logged as a warning the first time and at debug level from then on. The
 * number of names is bounded. An extension that publishes or captures something is not
 * called for it again by the same thread.
 * <p>
 * Messages and failures of foreign code that Cairn calls are processed once, and refused
 * further down. The methods of values and throwables, and the threads of Cairn, do not
 * enter at all. Thread-safe; never throws.
 */
public final class Extensions {

	/** Each owner is entered about once; further ones replace the last one. */
	private static final int MAX_DEPTH = 50;

	/**
	 * The owners of the code that the thread runs, the outermost first. An array can be
	 * restored with no stack left, and refers to no class of Cairn that an application
	 * server has to unload.
	 */
	private static final ThreadLocal<@Nullable Object[]> WITHIN = ThreadLocal.withInitial(() -> new Object[MAX_DEPTH]);

	/**
	 * The logger gets a text, and not the throwable, whose messages no appender would
	 * redact. It is part of the message of the entry, so it is short.
	 */
	private static final int MAX_LOGGED_FRAMES = 10;

	/** Cairn itself, as the owner of code that the thread runs. */
	private static final Object CAIRN = new Object();

	private final Consumer<String> count;

	private final UnaryOperator<String> redaction;

	private final WarnOnce log = new WarnOnce(LoggerFactory.getLogger("dev.cairn.Cairn"));

	public Extensions(Consumer<String> count, UnaryOperator<String> redaction) {
		this.count = count;
		this.redaction = redaction;
	}

	public static <T> List<Named<T>> named(String role, List<? extends T> extensions) {
		return extensions.stream()
			.map((extension) -> new Named<T>(role + " " + extension.getClass().getName(), extension))
			.toList();
	}

	/**
	 * Runs Cairn's own code for a call from outside, unless the call comes from foreign
	 * code that Cairn has called itself: a method of a value or throwable, an extension
	 * that was called for the call of another extension, or a thread of Cairn.
	 * @param <T> the type of the result
	 * @param call the code
	 * @param refused counts the call if it is refused
	 * @return the result of the code, or of the refusal
	 */
	public static <T extends @Nullable Object> T enter(Supplier<T> call, Supplier<T> refused) {
		return (!Threads.isOwn() && mayEnter(WITHIN.get())) ? within(CAIRN, call) : refused.get();
	}

	/** Extensions may call Cairn, but not those that are called for such a call. */
	private static boolean mayEnter(@Nullable Object[] within) {
		int entered = 0;
		Object innermost = null;
		for (Object owner : within) {
			if (owner == null) {
				break;
			}
			entered += (owner == CAIRN) ? 1 : 0;
			innermost = owner;
		}
		return entered == 0 || (entered == 1 && innermost instanceof Named);
	}

	private static int depth(@Nullable Object[] within) {
		int depth = 0;
		while (depth < MAX_DEPTH - 1 && within[depth] != null) {
			depth++;
		}
		return depth;
	}

	public static boolean isWithin(Object owner) {
		return isWithin(WITHIN.get(), owner);
	}

	private static boolean isWithin(@Nullable Object[] within, Object owner) {
		for (Object known : within) {
			if (known == null || known == owner) {
				return known != null;
			}
		}
		return false;
	}

	/**
	 * Runs code of an owner, so that {@link #isWithin} returns {@code true} meanwhile.
	 * @param <T> the type of the result
	 * @param owner the owner
	 * @param call the code
	 * @return the result
	 */
	public static <T extends @Nullable Object> T within(Object owner, Supplier<T> call) {
		@Nullable Object[] within = WITHIN.get();
		int depth = depth(within);
		try {
			within[depth] = owner;
			return call.get();
		}
		finally {
			within[depth] = null;
		}
	}

	public boolean guard(String name, Runnable call) {
		return Boolean.TRUE.equals(get(name, () -> {
			call.run();
			return true;
		}));
	}

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
	 * Calls an extension, unless the thread is in it.
	 * @param <T> the type of the extension
	 * @param <R> the type of the result
	 * @param extension the extension
	 * @param call the call
	 * @return the result, or {@code null} if it fails or is not called
	 */
	public <T, R> @Nullable R call(Named<T> extension, Function<? super T, ? extends @Nullable R> call) {
		@Nullable Object[] within = WITHIN.get();
		if (isWithin(within, extension)) {
			return null;
		}
		int depth = depth(within);
		boolean own = false;
		try {
			within[depth] = extension;
			own = Threads.leaveOwn();
			return call.apply(extension.extension());
		}
		catch (Throwable ex) {
			failed(extension.name(), ex);
			return null;
		}
		finally {
			within[depth] = null;
			if (own) {
				Threads.returnToOwn();
			}
		}
	}

	public <T> void each(List<Named<T>> extensions, Consumer<? super T> call) {
		if (extensions.isEmpty()) {
			return;
		}
		Function<T, @Nullable Object> function = (extension) -> {
			call.accept(extension);
			return null;
		};
		for (int i = 0; i < extensions.size(); i++) {
			call(extensions.get(i), function);
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
		for (Named<T> named : extensions) {
			if (Boolean.FALSE.equals(call(named, call::test))) {
				return false;
			}
		}
		return true;
	}

	public void failed(String name, Throwable ex) {
		try {
			this.count.accept(name);
			this.log.warn(name, () -> name + " failed; further failures are logged at debug level: "
					+ this.redaction.apply(Throwables.stackTrace(ex, MAX_LOGGED_FRAMES)).stripTrailing());
		}
		catch (Throwable atTheEnd) {
			// There is no stack or heap left to report it
		}
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

}
