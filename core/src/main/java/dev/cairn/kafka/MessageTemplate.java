package dev.cairn.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * A text with placeholders for values of a message, such as <code>events.{service}</code>
 * or <code>{fields.order_id}</code>. A placeholder may name several values and takes the
 * first one that is present: <code>{fields.customer|trace_id}</code>. Immutable.
 */
final class MessageTemplate {

	private static final String FIELD_PREFIX = "fields.";

	private static final List<String> NAMES = List.of("id", "type", "logger", "severity", "service", "environment",
			"release", "hostname", "category", "trace_id");

	private final List<Function<Message, @Nullable Object>> parts = new ArrayList<>();

	private final StringBuilder literals = new StringBuilder();

	private final String text;

	private MessageTemplate(String text) {
		this.text = text;
		int from = 0;
		int open = text.indexOf('{');
		while (open >= 0) {
			int close = text.indexOf('}', open);
			if (close < 0) {
				throw new IllegalArgumentException("'" + text + "' has a { without a }");
			}
			literal(text.substring(from, open));
			this.parts.add(place(text.substring(open + 1, close)));
			from = close + 1;
			open = text.indexOf('{', from);
		}
		literal(text.substring(from));
	}

	/** Throws an exception if a name is unknown or a brace is missing. */
	static MessageTemplate of(String text) {
		return new MessageTemplate(text);
	}

	private void literal(String literal) {
		if (!literal.isEmpty()) {
			this.literals.append(literal);
			this.parts.add((message) -> literal);
		}
	}

	private static Function<Message, @Nullable Object> place(String names) {
		List<Function<Message, @Nullable Object>> values = new ArrayList<>();
		for (String name : names.split("\\|", -1)) {
			values.add(value(name));
		}
		return (values.size() == 1) ? values.get(0) : (message) -> first(values, message);
	}

	private static @Nullable Object first(List<Function<Message, @Nullable Object>> values, Message message) {
		for (Function<Message, @Nullable Object> value : values) {
			Object found = value.apply(message);
			if (found != null) {
				return found;
			}
		}
		return null;
	}

	private static Function<Message, @Nullable Object> value(String name) {
		if (name.startsWith(FIELD_PREFIX)) {
			String key = name.substring(FIELD_PREFIX.length());
			return (message) -> message.fields().get(key);
		}
		return switch (name) {
			case "id" -> Message::id;
			case "type" -> Message::type;
			case "logger" -> Message::logger;
			case "severity" -> (message) -> message.severity().code();
			case "service" -> (message) -> message.origin().service();
			case "environment" -> (message) -> message.origin().environment();
			case "release" -> (message) -> message.origin().release();
			case "hostname" -> (message) -> message.origin().hostname();
			case "category" -> (message) -> (message.category() != null) ? message.category().wireName() : null;
			case "trace_id" -> (message) -> (message.trace() != null) ? message.trace().traceId() : null;
			default -> throw new IllegalArgumentException(
					"'{" + name + "}' is not a placeholder; available are " + NAMES + " and {fields.<key>}");
		};
	}

	/** Returns the text, or {@code null} if the message lacks one of the values. */
	@Nullable String expand(Message message) {
		if (isLiteral()) {
			return this.text;
		}
		if (this.parts.size() == 1) {
			Object value = this.parts.get(0).apply(message);
			return (value != null) ? value.toString() : null;
		}
		StringBuilder expanded = new StringBuilder();
		for (Function<Message, @Nullable Object> part : this.parts) {
			Object value = part.apply(message);
			if (value == null) {
				return null;
			}
			expanded.append(value);
		}
		return expanded.toString();
	}

	/** Returns the text between the placeholders. */
	String literals() {
		return this.literals.toString();
	}

	/** Returns whether there are no placeholders. */
	boolean isLiteral() {
		return this.literals.length() == this.text.length();
	}

	@Override
	public String toString() {
		return this.text;
	}

}
