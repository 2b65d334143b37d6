package dev.cairn;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a message, in the order in which it goes: route, sample, build, filter,
 * enrich, offer. The cheap no comes first; every message that is offered to a channel
 * ends in exactly one outcome of its account.
 */
final class Engine implements Cairn {

	private static final Logger logger = LoggerFactory.getLogger(Cairn.class);

	/** The channel of messages that no route takes. */
	private static final String UNROUTED = "unrouted";

	/** A trace id is decided by its last 56 bits, which W3C Trace Context has random. */
	private static final int TRACE_DIGITS = 14;

	private static final double TRACE_RANGE = 0x1p56;

	/** How much longer than its time a sink may take to close. */
	private static final Duration CLOSE_GRACE = Duration.ofSeconds(1);

	private final Origin origin;

	private final Ledger ledger;

	private final List<Sink<Message>> sinks;

	private final Router router;

	private final Sampler sampler;

	private final TraceSource trace;

	private final List<MessageFilter> filters;

	private final List<MessageEnricher> enrichers;

	private final Redactor redactor;

	private final Limits limits;

	private final IncidentRecorder incidents;

	private final RecentMessages recent;

	private final Duration closeTimeout;

	private final AtomicBoolean closed = new AtomicBoolean();

	private final OnceLog failures = new OnceLog(logger);

	Engine(CairnBuilder builder) {
		this.origin = builder.origin;
		this.ledger = builder.ledger;
		this.sinks = List.copyOf(builder.sinks.values());
		this.router = new Router(builder.routes, builder.sinks);
		this.sampler = builder.sampler;
		this.trace = builder.trace;
		this.filters = List.copyOf(builder.filters);
		this.enrichers = List.copyOf(builder.enrichers);
		this.redactor = builder.redactor;
		this.limits = builder.limits;
		this.incidents = builder.incidents;
		this.recent = new RecentMessages(builder.recentSize);
		this.closeTimeout = builder.closeTimeout;
	}

	@Override
	public Cairn install() {
		GlobalCairn.INSTANCE.install(this);
		if (this.closed.get()) {
			GlobalCairn.INSTANCE.uninstall(this);
		}
		return this;
	}

	@Override
	public Event event(String type) {
		Message.checkType(type);
		if (Message.RESERVED_TYPES.contains(type)) {
			throw new IllegalArgumentException(
					"type '" + type + "' is reserved for Cairn's own messages; name the event otherwise");
		}
		return new Draft(this, newMessage(type));
	}

	@Override
	public Event message(String type) {
		return new Draft(this, newMessage(Message.checkType(type)));
	}

	private Message.Builder newMessage(String type) {
		return new Message.Builder(type, this.origin, this.limits, this.redactor);
	}

	@Override
	public @Nullable String capture(Throwable thrown, Map<String, ?> context) {
		Objects.requireNonNull(thrown, "thrown must not be null");
		Objects.requireNonNull(context, "context must not be null");
		try {
			Event report = message(Message.TYPE_EXCEPTION).severity(Severity.ERROR)
				.category(Category.QUALITY)
				.fields(context)
				.thrown(thrown);
			return this.incidents.record(thrown, report);
		}
		catch (Throwable ex) {
			failed("capturing a failure", ex);
			return null;
		}
	}

	/**
	 * Send a message on its way.
	 * @return its id, or {@code null} when no sink accepted it
	 */
	@Nullable String publish(Message.Builder draft, double requestedRate) {
		List<Sink<Message>> targets = this.router.route(draft.type(), draft.loggerOrService(), draft.severity());
		if (targets.isEmpty()) {
			Ledger.Channel unrouted = this.ledger.channel(UNROUTED);
			unrouted.offered();
			unrouted.dropped(DropReason.NO_ROUTE);
			return null;
		}
		for (Sink<Message> target : targets) {
			target.channel().offered();
		}
		Message message;
		try {
			if (!sample(draft, requestedRate)) {
				targets.forEach((target) -> target.channel().sampledOut());
				return null;
			}
			message = draft.build();
			if (!accept(message)) {
				targets.forEach((target) -> target.channel().filtered());
				return null;
			}
			message = enrich(draft, message);
		}
		catch (Throwable ex) {
			// No lambda: at the end of the stack there is room for little more than a
			// count
			for (Sink<Message> target : targets) {
				target.channel().dropped(DropReason.ERROR);
			}
			failed("publishing a message", ex);
			return null;
		}
		boolean accepted = offer(message, targets);
		this.recent.add(message, accepted);
		return accepted ? message.id() : null;
	}

