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
 * Correlates throwables with the texts that quote them, as in {@code log.error("x: {}",
 * e.getMessage()); throw e;}, in either order. They belong together if the same thread
 * reports both, or if both are in the same trace, soon after each other, and if the text
 * contains the message of the throwable or, without a message, the name of its class.
 * Thread-safe and bounded.
 */
final class MessageCorrelator {

	private static final int MAX_RECENT = 64;

	private static final int MAX_WAITING = 256;

	/** Shorter messages are contained in many texts by chance. */
	private static final int MIN_LENGTH = 3;

	private final long waitNanos;

	private final AtomicReferenceArray<@Nullable RecentThrowable> recent = new AtomicReferenceArray<>(MAX_RECENT);

	private final AtomicLong next = new AtomicLong();

	private final Queue<WaitingText> waiting = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waitingCount = new AtomicInteger();

	MessageCorrelator(long waitNanos) {
		this.waitNanos = waitNanos;
	}

	/** Remembers a throwable that a text may quote. */
	void add(Throwable thrown, Incident incident, @Nullable Trace trace) {
		RecentThrowable added = new RecentThrowable(new WeakReference<>(thrown), incident, Reporter.current(trace),
				System.nanoTime());
		this.recent.lazySet((int) (this.next.getAndIncrement() % MAX_RECENT), added);
	}

	/** Returns the incident of the throwable that a text quotes, if any. */
	@Nullable Incident findQuoted(String text, @Nullable Trace trace) {
		Reporter reporter = Reporter.current(trace);
		long now = System.nanoTime();
		long end = this.next.get();
		for (long i = end - 1; i >= Math.max(0, end - MAX_RECENT); i--) {
			RecentThrowable candidate = this.recent.get((int) (i % MAX_RECENT));
			if (candidate != null && now - candidate.nanos() < this.waitNanos && candidate.reporter().isSameAs(reporter)
					&& quotes(text, candidate.thrown().get())) {
				return candidate.incident().self();
			}
		}
		return null;
	}

	private static boolean quotes(String text, @Nullable Throwable thrown) {
		return thrown != null
				&& Throwables.related(thrown).stream().anyMatch((throwable) -> quotesOne(text, throwable));
	}

	private static boolean quotesOne(String text, Throwable thrown) {
		String message = Throwables.message(thrown);
		return (message != null && message.strip().length() >= MIN_LENGTH) ? text.contains(message)
				: text.contains(thrown.getClass().getSimpleName()) || (message == null && text.endsWith("null"));
	}

	/** Remembers a text that waits for the throwable that it quotes. */
	void add(String text, @Nullable Trace trace, IncidentGrouper.Admission admission) {
		removeExpired();
		if (this.waitingCount.incrementAndGet() <= MAX_WAITING) {
			this.waiting.add(new WaitingText(text, Reporter.current(trace), admission, System.nanoTime()));
		}
		else {
			this.waitingCount.decrementAndGet();
		}
	}

	private void removeExpired() {
		long now = System.nanoTime();
		WaitingText oldest = this.waiting.peek();
		while (oldest != null && now - oldest.nanos() >= this.waitNanos) {
			remove(oldest);
			oldest = this.waiting.peek();
		}
	}

	private boolean remove(WaitingText text) {
		boolean removed = this.waiting.remove(text);
		if (removed) {
			this.waitingCount.decrementAndGet();
		}
		return removed;
	}

	/**
	 * Withdraws the texts that quote a throwable.
	 * @return the id that was returned for such a text, if its message stood for nothing
	 * else
	 */
	@Nullable String withdrawQuotesOf(Throwable thrown, @Nullable Trace trace) {
		if (this.waitingCount.get() == 0) {
			return null;
		}
		Reporter reporter = Reporter.current(trace);
		String id = null;
		for (WaitingText text : this.waiting) {
			if (text.reporter().isSameAs(reporter) && quotes(text.text(), thrown) && remove(text)) {
				String withdrawn = text.admission().withdraw();
				id = (id != null) ? id : withdrawn;
			}
		}
		return id;
	}

	/**
	 * A thread, and the trace in which it reports.
	 */
	private record Reporter(long thread, @Nullable String trace) {

		static Reporter current(@Nullable Trace trace) {
			return new Reporter(Thread.currentThread().getId(), (trace != null) ? trace.traceId() : null);
		}

		/** The trace decides where both have one: a thread serves many traces. */
		boolean isSameAs(Reporter other) {
			return (this.trace != null && other.trace != null) ? Objects.equals(this.trace, other.trace)
					: this.thread == other.thread;
		}

	}

	private record RecentThrowable(WeakReference<Throwable> thrown, Incident incident, Reporter reporter, long nanos) {
	}

	private record WaitingText(String text, Reporter reporter, IncidentGrouper.Admission admission, long nanos) {
	}

}
