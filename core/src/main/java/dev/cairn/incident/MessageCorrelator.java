package dev.cairn.incident;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.internal.Text;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Correlates throwables with the texts that quote them, as in {@code log.error("x: {}",
 * e.getMessage()); throw e;}, in either order. They belong together if both are reported
 * in the same trace or unit of work, or by the same thread outside of any, soon after
 * each other, and if the text contains the message of the throwable or, without a
 * message, the name of its class. Only the beginnings of long texts are compared. A
 * throwable is read once, without a lock. Thread-safe and bounded.
 */
final class MessageCorrelator {

	private static final int MAX_RECENT = 64;

	private static final int MAX_WAITING = 256;

	/** Shorter messages are contained in many texts by chance. */
	private static final int MIN_LENGTH = 3;

	private static final int MAX_TEXT = 4096;

	/** The maximum number of throwables of a failure that are compared. */
	private static final int MAX_QUOTES = 10;

	private final IncidentGrouper grouper;

	private final IncidentTimer timer;

	private final long waitNanos;

	/** The throwables that a text may quote, newest first. Guarded by itself. */
	private final Deque<RecentThrowable> recent = new ArrayDeque<>();

	/** The texts that wait for a throwable, oldest first. Guarded by itself. */
	private final Deque<WaitingText> waiting = new ArrayDeque<>();

	/** The texts that the application has reported itself. Guarded by itself. */
	private final Deque<WaitingText> reports = new ArrayDeque<>();

	MessageCorrelator(IncidentGrouper grouper, IncidentTimer timer, long waitNanos) {
		this.grouper = grouper;
		this.timer = timer;
		this.waitNanos = waitNanos;
	}

	/** Returns the incident of the throwable that a text quotes, if any. */
	@Nullable Incident findQuoted(String text, Incident incident) {
		String beginning = Text.cut(text, MAX_TEXT);
		List<RecentThrowable> candidates;
		synchronized (this.recent) {
			candidates = List.copyOf(this.recent);
		}
		for (RecentThrowable candidate : candidates) {
			if (!isExpired(candidate.nanos()) && candidate.incident().origin().isSameWork(incident.origin())
					&& isQuoted(candidate.quotes(), beginning)) {
				return candidate.incident().self();
			}
		}
		return null;
	}

	/** Adds a text that waits for the throwable that it quotes. */
	void add(String text, Incident incident) {
		add(this.waiting, text, incident);
	}

	/** Adds a text that the application has reported itself. */
	void addReport(String text, Incident incident) {
		add(this.reports, text, incident);
	}

	private void add(Deque<WaitingText> texts, String text, Incident incident) {
		synchronized (texts) {
			while (!texts.isEmpty() && isExpired(texts.getFirst().nanos())) {
				texts.removeFirst();
			}
			if (texts.size() < MAX_WAITING) {
				texts.add(new WaitingText(Text.cut(text, MAX_TEXT), incident, this.timer.nanoTime(),
						new AtomicBoolean()));
			}
		}
	}

	/** Gives an incident the id under which this thread has just reported its text. */
	void takeReport(String text, Incident fresh) {
		List<WaitingText> candidates = copy(this.reports);
		for (int i = candidates.size() - 1; i >= 0; i--) {
			WaitingText report = candidates.get(i);
			if (report.incident().origin().isOfThisThread() && !isExpired(report.nanos())) {
				if (Text.contains(report.text(), Text.cut(text, MAX_TEXT))) {
					this.grouper.takeOver(report.incident(), fresh);
				}
				return;
			}
		}
	}

	/**
	 * Returns the incident of a text that another text contains, but only once: of any
	 * thread, or of the last text of this thread.
	 */
	@Nullable Incident findUnpaired(String other, boolean anyThread) {
		List<WaitingText> candidates = waiting();
		for (int i = candidates.size() - 1; i >= 0; i--) {
			WaitingText text = candidates.get(i);
			if (!isExpired(text.nanos()) && (anyThread || text.incident().origin().isOfThisThread())) {
				if (Text.contains(other, text.text()) && text.found().compareAndSet(false, true)) {
					return text.incident().self();
				}
				if (!anyThread) {
					return null;
				}
			}
		}
		return null;
	}

