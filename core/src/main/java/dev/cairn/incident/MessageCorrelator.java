package dev.cairn.incident;

import java.lang.ref.WeakReference;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;

import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Correlates throwables with the texts that quote them, as in {@code log.error("x: {}",
 * e.getMessage()); throw e;}, in either order. They belong together if both are reported
 * in the same trace or unit of work, or else by the same thread, soon after each other,
 * and if the text contains the message of the throwable or, without a message, the name
 * of its class. Thread-safe and bounded.
 */
final class MessageCorrelator {

	private static final int MAX_RECENT = 64;

	private static final int MAX_WAITING = 256;

	/** Shorter messages are contained in many texts by chance. */
	private static final int MIN_LENGTH = 3;

	private final long waitNanos;

	private final LongSupplier nanoTime;

	private final AtomicReferenceArray<@Nullable RecentThrowable> recent = new AtomicReferenceArray<>(MAX_RECENT);

	private final AtomicLong next = new AtomicLong();

	private final Queue<WaitingText> waiting = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waitingCount = new AtomicInteger();

	MessageCorrelator(long waitNanos, LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.waitNanos = waitNanos;
	}

	/** Remembers a throwable that a text may quote. */
	void add(Throwable thrown, Incident incident) {
		RecentThrowable added = new RecentThrowable(new WeakReference<>(thrown), incident, this.nanoTime.getAsLong());
		this.recent.lazySet((int) (this.next.getAndIncrement() % MAX_RECENT), added);
	}

	/** Returns the incident of the throwable that a text quotes, if any. */
	@Nullable Incident findQuoted(String text, Incident incident) {
		long now = this.nanoTime.getAsLong();
		long end = this.next.get();
		for (long i = end - 1; i >= Math.max(0, end - MAX_RECENT); i--) {
			RecentThrowable candidate = this.recent.get((int) (i % MAX_RECENT));
			if (candidate != null && now - candidate.nanos() < this.waitNanos
					&& candidate.incident().isReportedWith(incident) && quotes(text, candidate.thrown().get())) {
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
	void add(String text, Incident incident, IncidentGroup.Admission admission) {
		removeExpired();
		if (this.waitingCount.incrementAndGet() <= MAX_WAITING) {
			this.waiting.add(new WaitingText(text, incident, admission, this.nanoTime.getAsLong()));
		}
		else {
			this.waitingCount.decrementAndGet();
		}
	}

	private void removeExpired() {
		long now = this.nanoTime.getAsLong();
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
	@Nullable String withdrawQuotesOf(Throwable thrown, Incident incident) {
		if (this.waitingCount.get() == 0) {
			return null;
		}
		String id = null;
		for (WaitingText text : this.waiting) {
			if (text.incident().isReportedWith(incident) && quotes(text.text(), thrown) && remove(text)) {
				String withdrawn = text.admission().withdraw();
				id = (id != null) ? id : withdrawn;
			}
		}
		return id;
	}

	private record RecentThrowable(WeakReference<Throwable> thrown, Incident incident, long nanos) {
	}

	private record WaitingText(String text, Incident incident, IncidentGroup.Admission admission, long nanos) {
	}

}
