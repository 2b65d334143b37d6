package dev.cairn.soak;

import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.MessageFilter;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.core.NestedExceptionUtils;

/**
 * Compares what is bound at a place with what should be bound there. It also sees each
 * line and each message, which have the expected value in their text. Messages are not
 * sent.
 */
class Witness extends AppenderBase<ILoggingEvent> implements MessageFilter {

	static final String USER = "user";

	private static final int MAX_WRONG = 50;

	private final Map<String, LongAdder> seen = new ConcurrentHashMap<>();

	private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

	void expect(String place, @Nullable Object expected, @Nullable Object actual) {
		this.seen.computeIfAbsent(place, (key) -> new LongAdder()).increment();
		if (!Objects.equals(expected, actual) && this.wrong.size() < MAX_WRONG) {
			this.wrong.add(
					"%s: %s instead of %s, on %s".formatted(place, actual, expected, Thread.currentThread().getName()));
		}
	}

	void expectNothing(String place) {
		Map<String, String> left = MDC.getCopyOfContextMap();
		expect(place, Map.of(), (left != null) ? left : Map.of());
		expect(place, null, UnitOfWork.current());
	}

	@Override
	protected void append(ILoggingEvent line) {
		expect("line", line.getFormattedMessage(), line.getMDCPropertyMap().get(USER));
	}

	@Override
	public boolean accept(Message message) {
		Map<String, Object> fields = message.fields();
		Object expected = switch (message.type()) {
			case SoakWork.EVENT -> fields.get("expected");
			case "exception" ->
				NestedExceptionUtils.getMostSpecificCause(Objects.requireNonNull(message.thrown())).getMessage();
			case "http.request" -> fields.get(MessageFields.REFERRER);
			default -> null;
		};
		expect("message " + message.type(), expected,
				((Map<?, ?>) fields.getOrDefault(MessageFields.CONTEXT, Map.of())).get(USER));
		return false;
	}

	Set<String> places() {
		return this.seen.keySet();
	}

	long compared() {
		return this.seen.values().stream().mapToLong(LongAdder::sum).sum();
	}

	Queue<String> wrong() {
		return this.wrong;
	}

}
