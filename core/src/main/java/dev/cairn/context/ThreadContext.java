package dev.cairn.context;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The unit of work of a thread and the values that are bound there. Each unit of work
 * that a thread opens, and each context that it takes over from another thread, is one
 * level; a level that ends leaves the diagnostic context (MDC) as it was at its start.
 * For one thread; others receive a {@link Snapshot}.
 */
public final class ThreadContext {

	/** The key under which a reactive context has the context of a thread. */
	public static final String KEY = "cairn.unit-of-work";

	private static final ThreadLocal<@Nullable ThreadContext> CURRENT = new ThreadLocal<>();

	private final @Nullable ThreadContext below;

	private final @Nullable UnitOfWork unit;

	private Bindings bindings;

	private final WrittenValues written = new WrittenValues();

	private @Nullable Snapshot snapshot;

	private ThreadContext(@Nullable ThreadContext below, @Nullable UnitOfWork unit, Bindings bindings) {
		this.below = below;
		this.unit = unit;
		this.bindings = bindings;
	}

	static @Nullable ThreadContext current() {
		return CURRENT.get();
	}

	/** Returns the context of the calling thread for a first binding outside any work. */
	static ThreadContext orNew() {
		ThreadContext context = CURRENT.get();
		if (context == null) {
			context = new ThreadContext(null, null, Bindings.EMPTY);
			CURRENT.set(context);
		}
		return context;
	}

	static ThreadContext enter(@Nullable UnitOfWork unit, Bindings bindings) {
		ThreadContext below = CURRENT.get();
		ThreadContext entered = new ThreadContext(below, unit, bindings);
		CURRENT.set(entered);
		UnitOfWork outer = (below != null) ? below.unit : null;
		if (unit != outer) {
			changeIds(outer, unit);
		}
		Bindings known = (below != null) ? below.bindings : Bindings.EMPTY;
		if (known != bindings) {
			entered.show(known);
		}
		return entered;
	}

	private static void changeIds(@Nullable UnitOfWork from, @Nullable UnitOfWork to) {
		if (from != null) {
			from.removeIds();
		}
		if (to != null) {
			to.addIds();
		}
	}

	private void show(Bindings known) {
		for (BoundValue value : known.values()) {
			if (this.bindings.find(value.name) == null) {
				write(value.name, null);
			}
		}
		for (BoundValue value : this.bindings.values()) {
			if (known.find(value.name) != value) {
				write(value.name, value.text());
			}
		}
	}

	/**
	 * Writes a value into the diagnostic context. Without one, the value of the level
	 * below is hidden, but not that of the host.
	 */
	private void write(String name, @Nullable String text) {
		if (text != null) {
			this.written.write(name, text);
			return;
		}
		this.written.restore(name);
		BoundValue outer = (this.below != null) ? this.below.bindings.find(name) : null;
		if (outer != null && outer.text() != null && outer.text().equals(MDC.get(name))) {
			this.written.write(name, null);
		}
	}

	/** Writes the values that the application has removed. */
	void showRemoved() {
		for (BoundValue value : this.bindings.values()) {
			if (MDC.get(value.name) == null) {
				write(value.name, value.text());
			}
		}
	}

	/** Ends this level and those above it, if the calling thread is in it. */
	void leave() {
		ThreadContext top = CURRENT.get();
		ThreadContext level = top;
		while (level != null && level != this) {
			level = level.below;
		}
		if (level != null) {
			for (ThreadContext each = top; each != this.below; each = Objects.requireNonNull(each).below) {
				Objects.requireNonNull(each).end();
			}
		}
	}

	private void end() {
		this.written.restoreAll();
		UnitOfWork outer = (this.below != null) ? this.below.unit : null;
		if (this.below != null) {
			CURRENT.set(this.below);
		}
		else {
			CURRENT.remove();
		}
		if (this.unit != outer) {
			changeIds(this.unit, outer);
		}
		if (this.below != null) {
			this.below.refresh();
		}
	}

	/** Drops what was closed, and shows what was computed, while this was not current. */
	private void refresh() {
		for (BoundValue value : this.bindings.values()) {
			if (value.isClosedHere()) {
				replace(value.name, value.openHere());
			}
			else {
				show(value);
			}
		}
	}

