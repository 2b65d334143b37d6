package dev.cairn.spring.web.request;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.cairn.Event;
import dev.cairn.Lifecycle;
import dev.cairn.MessageFields;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Text;
import dev.cairn.internal.Threads;
import dev.cairn.spring.web.request.UserAgentParser.ClientSoftware;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ConcurrentLruCache;

/**
 * Adds the software of the client to the message of a request. Parsing can take as long
 * as serving the request, so a thread of its own parses what is not cached, and publishes
 * the message; without the software if too many are waiting.
 */
final class UserAgents implements Lifecycle, AutoCloseable {

	/** The maximum length of a user agent; longer ones are cut. */
	static final int MAX_LENGTH = 512;

	/** One more message is being handled by the thread. */
	private static final int MAX_WAITING = 999;

	private static final int CACHE_SIZE = 2000;

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

	private final OptionalFields fields;

	private final ConcurrentLruCache<String, ClientSoftware> cache;

	private volatile @Nullable ExecutorService executor;

	private boolean stopped;

	UserAgents(OptionalFields fields, UserAgentParser parser, Extensions extensions) {
		this.fields = fields;
		this.cache = new ConcurrentLruCache<>(CACHE_SIZE,
				(userAgent) -> Objects.requireNonNullElse(
						extensions.get("the parser of user agents", () -> parser.parse(userAgent)),
						ClientSoftware.UNKNOWN));
	}

	@Override
	public synchronized void start() {
		if (this.executor == null && !this.stopped) {
			this.executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING),
					(task) -> Threads.helper(task, "cairn-user-agents"));
		}
	}

	/** Adds the fields and publishes the message, now or on another thread. */
	void publish(Event message, RequestFacts request, Consumer<Event> publisher) {
		String header = request.hasConsent() ? request.header("User-Agent") : null;
		if (header == null) {
			publisher.accept(message);
			return;
		}
		String userAgent = Text.cut(header, MAX_LENGTH);
		boolean robot = request.isRobot();
		ExecutorService executor = this.executor;
		if (executor == null || this.cache.contains(userAgent)) {
			parseAndPublish(message, userAgent, robot, publisher);
			return;
		}
		message.timestamp(Instant.now());
		UnitOfWork unit = UnitOfWork.current();
		try {
			executor.execute(() -> {
				try (UnitOfWork.Scope scope = (unit != null) ? unit.open() : null) {
					parseAndPublish(message, userAgent, robot, publisher);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			publisher.accept(message);
		}
	}

	private void parseAndPublish(Event message, String userAgent, boolean robot, Consumer<Event> publisher) {
		if (this.executor != null || this.cache.contains(userAgent)) {
			ClientSoftware software = this.cache.get(userAgent);
			this.fields.add(message, MessageFields.BROWSER, software.browser());
			this.fields.add(message, MessageFields.BROWSER_VERSION, software.browserVersion());
			this.fields.add(message, MessageFields.OS, software.os());
			if (!robot) {
				this.fields.add(message, MessageFields.DEVICE_CLASS, software.deviceClass());
			}
		}
		publisher.accept(message);
	}

	/** Publishes the messages that are waiting, without the client's software. */
	@Override
	public void suspend(Duration timeout) {
		end(false, timeout);
	}

	@Override
	public void stop(Duration timeout) {
		end(true, timeout);
	}

	private void end(boolean forGood, Duration timeout) {
		ExecutorService ending;
		synchronized (this) {
			this.stopped |= forGood;
			ending = this.executor;
			this.executor = null;
		}
		if (ending != null) {
			Threads.shutDown(ending, timeout).forEach(Runnable::run);
		}
	}

	@Override
	public void close() {
		stop(CLOSE_TIMEOUT);
	}

}
