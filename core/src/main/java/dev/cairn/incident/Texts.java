package dev.cairn.incident;

import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

import dev.cairn.Trace;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Brings together the throwables and the texts that tell of them, as in
 * {@code log.error("x: {}", e.getMessage()); throw e;}, in either order. They belong
 * together when the same thread reports both, or both are in one trace, soon after each
 * other, and the text holds the message of the throwable, or where that has none, the
 * name of its class. Bounded; thread-safe, free of locks.
 */
final class Texts {

	private static final int MAX_RECENT = 64;

	private static final int MAX_WAITING = 256;

	/** What is shorter stands in many a text by chance. */
	private static final int TELLING_LENGTH = 3;

	private final long waitNanos;

	private final AtomicReferenceArray<@Nullable Seen> recent = new AtomicReferenceArray<>(MAX_RECENT);

	private final AtomicLong next = new AtomicLong();

	private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waitingCount = new AtomicInteger();

	Texts(long waitNanos) {
		this.waitNanos = waitNanos;
	}

	/** Remember a throwable of which somebody may tell. */
	void saw(Throwable thrown, Incident incident, @Nullable Trace trace) {
		Seen seen = new Seen(new WeakReference<>(thrown), incident, Unit.here(trace), System.nanoTime());
		this.recent.lazySet((int) (this.next.getAndIncrement() % MAX_RECENT), seen);
	}

	/** Return the incident of which a text tells, or {@code null}. */
	@Nullable Incident toldOf(String text, @Nullable Trace trace) {
		Unit unit = Unit.here(trace);
		long now = System.nanoTime();
		long end = this.next.get();
		for (long i = end - 1; i >= Math.max(0, end - MAX_RECENT); i--) {
			Seen seen = this.recent.get((int) (i % MAX_RECENT));
			if (seen != null && now - seen.nanos() < this.waitNanos && seen.unit().isSameAs(unit)
					&& tells(text, seen.thrown().get())) {
				return seen.incident().self();
			}
		}
		return null;
	}

	private static boolean tells(String text, @Nullable Throwable thrown) {
		return thrown != null
				&& Throwables.related(thrown).stream().anyMatch((throwable) -> tellsOfOne(text, throwable));
	}

	private static boolean tellsOfOne(String text, Throwable thrown) {
		String message = Throwables.message(thrown);
		return (message != null && message.strip().length() >= TELLING_LENGTH) ? text.contains(message)
				: text.contains(thrown.getClass().getSimpleName()) || (message == null && text.endsWith("null"));
	}

	/** Remember a text that waits for its throwable. */
	void wait(String text, @Nullable Trace trace, Groups.Place place) {
		dropOld();
		if (this.waitingCount.incrementAndGet() <= MAX_WAITING) {
			this.waiting.add(new Waiting(text, Unit.here(trace), place, System.nanoTime()));
		}
		else {
			this.waitingCount.decrementAndGet();
		}
	}

	private void dropOld() {
		long now = System.nanoTime();
		Waiting oldest = this.waiting.peek();
		while (oldest != null && now - oldest.nanos() >= this.waitNanos) {
			forget(oldest);
			oldest = this.waiting.peek();
		}
	}

	private boolean forget(Waiting text) {
		boolean removed = this.waiting.remove(text);
		if (removed) {
			this.waitingCount.decrementAndGet();
		}
		return removed;
	}

	/**
	 * Take back the text that tells of a throwable, should there be one.
	 * @return the id that its reader was told, when it stood for nothing else
	 */
	@Nullable String claim(Throwable thrown, @Nullable Trace trace) {
		if (this.waitingCount.get() == 0) {
			return null;
		}
		Unit unit = Unit.here(trace);
		String id = null;
		for (Waiting text : this.waiting) {
			if (text.unit().isSameAs(unit) && tells(text.text(), thrown) && forget(text)) {
				String told = text.place().takeBack();
				id = (id != null) ? id : told;
			}
		}
		return id;
	}

	/**
	 * Who reported it: a thread, maybe in a trace.
	 */
	private record Unit(long thread, @Nullable String trace) {

		static Unit here(@Nullable Trace trace) {
			return new Unit(Thread.currentThread().getId(), (trace != null) ? trace.traceId() : null);
		}

		/** A thread serves one trace after the other. */
		boolean isSameAs(Unit other) {
			return (this.trace != null && other.trace != null) ? Objects.equals(this.trace, other.trace)
					: this.thread == other.thread;
		}

	}

	private record Seen(WeakReference<Throwable> thrown, Incident incident, Unit unit, long nanos) {
	}

	private record Waiting(String text, Unit unit, Groups.Place place, long nanos) {
	}

}
