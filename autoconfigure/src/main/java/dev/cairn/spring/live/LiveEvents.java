package dev.cairn.spring.live;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.NamePattern;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Counts published messages by minute, hour and day on a thread of its own. A publisher
 * only adds its message to a queue. Messages that do not fit are missed, and counted as
 * such.
 */
final class LiveEvents implements SignalListener, AutoCloseable {

	private static final int CAPACITY = 10_000;

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final List<NamePattern> pages;

	private final Map<String, Funnel> funnels;

	private final Map<BucketSize, Window> windows = new EnumMap<>(BucketSize.class);

	private final InstantSource clock;

	private final ThreadPoolExecutor counting;

	private final LongAdder missed = new LongAdder();

	/** Creates the counts and starts their thread. */
	LiveEvents(List<NamePattern> pages, Map<String, Funnel> funnels, VisitorCounter.Factory visitors,
			InstantSource clock) {
		this.pages = List.copyOf(pages);
		this.funnels = new LinkedHashMap<>(funnels);
		for (BucketSize size : BucketSize.values()) {
			this.windows.put(size, new Window(size, () -> new Bucket(visitors.create())));
		}
		this.clock = clock;
		this.counting = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(CAPACITY),
				(task) -> {
					Thread thread = new Thread(task, "cairn-live");
					thread.setDaemon(true);
					return thread;
				}, (task, executor) -> this.missed.increment());
	}

	@Override
	public void published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
		this.counting.execute(() -> count(message));
	}

	private synchronized void count(Message message) {
		Instant now = this.clock.instant();
		double number = 1 / MessageFields.rate(message);
		boolean pageView = isPageView(message);
		String visitor = MessageFields.visitor(message);
		for (Window window : this.windows.values()) {
			Bucket bucket = window.at(now);
			bucket.addEvents(message.type(), number);
			if (pageView) {
				bucket.addPageViews(number);
			}
			if (visitor != null) {
				bucket.addVisitor(visitor);
			}
		}
		if (visitor != null) {
			this.funnels.forEach((name, funnel) -> advance(name, funnel, visitor, message.type(), now));
		}
	}

	private void advance(String name, Funnel funnel, String visitor, String type, Instant now) {
		int step = funnel.advance(visitor, type, now);
		if (step != Funnel.NONE) {
			for (Window window : this.windows.values()) {
				window.at(now).addStep(name, funnel.steps().size(), step, 1);
			}
		}
	}

	/** A page view is a GET request of a page that succeeded or was not modified. */
	private boolean isPageView(Message message) {
		String route = MessageFields.route(message);
		int statusClass = MessageFields.status(message) / 100;
		return message.type().equals(Message.TYPE_HTTP_REQUEST) && "GET".equals(MessageFields.method(message))
				&& (statusClass == 2 || statusClass == 3) && route != null
				&& this.pages.stream().anyMatch((page) -> page.matches(route));
	}

	/** Waits, for a short time, until the messages published so far are counted. */
	void catchUp() {
		if (this.counting.isShutdown()) {
			return;
		}
		CountDownLatch counted = new CountDownLatch(1);
		this.counting.prestartCoreThread();
		try {
			// Not executed, since a full queue would count it as a missed message
			if (this.counting.getQueue().offer(counted::countDown, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
				counted.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Returns the counts of each bucket with events, by its start. */
	synchronized Map<Instant, LiveCounts> counts(BucketSize size) {
		return window(size).counts(this.clock.instant());
	}

	/** Returns the counts of the last minutes, hours or days together. */
	synchronized LiveCounts total(BucketSize size) {
		return window(size).total(this.clock.instant());
	}

	private Window window(BucketSize size) {
		Window window = this.windows.get(size);
		if (window == null) {
			throw new IllegalStateException("No window for " + size);
		}
		return window;
	}

	List<String> steps(String conversion) {
		Funnel funnel = this.funnels.get(conversion);
		return (funnel != null) ? funnel.steps() : List.of();
	}

	/** Returns the number of visitors evicted before their time was over. */
	synchronized Map<String, Long> evicted() {
		Map<String, Long> evicted = new LinkedHashMap<>();
		this.funnels.forEach((name, funnel) -> evicted.put(name, funnel.evicted()));
		return evicted;
	}

	/** Returns the number of messages that are missing in the counts. */
	long missed() {
		return this.missed.sum();
	}

	@Override
	public void close() {
		this.counting.shutdown();
		try {
			if (!this.counting.awaitTermination(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
				this.counting.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.counting.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

}
