package dev.cairn.spring.live;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.Lifecycle;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.NamePattern;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Threads;
import dev.cairn.internal.WarnOnce;
import dev.cairn.spring.live.CairnEventsEndpoint.WindowDescriptor;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Counts published messages by minute, hour and day on a thread of its own. A publisher
 * only adds its message to a queue. Messages that do not fit are missed, and counted as
 * such.
 */
final class LiveEvents implements SignalListener, Lifecycle, AutoCloseable {

	private static final int CAPACITY = 10_000;

	private static final int NOT_MODIFIED = 304;

	private static final String ROBOT = "robot";

	private static final String TEXT = "text/plain";

	private static final Set<String> PAGES = Set.of("text/html", "application/xhtml+xml");

	private static final String STATIC_FILES = "/**";

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final WarnOnce warnings = new WarnOnce(LoggerFactory.getLogger(LiveEvents.class));

	private final List<NamePattern> pages;

	private final Map<String, Funnel> funnels;

	private final Map<BucketSize, Window> windows = new EnumMap<>(BucketSize.class);

	private final InstantSource clock;

	private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(CAPACITY);

	private final LongAdder missed = new LongAdder();

	/** Guards the changes of the thread. */
	private final Object lifecycle = new Object();

	private volatile @Nullable Thread counting;

	private volatile boolean stopped;

	LiveEvents(List<NamePattern> pages, Map<String, Funnel> funnels, VisitorCounter.Factory visitors,
			InstantSource clock) {
		this.pages = List.copyOf(pages);
		this.funnels = new LinkedHashMap<>(funnels);
		for (BucketSize size : BucketSize.values()) {
			this.windows.put(size, new Window(size, visitors));
		}
		this.clock = clock;
	}

	@Override
	public void start() {
		synchronized (this.lifecycle) {
			if (this.counting == null && !this.stopped) {
				Thread thread = Threads.daemon(this::run, "cairn-live");
				this.counting = thread;
				thread.start();
			}
		}
	}

	private void run() {
		while (this.counting == Thread.currentThread()) {
			try {
				this.waiting.take().run();
			}
			catch (InterruptedException ex) {
				// Ends if it is suspended
			}
			catch (Throwable ex) {
				this.missed.increment();
				this.warnings.warn("count", () -> "Failed to count an event: " + ex);
			}
		}
	}

	@Override
	public void published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
		if (this.stopped || !this.waiting.offer(() -> count(message))) {
			this.missed.increment();
		}
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
		}
		if (visitor != null) {
			this.funnels.forEach((name, funnel) -> advance(name, funnel, visitor, message.type(), now));
			// The counter may be the application's and fail, so it comes last
			this.windows.values().forEach((window) -> window.at(now).addVisitor(visitor));
		}
	}

	private void advance(String name, Funnel funnel, String visitor, String type, Instant now) {
		int step = funnel.advance(visitor, type, now);
		if (step != Funnel.NONE) {
			this.windows.values().forEach((window) -> window.at(now).addStep(name, funnel.steps(), step, 1));
		}
	}

	/**
	 * A page view is a GET request of a person for a page that succeeded or was not
	 * modified.
	 */
	private boolean isPageView(Message message) {
		String route = MessageFields.route(message);
		int status = MessageFields.status(message);
		return message.type().equals(Message.TYPE_HTTP_REQUEST) && "GET".equals(MessageFields.method(message))
				&& (status / 100 == 2 || status == NOT_MODIFIED) && route != null && isPage(message, route)
				&& !ROBOT.equals(message.fields().get(MessageFields.DEVICE_CLASS))
				&& this.pages.stream().anyMatch((page) -> page.matches(route));
	}

	/** Other files than pages have their own types, or the route of static files. */
	private static boolean isPage(Message message, String route) {
		Object type = message.fields().get(MessageFields.CONTENT_TYPE);
		boolean unknown = type == null || TEXT.equals(type);
		return unknown ? !route.endsWith(STATIC_FILES) : PAGES.contains(type);
	}

	/** Waits, for a short time, until the messages published so far are counted. */
	void catchUp() {
		catchUp(TIMEOUT);
	}

	void catchUp(Duration timeout) {
		CountDownLatch counted = new CountDownLatch(1);
		try {
			if (this.counting != null
					&& this.waiting.offer(counted::countDown, timeout.toMillis(), TimeUnit.MILLISECONDS)) {
				counted.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Returns the counts of the last minutes, hours or days. */
	synchronized WindowDescriptor describe(BucketSize size) {
		return Objects.requireNonNull(this.windows.get(size)).describe(this.clock.instant());
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
	public void suspend(Duration timeout) {
		Thread ended;
		synchronized (this.lifecycle) {
			ended = this.counting;
			this.counting = null;
		}
		if (ended != null) {
			ended.interrupt();
			Threads.join(ended, Threads.deadline(timeout));
		}
	}

	@Override
	public void stop(Duration timeout) {
		this.stopped = true;
		catchUp(timeout);
		suspend(timeout);
		this.missed.add(this.waiting.drainTo(new ArrayList<>()));
	}

	@Override
	public void close() {
		stop(TIMEOUT);
	}

}