	/** Returns the incident of a text that quotes a throwable, if any. */
	@Nullable Incident findQuoting(Throwable thrown, Incident report) {
		List<Quote> quotes = quotes(thrown);
		for (WaitingText text : waiting()) {
			if (isQuoting(text, quotes, report)) {
				return text.incident().self();
			}
		}
		return null;
	}

	private static boolean isQuoting(WaitingText text, List<Quote> quotes, Incident report) {
		return text.incident().origin().isSameWork(report.origin()) && isQuoted(quotes, text.text());
	}

	private static List<Quote> quotes(Throwable thrown) {
		List<Throwable> related = Throwables.related(thrown);
		List<Quote> quotes = new ArrayList<>(Math.min(related.size(), MAX_QUOTES));
		for (int i = 0; i < related.size() && i < MAX_QUOTES; i++) {
			quotes.add(Quote.of(related.get(i)));
		}
		return quotes;
	}

	private List<WaitingText> waiting() {
		return copy(this.waiting);
	}

	private static List<WaitingText> copy(Deque<WaitingText> texts) {
		synchronized (texts) {
			return List.copyOf(texts);
		}
	}

	/**
	 * Adds a throwable, and withdraws the texts that quote it. It has the id that was
	 * returned for such a text, if the message of that stood for nothing else.
	 */
	void add(Throwable thrown, Incident incident) {
		List<Quote> quotes = quotes(thrown);
		List<WaitingText> candidates = waiting();
		// It keeps the id of the oldest
		for (int i = candidates.size() - 1; i >= 0; i--) {
			if (isQuoting(candidates.get(i), quotes, incident) && remove(candidates.get(i))) {
				this.grouper.replace(candidates.get(i).incident(), incident);
			}
		}
		RecentThrowable added = new RecentThrowable(quotes, incident, this.timer.nanoTime());
		synchronized (this.recent) {
			this.recent.addFirst(added);
			if (this.recent.size() > MAX_RECENT) {
				this.recent.removeLast();
			}
		}
	}

	/** Withdraws the texts that quote a throwable that is no failure. */
	void exclude(Throwable thrown, Incident report) {
		List<Quote> quotes = quotes(thrown);
		for (WaitingText text : waiting()) {
			if (isQuoting(text, quotes, report) && remove(text)) {
				this.grouper.withdraw(text.incident(), true);
			}
		}
	}

	private boolean remove(WaitingText text) {
		synchronized (this.waiting) {
			return this.waiting.remove(text);
		}
	}

	private boolean isExpired(long nanos) {
		return this.timer.nanoTime() - nanos >= this.waitNanos;
	}

	private static boolean isQuoted(List<Quote> quotes, String text) {
		return quotes.stream().anyMatch((quote) -> quote.isIn(text));
	}

	private record RecentThrowable(List<Quote> quotes, Incident incident, long nanos) {
	}

	/**
	 * The part of a text that quotes a throwable: its message, or the name of its class
	 * if the message is too short, or the end of the text if there is no message.
	 */
	private record Quote(String part, boolean withoutMessage) {

		private static final int MAX_LENGTH = 200;

		static Quote of(Throwable thrown) {
			String message = Throwables.message(thrown);
			if (message != null && message.strip().length() >= MIN_LENGTH) {
				return new Quote(Text.cut(message, MAX_LENGTH), false);
			}
			String name = thrown.getClass().getSimpleName();
			// An anonymous class has no simple name
			return new Quote(name.isEmpty() ? thrown.getClass().getName() : name, message == null);
		}

		boolean isIn(String text) {
			return Text.contains(text, this.part) || (this.withoutMessage && text.endsWith("null"));
		}

	}

	private record WaitingText(String text, Incident incident, long nanos, AtomicBoolean found) {
	}

}