	/**
	 * Returns the context of the calling thread, for another one.
	 * @return the context, which is {@link Snapshot#EMPTY} if there is none
	 */
	public static Snapshot capture() {
		ThreadContext context = CURRENT.get();
		if (context == null) {
			return Snapshot.EMPTY;
		}
		if (context.snapshot == null) {
			context.snapshot = new Snapshot(context, context.unit, context.bindings, false);
		}
		return context.snapshot;
	}

	/**
	 * Takes over the context of another thread.
	 * @param captured the context
	 * @return the scope, to be closed by the same thread, which restores the context that
	 * was there before
	 */
	public static UnitOfWork.Scope enter(Snapshot captured) {
		if (captured.latest && captured.unit != null) {
			return captured.unit.open();
		}
		return enter(captured.unit, captured.bindings)::leave;
	}

	/**
	 * Returns to a context that the calling thread has captured itself, as an accessor of
	 * thread-locals does.
	 * @param captured the context
	 */
	public static void restore(Snapshot captured) {
		ThreadContext level = CURRENT.get();
		while (level != null && level != captured.level) {
			level = level.below;
		}
		if (level == null && captured.level != null) {
			// It was left meanwhile, or is that of another thread
			return;
		}
		for (ThreadContext each = CURRENT.get(); each != level; each = Objects.requireNonNull(each).below) {
			Objects.requireNonNull(each).end();
		}
	}

	@Nullable UnitOfWork unit() {
		return this.unit;
	}

	Bindings bindings() {
		return this.bindings;
	}

	static Bindings currentBindings() {
		ThreadContext context = CURRENT.get();
		return (context != null) ? context.bindings : Bindings.EMPTY;
	}

	void bind(BoundValue value) {
		Bindings known = this.bindings;
		change(known.with(value));
		if (this.unit != null) {
			this.unit.bound(known, this.bindings, value);
		}
		write(value.name, value.text());
	}

	/** Unbinds a value for good. Its own binding still restores the value before it. */
	void unbind(BoundValue value) {
		BoundValue removal = BoundValue.removal(value);
		if (this.unit != null) {
			this.unit.bound(this.bindings, this.bindings.with(removal), removal);
		}
		replace(value.name, value.hidesAnother() ? removal : null);
	}

	/** Restores the value that was bound under a name before, if any. */
	void replace(String name, @Nullable BoundValue value) {
		change((value != null) ? this.bindings.with(value) : this.bindings.without(name));
		write(name, (value != null) ? value.text() : null);
		if (this.unit == null && this.below == null && this.bindings.isEmpty()) {
			CURRENT.remove();
		}
	}

	private void change(Bindings bindings) {
		this.bindings = bindings;
		this.snapshot = null;
	}

	/** Writes a value that was computed after it was bound, if it is bound here. */
	static void computed(BoundValue value) {
		ThreadContext context = CURRENT.get();
		if (context != null && context.bindings.find(value.name) == value) {
			context.show(value);
		}
	}

	private void show(BoundValue value) {
		if (value.isLazy() && value.text() != null && !value.text().equals(MDC.get(value.name))) {
			this.written.write(value.name, value.text());
		}
	}

	/**
	 * The context of a thread at one time, or that of a unit of work. Immutable.
	 */
	public static final class Snapshot {

		/** Without a unit of work, with nothing bound. */
		public static final Snapshot EMPTY = new Snapshot(null, null, Bindings.EMPTY, false);

		private final @Nullable ThreadContext level;

		private final @Nullable UnitOfWork unit;

		private final Bindings bindings;

		/** Whether the unit of work is opened with what is bound in it by then. */
		private final boolean latest;

		private Snapshot(@Nullable ThreadContext level, @Nullable UnitOfWork unit, Bindings bindings, boolean latest) {
			this.level = level;
			this.unit = unit;
			this.bindings = bindings;
			this.latest = latest;
		}

		/**
		 * Returns the context of a unit of work that several threads work on, one after
		 * another. Each of them has what those before have bound, and what it reports
		 * belongs to the work.
		 * @param unit the unit of work
		 * @return the context, which is that of no thread yet
		 */
		public static Snapshot of(UnitOfWork unit) {
			unit.share();
			return new Snapshot(null, unit, Bindings.EMPTY, true);
		}

	}

}
