package dev.cairn.console;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import dev.cairn.Trace;
import dev.cairn.console.Timeline.Snapshot;
import dev.cairn.spring.metrics.Conditions;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of the names in conditions for units of work. They see what a reader sees,
 * so that a search does not find secrets.
 *
 * @param texts texts as they are shown
 */
record RequestTerms(Texts texts) implements Conditions.Terms<Snapshot> {

	private static final List<String> NUMBERS = List.of("status", "duration_ms", "calls", "log_lines", "warnings",
			"events");

	@Override
	public String name(Snapshot snapshot) {
		RequestDetails request = snapshot.request();
		return (request != null && request.route() != null) ? request.route() : Views.name(snapshot);
	}

	@Override
	public Collection<String> texts(Snapshot snapshot, String key) {
		RequestDetails request = snapshot.request();
		Trace trace = snapshot.trace();
		Stream<@Nullable String> found = switch (key) {
			case "kind" -> Stream.of((snapshot.timeline().kind != null) ? Views.lower(snapshot.timeline().kind) : null);
			case "name" -> Stream.of(Views.name(snapshot));
			case "method" -> Stream.of((request != null) ? request.method() : null);
			case "route" -> Stream.of((request != null) ? request.route() : null);
			case "path" -> Stream.of((request != null) ? request.path() : null);
			case "user" -> Stream.of((request != null) ? request.user() : null);
			case "outcome" -> Stream.of((snapshot.outcome() != null) ? Views.lower(snapshot.outcome()) : null);
			case "trace", "trace_id" -> Stream.of((trace != null) ? trace.traceId() : null);
			case "error_id" -> Views.errorIds(snapshot).stream();
			case "event" -> snapshot.published().stream().map((each) -> each.message().type());
			case "exception" ->
				snapshot.failed().stream().flatMap((failed) -> failed.exceptions().stream().map(Failed.Thrown::type));
			case "level" -> snapshot.lines().stream().map((line) -> line.level().name());
			case "logger" -> snapshot.lines().stream().map(LogLine::logger);
			case "span" -> snapshot.spans().stream().map(Span::name);
			default -> Stream.ofNullable(snapshot.bindings().get(key)).map((text) -> this.texts.of(key, text));
		};
		return found.filter(Objects::nonNull).map(this.texts::of).filter(Objects::nonNull).toList();
	}

	@Override
	public @Nullable Double number(Snapshot snapshot, String key) {
		RequestDetails request = snapshot.request();
		return switch (key) {
			case "status" -> (request != null && request.status() != 0) ? (double) request.status() : null;
			case "duration_ms" -> Views.millis(snapshot.duration().toNanos());
			case "calls" -> (double) Views.calls(snapshot);
			case "log_lines" -> (double) snapshot.lines().size();
			case "warnings" -> (double) snapshot.lines().stream().filter(LogLine::isWarning).count();
			default -> (double) Views.events(snapshot);
		};
	}

	@Override
	public List<String> numbers() {
		return NUMBERS;
	}

	/** Returns all texts in which words are searched. */
	Stream<String> all(Snapshot snapshot) {
		RequestDetails request = snapshot.request();
		Trace trace = snapshot.trace();
		Stream<@Nullable String> own = (request != null)
				? Stream.of(request.route(), request.path(), request.query(), request.user()) : Stream.empty();
		return Stream
			.of(Stream.of(Views.name(snapshot)), own, Stream.of((trace != null) ? trace.traceId() : null),
					Views.errorIds(snapshot).stream(), snapshot.spans().stream().map(Span::statement),
					snapshot.lines().stream().flatMap((line) -> Stream.of(line.text(), line.thrown())),
					snapshot.bindings()
						.entrySet()
						.stream()
						.map((bound) -> this.texts.of(bound.getKey(), bound.getValue())),
					snapshot.published().stream().map((each) -> each.message().type()),
					snapshot.failed()
						.stream()
						.flatMap((failed) -> failed.exceptions()
							.stream()
							.flatMap((thrown) -> Stream.of(thrown.type(), thrown.message()))))
			.flatMap((texts) -> texts)
			.filter(Objects::nonNull)
			.map(this.texts::of)
			.filter(Objects::nonNull);
	}

}
