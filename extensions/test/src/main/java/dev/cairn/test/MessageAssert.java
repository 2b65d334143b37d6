package dev.cairn.test;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about messages: events, requests and other published messages.
 */
public final class MessageAssert extends RecordedAssert<MessageAssert, RecordedSignal.Published> {

	MessageAssert(Selection<RecordedSignal.Published> selection) {
		super(selection, MessageAssert.class);
	}

	@Override
	MessageAssert with(Selection<RecordedSignal.Published> selected) {
		return new MessageAssert(selected);
	}

	/**
	 * Continues with the messages that have a field. Numbers are compared by their value.
	 * A value that is no JSON is compared with the text of the field.
	 * @param name the name, or the path of a nested field such as {@code context.order}
	 * @param value the value
	 * @return assertions about them
	 */
	public MessageAssert withField(String name, @Nullable Object value) {
		return with("field " + name + " = " + value, (signal) -> {
			Map<String, @Nullable Object> fields = signal.message().fields();
			return Fields.contains(fields, name) && Fields.isEqual(Fields.value(fields, name), value);
		});
	}

	/**
	 * Continues with the messages that have a field, whatever its value is.
	 * @param name the name, or the path of a nested field
	 * @return assertions about them
	 */
	public MessageAssert withField(String name) {
		return with("field " + name, (signal) -> Fields.contains(signal.message().fields(), name));
	}

	/**
	 * Continues with the messages that do not have a field.
	 * @param name the name, or the path of a nested field
	 * @return assertions about them
	 */
	public MessageAssert withoutField(String name) {
		return with("no field " + name, (signal) -> !Fields.contains(signal.message().fields(), name));
	}

	/**
	 * Continues with the messages of a trace.
	 * @param response a response of a test client of Spring or of the JDK's client, the
	 * value of its header {@code X-Trace-Id} or {@code traceparent}, or a {@link Message}
	 * @return assertions about them
	 * @throws IllegalArgumentException if it has no id of a trace
	 */
	public MessageAssert withSameTraceAs(Object response) {
		String id = TraceIds.of(response, selection().source().recorder().traceHeader());
		return with("trace " + id, (signal) -> id.equals(TraceIds.of(signal)));
	}

	/**
	 * Asserts that the messages, as they are sent, match the published schema of their
	 * type. Requires {@code com.networknt:json-schema-validator}.
	 * @return these assertions
	 * @see dev.cairn.engine.EventSchemas
	 */
	public MessageAssert matchesSchema() {
		this.actual.forEach((signal) -> {
			String errors = Schemas.check(signal.message(), true);
			if (errors != null) {
				throw selection().failure("Expected " + selection() + " to match its schema, but" + errors);
			}
		});
		return this;
	}

	/**
	 * The fields of a message, as assertions see them.
	 */
	private static final class Fields {

		static boolean contains(Map<?, ?> fields, String path) {
			if (fields.containsKey(path)) {
				return true;
			}
			int dot = path.indexOf('.');
			return dot > 0 && fields.get(path.substring(0, dot)) instanceof Map<?, ?> nested
					&& contains(nested, path.substring(dot + 1));
		}

		static @Nullable Object value(Map<?, ?> fields, String path) {
			int dot = path.indexOf('.');
			if (fields.containsKey(path) || dot < 0) {
				return fields.get(path);
			}
			return value((Map<?, ?>) Objects.requireNonNull(fields.get(path.substring(0, dot))),
					path.substring(dot + 1));
		}

		static boolean isEqual(@Nullable Object actual, @Nullable Object expected) {
			if (actual instanceof Number one && expected instanceof Number other) {
				return new BigDecimal(one.toString()).compareTo(new BigDecimal(other.toString())) == 0;
			}
			return Objects.equals(actual, expected)
					|| (actual instanceof String && expected != null && actual.equals(expected.toString()));
		}

	}

}
