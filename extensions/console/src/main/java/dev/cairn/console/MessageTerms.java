package dev.cairn.console;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.internal.Text;
import dev.cairn.spring.metrics.Conditions;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of the names in conditions for messages: their type, severity and trace,
 * and else their fields. A dot leads into a field.
 *
 * @param texts texts as they are shown
 */
record MessageTerms(Texts texts) implements Conditions.Terms<Message> {

	@Override
	public String name(Message message) {
		return message.type();
	}

	@Override
	public Collection<String> texts(Message message, String key) {
		Trace trace = message.trace();
		return switch (key) {
			case "type" -> List.of(message.type());
			case "trace", "trace_id" -> (trace != null) ? List.of(trace.traceId()) : List.of();
			default -> values(field(message, key)).map((value) -> this.texts.of(key, Text.of(value))).toList();
		};
	}

	private static Stream<Object> values(@Nullable Object value) {
		return (value instanceof Collection<?> list) ? list.stream().flatMap(MessageTerms::values)
				: Stream.ofNullable(value);
	}

	private static @Nullable Object field(Message message, String key) {
		Object value = message.fields().get(key);
		if (value != null || key.indexOf('.') < 0) {
			return value;
		}
		value = message.fields();
		for (String part : key.split("\\.")) {
			value = (value instanceof Map<?, ?> map) ? map.get(part) : null;
		}
		return value;
	}

	@Override
	public @Nullable Double number(Message message, String key) {
		if (key.equals("severity")) {
			return (double) message.severity().code();
		}
		return (field(message, key) instanceof Number number && this.texts.redactor().redact(key, number) == number)
				? number.doubleValue() : null;
	}

	@Override
	public List<String> numbers() {
		return List.of("severity");
	}

	@Override
	public boolean hasOtherNumbers() {
		return true;
	}

}
