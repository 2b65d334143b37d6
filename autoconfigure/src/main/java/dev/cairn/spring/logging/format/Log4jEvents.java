package dev.cairn.spring.logging.format;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.LogEntry;
import dev.cairn.internal.Text;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.MapMessage;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.SortedArrayStringMap;
import org.apache.logging.log4j.util.StringMap;
import org.jspecify.annotations.Nullable;

/**
 * The events of Log4j2. The key-values of SLF4J are part of their context already.
 */
final class Log4jEvents implements LogEvents<LogEvent> {

	/** Whether the values of a {@link MapMessage} are key-values, or its text. */
	private final boolean mapMessages;

	Log4jEvents(boolean mapMessages) {
		this.mapMessages = mapMessages;
	}

	@Override
	public LogEntry entry(LogEvent event, Map<String, String> bindings) {
		Message message = message(event);
		@Nullable Object[] arguments = message.getParameters();
		return new LogEntry(
				Instant.ofEpochSecond(event.getInstant().getEpochSecond(), event.getInstant().getNanoOfSecond()),
				level(event), String.valueOf(event.getLoggerName()), event.getThreadName(),
				String.valueOf(message.getFormat()), (arguments != null) ? Arrays.asList(arguments) : List.of(),
				() -> String.valueOf(message.getFormattedMessage()), keyValues(message), bindings,
				MaskedThrowable.unmasked(event.getThrown()));
	}

	/** An event of {@code log(null)} has no message. */
	private static Message message(LogEvent event) {
		Message message = event.getMessage();
		return (message != null) ? message : new SimpleMessage("null");
	}

	/** Custom levels are between those of SLF4J. */
	@Override
	public org.slf4j.event.Level level(LogEvent event) {
		for (org.slf4j.event.Level known : org.slf4j.event.Level.values()) {
			if (event.getLevel().isMoreSpecificThan(Level.valueOf(known.name()))) {
				return known;
			}
		}
		return org.slf4j.event.Level.TRACE;
	}

	private Map<String, @Nullable Object> keyValues(Message message) {
		Map<String, @Nullable Object> keyValues = new LinkedHashMap<>();
		if (this.mapMessages && message instanceof MapMessage<?, ?> values) {
			values.forEach((key, value) -> keyValues.put(key, value));
		}
		return keyValues;
	}

	@Override
	public Map<String, String> bindings(LogEvent event) {
		Map<String, String> bindings = new LinkedHashMap<>();
		event.getContextData().forEach((key, value) -> bindings.put(key, Text.of(value)));
		return bindings;
	}

	@Override
	public List<String> markers(LogEvent event) {
		Marker marker = event.getMarker();
		if (marker == null) {
			return List.of();
		}
		List<String> markers = new ArrayList<>();
		addMarker(markers, marker);
		return markers;
	}

	private static void addMarker(List<String> markers, Marker marker) {
		markers.add(marker.getName());
		if (marker.hasParents()) {
			for (Marker parent : marker.getParents()) {
				addMarker(markers, parent);
			}
		}
	}

	/** The values of a map message that has become a text are in the context. */
	@Override
	public LogEvent with(LogEvent event, LogEntry entry) {
		StringMap context = new SortedArrayStringMap();
		Message message = message(event);
		String text = entry.text();
		boolean mapped = this.mapMessages && message instanceof MapMessage;
		boolean same = text.equals(message.getFormattedMessage())
				&& (!mapped || keyValues(message).equals(entry.keyValues()));
		if (!mapped || !same) {
			entry.keyValues().forEach(context::putValue);
		}
		entry.bindings().forEach(context::putValue);
		return new Log4jLogEvent.Builder(event).setMessage(same ? message : new SimpleMessage(text))
			.setLevel((entry.level() == level(event)) ? event.getLevel() : Level.valueOf(entry.level().name()))
			.setLoggerName(entry.logger())
			.setThreadName(entry.thread())
			.setContextData(context)
			.setThrown(entry.throwable())
			.build();
	}

	@Override
	public LogEvent withMarkers(LogEvent event, List<String> names) {
		MarkerManager.Log4jMarker marker = new MarkerManager.Log4jMarker(names.get(0));
		names.subList(1, names.size()).forEach((name) -> marker.addParents(new MarkerManager.Log4jMarker(name)));
		return new Log4jLogEvent.Builder(event).setMarker(marker).build();
	}

}
