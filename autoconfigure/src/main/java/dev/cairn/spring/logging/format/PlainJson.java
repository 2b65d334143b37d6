package dev.cairn.spring.logging.format;

import java.util.Locale;

import dev.cairn.LogEntry;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonWriter.Members;
import org.springframework.boot.logging.StackTracePrinter;
import org.springframework.boot.logging.structured.ContextPairs;
import org.springframework.boot.logging.structured.JsonWriterStructuredLogFormatter;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
import org.springframework.core.env.Environment;

/**
 * Writes plain JSON with the names of Cairn's formats. All of Boot's properties for
 * formats of JSON apply.
 *
 * @param <E> the type of the events
 */
final class PlainJson<E> extends JsonWriterStructuredLogFormatter<E> {

	private PlainJson(LogEvents<E> events, StackTraces traces, ContextPairs pairs,
			StructuredLoggingJsonMembersCustomizer<?> customizer) {
		super((members) -> {
			members.from(events::entry).usingMembers((entry) -> entryMembers(entry, traces, pairs));
			members.add("tags", events::tags).whenNotEmpty();
		}, customizer);
	}

	static <E> JsonLines<E> lines(LogEvents<E> events, Environment environment, @Nullable StackTracePrinter printer,
			ContextPairs pairs, StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
		StackTraces traces = StackTraces.of(printer);
		return new JsonLines<>(events, JsonFormat.PLAIN, environment, customizer,
				(builder) -> new PlainJson<>(events, traces, pairs, builder.build()));
	}

	private static void entryMembers(Members<LogEntry> members, StackTraces traces, ContextPairs pairs) {
		members.add("timestamp", LogEntry::time);
		members.add("level", (LogEntry entry) -> entry.level().name().toLowerCase(Locale.ROOT));
		members.add("logger", LogEntry::logger);
		members.add("thread", LogEntry::thread);
		members.add("message", LogEntry::text);
		members.add().usingPairs(pairs.flat(".", (values) -> {
			values.addMapEntries(LogEntry::bindings);
			values.addMapEntries(LogEntry::keyValues);
		}));
		members.add("error", LogEntry::throwable).whenNotNull().usingMembers((error) -> {
			error.add("type", (Throwable thrown) -> thrown.getClass().getName());
			error.add("message", Throwables::message);
			error.add("stack_trace", traces::print);
		});
	}

}
