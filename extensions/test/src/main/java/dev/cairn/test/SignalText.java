package dev.cairn.test;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import dev.cairn.Failure;
import dev.cairn.LogEntry;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.context.UnitOfWork;

/**
 * Writes signals for people who read the failure of a test: one line each.
 */
final class SignalText {

	private static final int MAX_LINES = 40;

	private static final int MAX_LENGTH = 300;

	private SignalText() {
	}

	/**
	 * Returns what was recorded: the signals that matter, and the number of the others.
	 */
	static String report(List<RecordedSignal> signals, Predicate<RecordedSignal> matters, int unassigned) {
		List<RecordedSignal> shown = signals.stream().filter(matters).toList();
		StringBuilder report = new StringBuilder();
		if (shown.isEmpty()) {
			report.append("\n\nNothing of this kind was recorded.");
		}
		else {
			report.append("\n\nRecorded, oldest first:");
			int hidden = Math.max(0, shown.size() - MAX_LINES);
			if (hidden > 0) {
				report.append("\n  ... ").append(hidden).append(" earlier");
			}
			shown.stream()
				.skip(hidden)
				.map(SignalText::of)
				.forEach((line) -> report.append("\n  ").append(abbreviate(line)));
		}
		Map<String, Integer> others = new LinkedHashMap<>();
		signals.stream().filter(matters.negate()).forEach((signal) -> others.merge(kind(signal), 1, Integer::sum));
		if (!others.isEmpty()) {
			report.append("\n\nAlso recorded: ");
			report.append(String.join(", ",
					others.entrySet()
						.stream()
						.map((other) -> other.getKey() + " (" + other.getValue() + ")")
						.toList()));
		}
		if (unassigned > 0) {
			report.append("\n\nSeveral tests were running, and ")
				.append(unassigned)
				.append(" signals could not be assigned to one of them.");
		}
		return report.toString();
	}

	/** Returns the line of a signal: its kind, its name and what it contains. */
	static String of(RecordedSignal signal) {
		return pad(kind(signal)) + content(signal);
	}

	private static String kind(RecordedSignal signal) {
		if (signal instanceof RecordedSignal.Published published) {
			return kind(published.message());
		}
		if (signal instanceof RecordedSignal.SampledOut) {
			return "sampled";
		}
		if (signal instanceof RecordedSignal.Lost) {
			return "lost";
		}
		if (signal instanceof RecordedSignal.Incident) {
			return "incident";
		}
		if (signal instanceof RecordedSignal.Logged) {
			return "log";
		}
		if (signal instanceof RecordedSignal.ObservationEnded) {
			return "span";
		}
		if (signal instanceof RecordedSignal.Measured measured) {
			return lower(measured.meter());
		}
		return (signal instanceof RecordedSignal.UnitStarted) ? "started" : "ended";
	}

	private static String kind(Message message) {
		if (message.type().equals(Message.TYPE_HTTP_REQUEST)) {
			return "request";
		}
		return Message.isReserved(message.type()) ? "message" : "event";
	}

	private static String content(RecordedSignal signal) {
		if (signal instanceof RecordedSignal.Published published) {
			return content(published.message()) + (published.accepted() ? "" : " (no sink accepted it)");
		}
		if (signal instanceof RecordedSignal.SampledOut out) {
			return lower(out.signal()) + " " + out.name();
		}
		if (signal instanceof RecordedSignal.Lost lost) {
			return lost.message().type() + " by " + lost.sink() + ": " + lost.reason().wireName();
		}
		if (signal instanceof RecordedSignal.Incident incident) {
			return content(incident.failure()) + ", error_id " + incident.errorId();
		}
		if (signal instanceof RecordedSignal.Logged logged) {
			return content(logged.entry());
		}
		if (signal instanceof RecordedSignal.ObservationEnded span) {
			return span.spanName() + (span.spanName().equals(span.name()) ? "" : " (" + span.name() + ")")
					+ ((span.error() != null) ? " failed with " + name(span.error()) : "") + " " + span.tags();
		}
		if (signal instanceof RecordedSignal.Measured measured) {
			return measured.name() + " " + measured.tags() + " " + measured.amount()
					+ ((measured.meter() == RecordedSignal.Measured.Meter.TIMER) ? " s" : "");
		}
		UnitOfWork unit = Objects.requireNonNull(signal.unit());
		return lower(unit.kind()) + " " + unit.name()
				+ ((signal instanceof RecordedSignal.UnitEnded && unit.outcome() != null)
						? ", " + lower(Objects.requireNonNull(unit.outcome())) : "");
	}

	private static String content(Message message) {
		if (message.type().equals(Message.TYPE_HTTP_REQUEST)) {
			return MessageFields.method(message) + " "
					+ message.fields().getOrDefault(MessageFields.ROUTE, message.fields().get(MessageFields.PATH)) + " "
					+ MessageFields.status(message) + " " + message.fields();
		}
		return message.type() + " " + message.fields();
	}

	private static String content(Failure failure) {
		Throwable thrown = failure.thrown();
		return (thrown != null) ? name(thrown) + ": " + thrown.getMessage() : failure.text();
	}

	private static String content(LogEntry entry) {
		return entry.level() + " " + entry.logger() + " - " + entry.text()
				+ (entry.keyValues().isEmpty() ? "" : " " + entry.keyValues())
				+ ((entry.throwable() != null) ? " with " + name(entry.throwable()) : "");
	}

	private static String name(Throwable thrown) {
		return thrown.getClass().getSimpleName();
	}

	/** Returns a duration in seconds, such as {@code 5 s}. */
	static String of(Duration duration) {
		return (duration.toMillis() % 1000 == 0) ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
	}

	private static String lower(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT);
	}

	private static String pad(String kind) {
		return kind + " ".repeat(Math.max(1, 10 - kind.length()));
	}

	private static String abbreviate(String line) {
		String single = line.replace('\n', ' ');
		return (single.length() > MAX_LENGTH) ? single.substring(0, MAX_LENGTH) + "..." : single;
	}

}
