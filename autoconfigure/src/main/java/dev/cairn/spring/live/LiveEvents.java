package dev.cairn.spring.live;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import dev.cairn.Message;
import dev.cairn.MessageListener;
import dev.cairn.NamePattern;

/**
 * Counts what is published, by minute, hour and day, on a thread of its own. Who
 * publishes pays for a place in its queue; what does not fit is missed, and that is
 * counted.
 */
public final class LiveEvents implements MessageListener, AutoCloseable {

	private static final int CAPACITY = 10_000;

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private static final int FIRST_SHOWN = 200;

	private static final int FIRST_NOT_SHOWN = 400;

	private final List<NamePattern> pages;

	private final Map<String, Funnel> funnels = new LinkedHashMap<>();

	private final Map<Period, Window> windows = new EnumMap<>(Period.class);

	private final Clock clock;

	private final ThreadPoolExecutor counting;

	private final LongAdder missed = new LongAdder();

	/**
	 * Create it and start its thread.
	 * @param pages routes that are pages
	 * @param mostTypes how many types of messages are told apart
	 * @param conversions the conversions by name
	 * @param remembered how many visitors each conversion remembers
	 * @param audiences count visitors
	 * @param clock knows the time
	 */
	public LiveEvents(List<NamePattern> pages, int mostTypes, Map<String, Conversion> conversions, int remembered,
			Audiences audiences, Clock clock) {
		this.pages = List.copyOf(pages);
		conversions.forEach((name, conversion) -> this.funnels.put(name, new Funnel(conversion, remembered)));
		Supplier<Slot> slots = () -> new Slot(mostTypes, audiences.create());
		for (Period period : Period.values()) {
			this.windows.put(period, new Window(period, slots));
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
	public void published(Message message) {
		this.counting.execute(() -> count(message));
	}

	private synchronized void count(Message message) {
		Instant now = this.clock.instant();
		double number = (message.fields().get("rate") instanceof Number rate) ? 1 / rate.doubleValue() : 1;
		boolean pageView = isPageView(message);
		String visitor = (message.fields().get("visitor") instanceof String text) ? text : null;
		for (Window window : this.windows.values()) {
			Slot slot = window.at(now);
			slot.event(message.type(), number);
			slot.pageViews(pageView ? number : 0);
			if (visitor != null) {
				slot.visitor(visitor);
			}
		}
		if (visitor != null) {
			this.funnels.forEach((name, funnel) -> step(name, funnel, visitor, message.type(), now));
		}
	}

	private void step(String name, Funnel funnel, String visitor, String type, Instant now) {
		int step = funnel.step(visitor, type, now);
		if (step != Funnel.NONE) {
			for (Window window : this.windows.values()) {
				window.at(now).step(name, funnel.conversion().steps().size(), step, 1);
			}
		}
	}

	private boolean isPageView(Message message) {
		if (!message.type().equals(Message.TYPE_HTTP_REQUEST)) {
			return false;
		}
		Map<String, ?> fields = message.fields();
		return "GET".equals(fields.get("method")) && fields.get("status") instanceof Number status
				&& status.intValue() >= FIRST_SHOWN && status.intValue() < FIRST_NOT_SHOWN
				&& fields.get("route") instanceof String route
				&& this.pages.stream().anyMatch((page) -> page.matches(route));
	}

	/**
	 * Wait a little until what was published so far is counted.
	 */
	public void catchUp() {
		CountDownLatch counted = new CountDownLatch(1);
		this.counting.execute(counted::countDown);
		try {
			counted.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Return what happened in each minute, hour or day in which something did.
	 * @param period how time is divided
	 * @return the counts by the start of the time
	 */
	public synchronized Map<Instant, LiveCounts> counts(Period period) {
		return window(period).counts(this.clock.instant());
	}

	/**
	 * Return what happened in the last minutes, hours or days together.
	 * @param period how time is divided
	 * @return the counts
	 */
	public synchronized LiveCounts total(Period period) {
		window(period).at(this.clock.instant());
		return window(period).total();
	}

	private Window window(Period period) {
		Window window = this.windows.get(period);
		if (window == null) {
			throw new IllegalStateException("there is no window for " + period);
		}
		return window;
	}

	/**
	 * Return the steps of a conversion.
	 * @param conversion its name
	 * @return types of events
	 */
	public List<String> steps(String conversion) {
		Funnel funnel = this.funnels.get(conversion);
		return (funnel != null) ? funnel.conversion().steps() : List.of();
	}

	/**
	 * Return how many visitors gave way to others before their time was over.
	 * @return the numbers by the name of the conversion
	 */
	public synchronized Map<String, Long> forgotten() {
		Map<String, Long> forgotten = new LinkedHashMap<>();
		this.funnels.forEach((name, funnel) -> forgotten.put(name, funnel.forgotten()));
		return forgotten;
	}

	/**
	 * Return how many messages came faster than they were counted.
	 * @return the number of those that are missing in the counts
	 */
	public long missed() {
		return this.missed.sum();
	}

	@Override
	public void close() {
		this.counting.shutdown();
		try {
			if (!this.counting.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				this.counting.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.counting.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

}
