package dev.cairn.spring.error;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.MessageFields;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.ErrorMessage;

/**
 * Captures the failures that arrive at the error channel of Spring Integration, before
 * its subscribers. By default, one of them logs the stack trace as a text. The handling
 * of a failure that belongs to no other work is a unit of work, in the trace of the
 * message that has failed, so that what the subscribers report has its ids.
 */
final class ErrorChannelFailures implements ChannelInterceptor {

	static final String CHANNEL = "errorChannel";

	private static final String GUARDED = "a failure of a channel";

	/** The headers of a message of Kafka, and the fields of a listener's failure. */
	private static final Map<String, String> FIELDS = Map.of("kafka_receivedTopic", MessageFields.KAFKA_TOPIC,
			"kafka_receivedPartitionId", MessageFields.KAFKA_PARTITION, "kafka_offset", MessageFields.KAFKA_OFFSET,
			"kafka_groupId", MessageFields.KAFKA_GROUP);

	private static final UnitOfWork.Key<Handling> HANDLING = new UnitOfWork.Key<>("handling");

	private final Cairn cairn;

	private final Incidents incidents;

	private final Signals signals;

	private final Extensions extensions;

	ErrorChannelFailures(Cairn cairn, Incidents incidents, Signals signals, Extensions extensions) {
		this.cairn = cairn;
		this.incidents = incidents;
		this.signals = signals;
		this.extensions = extensions;
	}

	@Override
	public Message<?> preSend(Message<?> message, MessageChannel channel) {
		Handling handling = Handling.current();
		if (handling != null) {
			handling.depth++;
		}
		if (message.getPayload() instanceof Throwable thrown) {
			this.extensions.guard(GUARDED, () -> failed(message, thrown));
		}
		return message;
	}

	private void failed(Message<?> message, Throwable thrown) {
		Throwable cause = unwrap(thrown);
		if (!this.incidents.isFailure(cause)) {
			return;
		}
		Message<?> failed = failedMessage(message, thrown);
		UnitOfWork current = UnitOfWork.current();
		if (current == null || current.outcome() != null) {
			UnitOfWork unit = this.signals.prepare(UnitOfWork.Kind.RECORD, CHANNEL, (name) -> header(failed, name));
			unit.set(HANDLING, new Handling(unit.open()));
			unit.begin(this.signals.read((name) -> header(failed, name)));
			current = unit;
		}
		current.attribute(UnitOfWork.HANDED_OVER, ConcurrentHashMap::new).put(Thread.currentThread(), cause);
		this.cairn.capture(cause, (report) -> describe(report, failed));
	}

	/** Removes the exceptions that only report which message and handler have failed. */
	private static Throwable unwrap(Throwable thrown) {
		return Throwables.chain(thrown)
			.stream()
			.map(Throwables::unwrap)
			.filter((each) -> !(each instanceof MessagingException) || Throwables.cause(each) == null)
			.findFirst()
			.orElse(thrown);
	}

	private static Message<?> failedMessage(Message<?> message, Throwable thrown) {
		Message<?> failed = (thrown instanceof MessagingException exception) ? exception.getFailedMessage() : null;
		if (failed == null && message instanceof ErrorMessage error) {
			failed = error.getOriginalMessage();
		}
		return (failed != null) ? failed : message;
	}

	private static @Nullable String header(Message<?> message, String name) {
		Object value = message.getHeaders().get(name);
		return (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8)
				: (value != null) ? value.toString() : null;
	}

	private static void describe(Event report, Message<?> failed) {
		report.field(MessageFields.HANDLED, false);
		FIELDS.forEach((header, field) -> {
			Object value = failed.getHeaders().get(header);
			if (value != null) {
				report.field(field, value);
			}
		});
	}

	/** Other interceptors may have replaced the message. */
	@Override
	public void afterSendCompletion(Message<?> message, MessageChannel channel, boolean sent, @Nullable Exception ex) {
		UnitOfWork unit = UnitOfWork.current();
		if (unit == null) {
			return;
		}
		Map<Thread, Throwable> all = unit.attribute(UnitOfWork.HANDED_OVER);
		if (all != null) {
			all.remove(Thread.currentThread());
		}
		Handling handling = Handling.current();
		if (handling != null && --handling.depth == 0) {
			this.extensions.guard(GUARDED, handling.scope::close);
			unit.end(UnitOfWork.Outcome.FAILURE);
		}
	}

	/**
	 * The handling of a failure, for the thread that began it. Its subscribers may send
	 * to the channel as well.
	 */
	private static final class Handling {

		private final UnitOfWork.Scope scope;

		private final Thread thread = Thread.currentThread();

		private int depth = 1;

		Handling(UnitOfWork.Scope scope) {
			this.scope = scope;
		}

		static @Nullable Handling current() {
			UnitOfWork unit = UnitOfWork.current();
			Handling handling = (unit != null) ? unit.attribute(HANDLING) : null;
			return (handling != null && handling.thread == Thread.currentThread()) ? handling : null;
		}

	}

}