	private boolean sample(Message.Builder draft, double requestedRate) {
		double rate = rate(draft, requestedRate);
		if (rate <= 0) {
			return false;
		}
		if (draft.trace() == null) {
			draft.trace(activeTrace());
		}
		if (rate >= 1) {
			return true;
		}
		draft.sampledAt(rate);
		return draw(draft.trace()) < rate;
	}

	private double rate(Message.Builder draft, double requestedRate) {
		try {
			double rate = this.sampler.rate(draft.type(), draft.severity(), requestedRate);
			if (!Double.isNaN(rate)) {
				return rate;
			}
			throw new IllegalStateException("the rate is no number");
		}
		catch (Throwable ex) {
			failed("the sampler", ex);
			return requestedRate;
		}
	}

	private @Nullable Trace activeTrace() {
		try {
			return this.trace.current();
		}
		catch (Throwable ex) {
			failed("asking for the active trace", ex);
			return null;
		}
	}

	/** Return a number in [0, 1), the same for everything in one trace. */
	private static double draw(@Nullable Trace trace) {
		if (trace == null) {
			return ThreadLocalRandom.current().nextDouble();
		}
		String id = trace.traceId();
		return HexFormat.fromHexDigitsToLong(id, id.length() - TRACE_DIGITS, id.length()) / TRACE_RANGE;
	}

	private boolean accept(Message message) {
		for (MessageFilter filter : this.filters) {
			try {
				if (!filter.accept(message)) {
					return false;
				}
			}
			catch (Throwable ex) {
				failed("filter " + filter.getClass().getName(), ex);
			}
		}
		return true;
	}

	private Message enrich(Message.Builder draft, Message message) {
		if (this.enrichers.isEmpty()) {
			return message;
		}
		for (MessageEnricher enricher : this.enrichers) {
			try {
				enricher.enrich(draft);
			}
			catch (Throwable ex) {
				failed("enricher " + enricher.getClass().getName(), ex);
			}
		}
		return draft.build();
	}

	private boolean offer(Message message, List<Sink<Message>> targets) {
		boolean accepted = false;
		for (Sink<Message> target : targets) {
			try {
				accepted |= target.offer(message);
			}
			catch (Throwable ex) {
				target.channel().dropped(DropReason.ERROR);
				failed("sink " + target.channel().name(), ex);
			}
		}
		return accepted;
	}

	/** Errors too: a broken extension must not break the application that it watches. */
	private void failed(String what, Throwable ex) {
		this.ledger.failed(what);
		this.failures.warn(what, ex);
	}

	@Override
	public Ledger ledger() {
		return this.ledger;
	}

	@Override
	public List<Recent> recent() {
		return this.recent.newestFirst();
	}

	@Override
	public boolean flush(Duration timeout) {
		long deadline = System.nanoTime() + nanos(timeout);
		boolean flushed = true;
		for (Sink<Message> sink : this.sinks) {
			flushed &= flush(sink, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
		}
		return flushed;
	}

	private boolean flush(Sink<Message> sink, Duration timeout) {
		try {
			return sink.flush(timeout);
		}
		catch (Throwable ex) {
			failed("flushing the sink " + sink.channel().name(), ex);
			return false;
		}
	}

	/** All sinks at once: one that hangs must not take the time of the others. */
	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		GlobalCairn.INSTANCE.uninstall(this);
		List<Thread> closers = new ArrayList<>(this.sinks.size());
		for (Sink<Message> sink : this.sinks) {
			Thread closer = new Thread(() -> close(sink), "cairn-close-" + sink.channel().name());
			closer.setDaemon(true);
			closer.start();
			closers.add(closer);
		}
		await(closers, System.nanoTime() + nanos(this.closeTimeout.plus(CLOSE_GRACE)));
	}

	/** Also where the caller is interrupted: what is held would be lost otherwise. */
	private void await(List<Thread> closers, long deadline) {
		boolean interrupted = false;
		for (Thread closer : closers) {
			long left = deadline - System.nanoTime();
			while (left > 0 && closer.isAlive()) {
				try {
					TimeUnit.NANOSECONDS.timedJoin(closer, left);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
				left = deadline - System.nanoTime();
			}
			if (closer.isAlive()) {
				logger.warn("Cairn: {} did not end in time and is left behind", closer.getName());
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private void close(Sink<Message> sink) {
		try {
			sink.close(this.closeTimeout);
		}
		catch (Throwable ex) {
			failed("closing the sink " + sink.channel().name(), ex);
		}
	}

	/** Clamped rather than refused: "for ever" is a fair answer to how long to wait. */
	private static long nanos(Duration duration) {
		return TimeUnit.NANOSECONDS.convert(duration);
	}

}
