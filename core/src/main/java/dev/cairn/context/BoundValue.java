package dev.cairn.context;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import dev.cairn.Binding;
import org.jspecify.annotations.Nullable;

/**
 * A value that is bound under a name. It refers to the value that was bound before, which
 * may be bound in other threads, too.
 */
final class BoundValue implements Binding {

	/** Bounds the memory of code that binds in a loop and never closes. */
	private static final int MAX_DEPTH = 1000;

	final String name;

	/** For the diagnostic context; {@code null} for a value that is not part of it. */
	private volatile @Nullable String text;

	private final @Nullable Object value;

	private final @Nullable BoundValue previous;

	private final int depth;

	/** The id of the thread that has bound it. */
	private final long thread = Thread.currentThread().getId();

	/** Whether the name was unbound, with no end. */
	private final boolean removal;

	private volatile boolean closed;

	private BoundValue(String name, @Nullable Object value, @Nullable String text, @Nullable BoundValue previous,
			boolean removal) {
		this.name = name;
		this.value = value;
		this.text = text;
		int depth = (previous != null) ? previous.depth + 1 : 0;
		this.previous = (depth < MAX_DEPTH) ? previous : null;
		this.depth = (depth < MAX_DEPTH) ? depth : 0;
		this.removal = removal;
	}

	/**
	 * Binds a value.
	 * @param value the value, a {@link Lazy} one, or {@code null} to hide the previous
	 * one
	 */
	static BoundValue of(String name, @Nullable Object value, @Nullable String text, @Nullable BoundValue previous) {
		return new BoundValue(name, value, text, previous, false);
	}

	static BoundValue removal(BoundValue removed) {
		return new BoundValue(removed.name, null, null, removed, true);
	}

	boolean hidesAnother() {
		return this.previous != null;
	}

	boolean isRemoval() {
		return this.removal;
	}

	/** Returns {@code null} if there is no value. */
	@Nullable Object value() {
		return (this.value instanceof Lazy lazy) ? lazy.get(this) : this.value;
	}

	@Nullable String text() {
		return this.text;
	}

	/**
	 * Restores the previous value, unless another one was bound meanwhile. In a context
	 * that the thread has left for now, that is done when the thread returns to it.
	 */
	@Override
	public void close() {
		if (this.thread != Thread.currentThread().getId()) {
			return;
		}
		this.closed = true;
		ThreadContext context = ThreadContext.current();
		BoundValue bound = (context != null) ? context.bindings().find(this.name) : null;
		while (bound != null && bound != this && bound.removal) {
			bound = bound.previous;
		}
		if (context != null && bound == this) {
			context.replace(this.name, openHere());
		}
	}

	/** Other threads keep what they have inherited. */
	boolean isClosedHere() {
		return this.closed && this.thread == Thread.currentThread().getId();
	}

	boolean isLazy() {
		return this.value instanceof Lazy;
	}

	/**
	 * Returns whether there is a value for the diagnostic context, which was not read.
	 */
	boolean isUnread() {
		return this.value instanceof Lazy lazy && lazy.isUnread();
	}

	/** Returns the latest value that the calling thread has not closed. */
	@Nullable BoundValue openHere() {
		BoundValue open = this;
		while (open != null && open.isClosedHere()) {
			open = open.previous;
		}
		return open;
	}

	/**
	 * Returns the latest value that is still bound in a unit of work.
	 * @param inherited the value that was bound when the work began, which only the
	 * caller closes
	 */
	@Nullable BoundValue open(@Nullable BoundValue inherited) {
		BoundValue open = this;
		while (open != null && open.closed && open != inherited) {
			open = open.previous;
		}
		return open;
	}

	/**
	 * A value that is computed by its first reader. Another thread that reads it
	 * meanwhile sees no value.
	 */
	static final class Lazy {

		private static final Object BEING_COMPUTED = new Object();

		private static final Object NONE = new Object();

		private final AtomicReference<@Nullable Object> computed = new AtomicReference<>();

		private final Supplier<? extends @Nullable Object> supplier;

		private final BoundContext context;

		Lazy(Supplier<? extends @Nullable Object> supplier, BoundContext context) {
			this.supplier = supplier;
			this.context = context;
		}

		private boolean isUnread() {
			return this.computed.get() == null && this.context.isInDiagnosticContext();
		}

		private @Nullable Object get(BoundValue bound) {
			if (this.computed.compareAndSet(null, BEING_COMPUTED)) {
				Object value = this.context.compute(this.supplier);
				bound.text = this.context.text(bound.name, value);
				this.computed.set((value != null) ? value : NONE);
			}
			ThreadContext.computed(bound);
			Object known = this.computed.get();
			return (known != BEING_COMPUTED && known != NONE) ? known : null;
		}

	}

}
