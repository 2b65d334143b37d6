package dev.cairn.spring.logging.format;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;
import ch.qos.logback.classic.spi.ThrowableProxy;
import dev.cairn.LogEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * The events of Logback.
 */
final class LogbackEvents implements LogEvents<ILoggingEvent> {

	@Override
	public LogEntry entry(ILoggingEvent event, Map<String, String> bindings) {
		@Nullable Object[] arguments = event.getArgumentArray();
		return new LogEntry(event.getInstant(), level(event), String.valueOf(event.getLoggerName()),
				event.getThreadName(), String.valueOf(event.getMessage()),
				(arguments != null) ? Arrays.asList(arguments) : List.of(),
				() -> String.valueOf(event.getFormattedMessage()), keyValues(event.getKeyValuePairs()), bindings,
				throwable(event.getThrowableProxy()));
	}

	@Override
	public Map<String, String> bindings(ILoggingEvent event) {
		return event.getMDCPropertyMap();
	}

	private static @Nullable Throwable throwable(@Nullable IThrowableProxy proxy) {
		return (proxy instanceof ThrowableProxy local) ? local.getThrowable() : null;
	}

	private static Map<String, @Nullable Object> keyValues(@Nullable List<KeyValuePair> pairs) {
		if (pairs == null) {
			return Map.of();
		}
		Map<String, @Nullable Object> keyValues = new LinkedHashMap<>();
		for (KeyValuePair pair : pairs) {
			String key = String.valueOf(pair.key);
			while (keyValues.containsKey(key)) {
				key = LineNames.RENAMED_PREFIX + key;
			}
			keyValues.put(key, pair.value);
		}
		return keyValues;
	}

	@Override
	public org.slf4j.event.Level level(ILoggingEvent event) {
		return org.slf4j.event.Level.valueOf(event.getLevel().toString());
	}

	@Override
	public List<String> markers(ILoggingEvent event) {
		List<Marker> markers = event.getMarkerList();
		if (markers == null) {
			return List.of();
		}
		Set<String> names = new LinkedHashSet<>();
		markers.iterator().forEachRemaining((marker) -> addMarker(names, marker));
		return List.copyOf(names);
	}

	private static void addMarker(Set<String> names, Marker marker) {
		names.add(marker.getName());
		marker.iterator().forEachRemaining((reference) -> addMarker(names, reference));
	}

	@Override
	public ILoggingEvent with(ILoggingEvent event, LogEntry entry) {
		return new ChangedEvent(event, entry, event.getMarkerList());
	}

	@Override
	public ILoggingEvent withMarkers(ILoggingEvent event, List<String> names) {
		return new ChangedEvent(event, entry(event), names.stream().map(MarkerFactory::getDetachedMarker).toList());
	}

	/**
	 * An event with the values of an entry.
	 */
	private record ChangedEvent(ILoggingEvent event, LogEntry entry,
			@Nullable List<Marker> markers) implements ILoggingEvent {

		@Override
		public String getThreadName() {
			return this.entry.thread();
		}

		@Override
		public Level getLevel() {
			return Level.convertAnSLF4JLevel(this.entry.level());
		}

		@Override
		public String getMessage() {
			return this.entry.template();
		}

		@Override
		public @Nullable Object @Nullable [] getArgumentArray() {
			return this.entry.arguments().isEmpty() ? null : this.event.getArgumentArray();
		}

		@Override
		public String getFormattedMessage() {
			return this.entry.text();
		}

		@Override
		public String getLoggerName() {
			return this.entry.logger();
		}

		@Override
		public LoggerContextVO getLoggerContextVO() {
			return this.event.getLoggerContextVO();
		}

		@Override
		public @Nullable IThrowableProxy getThrowableProxy() {
			Throwable thrown = this.entry.throwable();
			IThrowableProxy logged = this.event.getThrowableProxy();
			return (thrown == throwable(logged)) ? logged : (thrown != null) ? new ThrowableProxy(thrown) : null;
		}

		@Override
		public StackTraceElement[] getCallerData() {
			return this.event.getCallerData();
		}

		@Override
		public boolean hasCallerData() {
			return this.event.hasCallerData();
		}

		@Override
		public @Nullable List<Marker> getMarkerList() {
			return this.markers;
		}

		@Override
		public Map<String, String> getMDCPropertyMap() {
			return this.entry.bindings();
		}

		@Override
		@Deprecated
		public Map<String, String> getMdc() {
			return this.entry.bindings();
		}

		@Override
		public long getTimeStamp() {
			return this.event.getTimeStamp();
		}

		@Override
		public int getNanoseconds() {
			return this.event.getNanoseconds();
		}

		@Override
		public Instant getInstant() {
			return this.event.getInstant();
		}

		@Override
		public long getSequenceNumber() {
			return this.event.getSequenceNumber();
		}

		@Override
		public List<KeyValuePair> getKeyValuePairs() {
			return this.entry.keyValues()
				.entrySet()
				.stream()
				.map((keyValue) -> new KeyValuePair(keyValue.getKey(), keyValue.getValue()))
				.toList();
		}

		@Override
		public void prepareForDeferredProcessing() {
			this.event.prepareForDeferredProcessing();
		}

	}

}
