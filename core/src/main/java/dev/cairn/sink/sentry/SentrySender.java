package dev.cairn.sink.sentry;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.incident.Incidents;
import dev.cairn.sink.BatchSender;
import dev.cairn.sink.Delivery;
import io.sentry.IScopes;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.SpanContext;
import io.sentry.SpanId;
import io.sentry.TracesSamplingDecision;
import io.sentry.protocol.SentryId;
import io.sentry.util.HintUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Sends messages to Sentry through its own client, with the scopes of the thread that
 * reported the failure, so that user, request, breadcrumbs, event processors and
 * {@code before-send} go on working. A message counts as delivered when Sentry's server
 * has taken it, as filtered when the client's rules did not want it. The id of the event
 * is the id of the incident.
 */
public final class SentrySender implements BatchSender<Message> {

	/** The context under which the fields of the message stand. */
	private static final String CONTEXT = "cairn";

	/**
	 * Sentry's transport gives up a connection after 5 seconds, unless told otherwise.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(15);

	private final Supplier<IScopes> scopes;

	/** The events of the batch that is being tried again. */
	private final Map<Delivery<Message>, SentryEvent> tried = new IdentityHashMap<>();

	/**
	 * Create a sender.
	 * @param scopes returns the scopes of the calling thread, such as
	 * {@code Sentry::getCurrentScopes}
	 */
	public SentrySender(Supplier<IScopes> scopes) {
		this.scopes = scopes;
	}

	@Override
	public @Nullable Object snapshot(Message message) {
		IScopes current = this.scopes.get();
		return new Snapshot(current, contextTags(current));
	}

	private static Map<String, String> contextTags(IScopes scopes) {
		List<String> names = scopes.getOptions().getContextTags();
		if (names.isEmpty()) {
			return Map.of();
		}
		Map<String, String> tags = new HashMap<>();
		for (String name : names) {
			String value = MDC.get(name);
			if (value != null) {
				tags.put(name, value);
			}
		}
		return tags;
	}

	@Override
	public void send(List<Delivery<Message>> batch) throws Exception {
		this.tried.keySet().retainAll(batch);
		List<Submission> submissions = new ArrayList<>(batch.size());
		boolean turnedAway = false;
		for (Delivery<Message> delivery : batch) {
			SubmissionOutcome outcome = submit(delivery);
			if (outcome != null && outcome.isTurnedAway()) {
				turnedAway = true;
				break;
			}
			if (outcome != null) {
				submissions.add(new Submission(delivery, outcome));
			}
		}
		boolean failed = false;
		for (Submission submission : submissions) {
			if (submission.outcome().await(PATIENCE)) {
				submission.delivery().delivered();
				this.tried.remove(submission.delivery());
			}
			else {
				failed = true;
			}
		}
		if (failed) {
			throw new IOException("Sentry's server did not take the event");
		}
		if (turnedAway) {
			throw new IOException("the queue of Sentry's transport is full");
		}
	}

	/** Return what will tell the outcome, or {@code null} when it is settled already. */
	private @Nullable SubmissionOutcome submit(Delivery<Message> delivery) {
		Snapshot snapshot = (Snapshot) delivery.snapshot();
		IScopes current = (snapshot != null) ? snapshot.scopes() : this.scopes.get();
		if (!current.isEnabled()) {
			delivery.drop(DropReason.SHUTDOWN, "Sentry's client is closed");
			return null;
		}
		SubmissionOutcome outcome = new SubmissionOutcome();
		SentryId id = current.captureEvent(event(delivery, snapshot), HintUtils.createWithTypeCheckHint(outcome));
		if (SentryId.EMPTY_ID.equals(id)) {
			this.tried.remove(delivery);
			delivery.filtered();
			return null;
		}
		return outcome;
	}

	private SentryEvent event(Delivery<Message> delivery, @Nullable Snapshot snapshot) {
		SentryEvent known = this.tried.get(delivery);
		if (known != null) {
			// The client has described the throwable; seeing it again it would drop a
			// duplicate
			known.setThrowable(null);
			return known;
		}
		SentryEvent event = event(delivery.item());
		if (snapshot != null) {
			snapshot.tags().forEach(event::setTag);
		}
		this.tried.put(delivery, event);
		return event;
	}

	private static SentryEvent event(Message message) {
		SentryEvent event = new SentryEvent(Date.from(message.timestamp()));
		event.setEventId(new SentryId(eventId(message)));
		event.setThrowable(message.thrown());
		event.setLevel(level(message.severity()));
		event.setLogger(message.logger());
		if (message.thrown() == null) {
			io.sentry.protocol.Message text = new io.sentry.protocol.Message();
			text.setFormatted(message.payload().isEmpty() ? message.type() : message.payload());
			event.setMessage(text);
		}
		if (message.fields().get("method") instanceof String method
				&& message.fields().get("route") instanceof String route) {
			event.setTransaction(method + " " + route);
		}
		if (message.origin().release() != null) {
			event.setRelease(message.origin().release());
		}
		Trace trace = message.trace();
		if (trace != null) {
			event.getContexts()
				.setTrace(new SpanContext(new SentryId(trace.traceId()), new SpanId(trace.spanId()), message.type(),
						null, new TracesSamplingDecision(trace.sampled())));
		}
		Map<String, @Nullable Object> context = new HashMap<>(message.fields());
		context.put("message_id", message.id());
		event.getContexts().put(CONTEXT, context);
		return event;
	}

	private static String eventId(Message message) {
		return (message.fields().get(Incidents.ERROR_ID) instanceof String errorId) ? errorId
				: message.id().replace("-", "");
	}

	private static SentryLevel level(Severity severity) {
		return switch (severity) {
			case EMERGENCY, ALERT, CRITICAL -> SentryLevel.FATAL;
			case ERROR -> SentryLevel.ERROR;
			case WARNING -> SentryLevel.WARNING;
			case NOTICE, INFORMATIONAL -> SentryLevel.INFO;
			case DEBUG -> SentryLevel.DEBUG;
		};
	}

	private record Snapshot(IScopes scopes, Map<String, String> tags) {
	}

	private record Submission(Delivery<Message> delivery, SubmissionOutcome outcome) {
	}

}
