package dev.cairn.spring.web.request;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.cairn.Event;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.ConcurrentLruCache;

/**
 * Adds to the message of a request with what software the client asks. To read a user
 * agent takes about as long as to serve a request, so what is not remembered is read on a
 * thread of its own, which then publishes the message. When more are waiting than fit, a
 * message goes without.
 */
public final class UserAgents implements AutoCloseable {

	/** What is longer is cut. */
	static final int LONGEST = 512;

	private static final Logger logger = LoggerFactory.getLogger(UserAgents.class);

	private static final int MOST_WAITING = 1000;

	private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(1);

	private final Consent consent;

	private final ConcurrentLruCache<String, ClientSoftware> known;

	private final ThreadPoolExecutor reading;

	private final AtomicBoolean failed = new AtomicBoolean();

	private volatile boolean closing;

	/**
	 * Create it and start its thread.
	 * @param consent knows whether the client lets itself be described
	 * @param parser reads user agents
	 * @param remembered how many are remembered
	 */
	public UserAgents(Consent consent, UserAgentParser parser, int remembered) {
		this.consent = consent;
		this.known = new ConcurrentLruCache<>(remembered, (userAgent) -> parse(parser, userAgent));
		// One more is in the hands of the thread
		this.reading = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING - 1),
				(task) -> {
					Thread thread = new Thread(task, "cairn-user-agents");
					thread.setDaemon(true);
					return thread;
				});
	}

	private ClientSoftware parse(UserAgentParser parser, String userAgent) {
		try {
			return parser.parse(userAgent);
		}
		catch (RuntimeException | StackOverflowError ex) {
			if (this.failed.compareAndSet(false, true)) {
				logger.warn("Cairn: a user agent could not be read; further failures are not logged", ex);
			}
			return ClientSoftware.UNKNOWN;
		}
	}

	/**
	 * Describe the client and publish the message, here or a little later.
	 */
	void describe(HttpServletRequest request, Event message, Consumer<Event> publisher) {
		String header = this.consent.isGiven(request) ? request.getHeader("User-Agent") : null;
		if (header == null) {
			publisher.accept(message);
			return;
		}
		String userAgent = (header.length() > LONGEST) ? header.substring(0, LONGEST) : header;
		Waiting item = new Waiting(message, userAgent, publisher);
		if (this.known.contains(userAgent)) {
			publish(item);
			return;
		}
		message.timestamp(Instant.now());
		try {
			this.reading.execute(() -> publish(item));
		}
		catch (RejectedExecutionException ex) {
			publisher.accept(message);
		}
	}

	private void publish(Waiting item) {
		if (!this.closing || this.known.contains(item.userAgent())) {
			this.known.get(item.userAgent()).addTo(item.message());
		}
		item.publisher().accept(item.message());
	}

	/** What still waits is published without having been read. */
	@Override
	public void close() {
		this.closing = true;
		this.reading.shutdown();
		try {
			if (!this.reading.awaitTermination(TIME_TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
				this.reading.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.reading.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

	private record Waiting(Event message, String userAgent, Consumer<Event> publisher) {
	}

}
