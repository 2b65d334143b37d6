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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
 * Counts published messages by minute, hour and day. One thread counts and reads, so that
 * counters of the application are never called under a lock. A publisher only adds its
 * message to a queue. Messages that do not fit are missed, and counted as such.
 */
final class LiveEvents implements SignalListener, Lifecycle, AutoCloseable {

	private static final int CAPACITY = 10_000;

	private static final int NOT_MODIFIED = 304;

	private static final String TEXT = "text/plain";

	private static final Set<String> PAGES = Set.of("text/html", "application/xhtml+xml");

	private static final String STATIC_FILES = "/**";

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final WarnOnce warnings = new WarnOnce(LoggerFactory.getLogger(LiveEvents.class));

	private final List<NamePattern> pages;

	private final Map<String, Funnel> funnels;

	private final People people;

	private final Map<BucketSize, Window> windows = new EnumMap<>(BucketSize.class);

	private final InstantSource clock;

	private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(CAPACITY);

	private final LongAdder missed = new LongAdder();

	/** Guards the changes of the thread. */
	private final Object lifecycle = new Object();

	private volatile @Nullable Thread counting;

	private volatile boolean stopped;

	LiveEvents(List<NamePattern> pages, Map<String, Funnel> funnels, int maxPeople, VisitorCounter.Factory visitors,
			InstantSource clock) {
		this.pages = List.copyOf(pages);
		this.funnels = new LinkedHashMap<>(funnels);
		this.people = new People(maxPeople,
				(id, person) -> this.funnels.values().forEach((funnel) -> funnel.join(id, person)));
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
				this.warnings.warn("count", () -> "failed to count an event: " + ex);
			}
		}
	}

	@Override
	public void published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
		if (this.stopped || !this.waiting.offer(() -> count(message))) {
			this.missed.increment();
		}
	}

	private void count(Message message) {
		Instant now = this.clock.instant();
		double number = 1 / MessageFields.rate(message);
		boolean robot = MessageFields.isRobot(message);
		boolean pageView = !robot && isPageView(message);
		for (Window window : this.windows.values()) {
			Bucket bucket = window.at(now);
			bucket.addEvents(message.type(), number);
			if (pageView) {
				bucket.addPageViews(number);
			}
			if (robot) {
				bucket.addRobots(number);
			}
		}
		String person = robot ? null : person(message, BucketSize.DAY.indexOf(now));
		if (person != null) {
			this.funnels.forEach((name, funnel) -> advance(name, funnel, person, message.type(), now));
			// The counter may be the application's and fail, so it comes last
			this.windows.values().forEach((window) -> window.at(now).addVisitor(person));
		}
	}

	private @Nullable String person(Message message, long day) {
		String person = this.people.of(MessageFields.visitor(message), MessageFields.userId(message), day);
		String alias = message.type().equals(Message.TYPE_VISITOR_ALIASED) ? MessageFields.alias(message) : null;
		if (person != null && alias != null) {
			this.people.alias(alias, person, day);
		}
		return person;
	}

	private void advance(String name, Funnel funnel, String visitor, String type, Instant now) {
		int step = funnel.advance(visitor, type, now);
		if (step != Funnel.NONE) {
			this.windows.values().forEach((window) -> window.at(now).addStep(name, funnel.steps(), step, 1));
		}
	}

	/**
	 * A page view is a GET request for a page that succeeded or was not modified.
	 */
	private boolean isPageView(Message message) {
		String route = MessageFields.route(message);
		int status = MessageFields.status(message);
		return message.type().equals(Message.TYPE_HTTP_REQUEST) && "GET".equals(MessageFields.method(message))
				&& (status / 100 == 2 || status == NOT_MODIFIED) && route != null && isPage(message, route)
				&& this.pages.stream().anyMatch((page) -> page.matches(route));
	}

	/** Other files than pages have their own types, or the route of static files. */
	private static boolean isPage(Message message, String route) {
		String type = MessageFields.contentType(message);
		boolean unknown = type == null || TEXT.equals(type);
		return unknown ? !route.endsWith(STATIC_FILES) : PAGES.contains(type);
	}

	/**
	 * Returns the counts of all messages published so far.
	 * @param sizes the sizes of the buckets
	 * @param sketches whether to describe visitors such that they can be added to others
	 * @param timeout the maximum time to wait for the thread that counts
	 * @return the counts
	 * @throws IllegalStateException if the thread does not run, or the time is over
	 */
	Counts counts(List<BucketSize> sizes, boolean sketches, Duration timeout) {
		FutureTask<Counts> reading = new FutureTask<>(() -> describe(sizes, sketches));
		long deadline = Threads.deadline(timeout);
		try {
			if (this.counting == null) {
				throw new IllegalStateException(
						"Events are not counted while the application is suspended or stopped.");
			}
			if (this.waiting.offer(reading, timeout.toMillis(), TimeUnit.MILLISECONDS)) {
				return reading.get(Threads.left(deadline).toMillis(), TimeUnit.MILLISECONDS);
			}
		}
		catch (TimeoutException ex) {
			reading.cancel(false);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Failed to read the counts of events: " + ex.getCause(), ex.getCause());
		}
		catch (InterruptedException ex) {
			reading.cancel(false);
			Thread.currentThread().interrupt();
		}
		throw new IllegalStateException(
				"The counts of events could not be read within %d ms. A counter of visitors blocks, "
					.formatted(timeout.toMillis()) + "or the machine is busy.");
	}

	private Counts describe(List<BucketSize> sizes, boolean sketches) {
		Instant now = this.clock.instant();
		Map<BucketSize, WindowDescriptor> described = new EnumMap<>(BucketSize.class);
		sizes.forEach(
				(size) -> described.put(size, Objects.requireNonNull(this.windows.get(size)).describe(now, sketches)));
		Map<String, Long> evicted = new LinkedHashMap<>();
		this.funnels.forEach((name, funnel) -> evicted.put(name, funnel.evicted()));
		return new Counts(described, evicted);
	}

	/** Returns the number of messages that are missing in the counts. */
	long missed() {
		return this.missed.sum();
	}

	private void awaitCounted(Duration timeout) {
		try {
			counts(List.of(), false, timeout);
		}
		catch (IllegalStateException ex) {
			// It does not count, or the rest is missed
		}
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
		long deadline = Threads.deadline(timeout);
		awaitCounted(timeout);
		suspend(Threads.left(deadline));
		this.missed.add(this.waiting.drainTo(new ArrayList<>()));
	}

	@Override
	public void close() {
		stop(TIMEOUT);
	}

	/**
	 * The counts at one time.
	 *
	 * @param windows the counts by the size of the buckets
	 * @param evicted the number of visitors evicted before their time was over, by
	 * conversion
	 */
	record Counts(Map<BucketSize, WindowDescriptor> windows, Map<String, Long> evicted) {
	}

}
