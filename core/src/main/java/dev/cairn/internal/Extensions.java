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
 * What foreign code publishes or captures while Cairn calls it is processed once, and
 * refused further down. The methods of values and throwables, and the threads of Cairn,
 * do not enter at all. Thread-safe; never throws.
 */
public final class Extensions {

	/**
	 * The owners of the code that the thread runs, the innermost first. Unlike the
	 * thread-local, the array of one element can be restored with no stack left.
	 */
	private static final ThreadLocal<@Nullable Object[]> WITHIN = ThreadLocal.withInitial(() -> new Object[1]);

	/** Cairn itself, as the owner of code that the thread runs. */
	private static final Object CAIRN = new Object();

	/** The mark of a call that was not made by foreign code within Cairn. */
	private static final Mark FIRST = new Mark(CAIRN, null);

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
		@Nullable Object[] within = WITHIN.get();
		Object outer = within[0];
		if (Threads.isOwn() || !mayEnter(outer)) {
			return refused.get();
		}
		return marked(within, (outer != null) ? new Mark(CAIRN, outer) : FIRST, call);
	}

	private static <T extends @Nullable Object> T marked(@Nullable Object[] within, Mark mark, Supplier<T> call) {
		Object outer = within[0];
		try {
			within[0] = mark;
			return call.get();
		}
		finally {
			within[0] = outer;
		}
	}

	/** Extensions may call Cairn, but not those that are called for such a call. */
	private static boolean mayEnter(@Nullable Object marks) {
		int entered = 0;
		Object mark = marks;
		while (mark instanceof Mark known) {
			entered += (known.owner() == CAIRN) ? 1 : 0;
			mark = known.outer();
		}
		return entered == 0 || (entered == 1 && marks instanceof Mark last && last.owner() instanceof Named);
	}

	public static boolean isWithin(Object owner) {
		Object mark = WITHIN.get()[0];
		while (mark instanceof Mark known && known.owner() != owner) {
			mark = known.outer();
		}
		return mark != null;
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
		return marked(within, new Mark(owner, within[0]), call);
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
		if (isWithin(extension)) {
			return null;
		}
		@Nullable Object[] within = WITHIN.get();
		Object outer = within[0];
		try {
			within[0] = new Mark(extension, outer);
			return Threads.callForeign(() -> call.apply(extension.extension()));
		}
		catch (Throwable ex) {
			failed(extension.name(), ex);
			return null;
		}
		finally {
			within[0] = outer;
		}
	}

	public <T> void each(List<Named<T>> extensions, Consumer<? super T> call) {
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
					+ this.redaction.apply(Throwables.stackTrace(ex)));
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

	/** Code that the thread runs, and the code that it was called by, if any. */
	private record Mark(Object owner, @Nullable Object outer) {
	}

}
