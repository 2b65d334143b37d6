package dev.cairn.spring.logging.format;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;
import ch.qos.logback.classic.spi.ThrowableProxy;
import dev.cairn.LogEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * The events of Logback.
 */
final class LogbackEvents implements LogEvents<ILoggingEvent> {

	@Override
	public LogEntry entry(ILoggingEvent event, Map<String, String> bindings) {
		@Nullable Object[] arguments = event.getArgumentArray();
		return new LogEntry(event.getInstant(), org.slf4j.event.Level.valueOf(event.getLevel().toString()),
				event.getLoggerName(), event.getThreadName(), String.valueOf(event.getMessage()),
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
	public List<String> markers(ILoggingEvent event) {
		List<Marker> markers = event.getMarkerList();
		return (markers != null) ? markers.stream().map(Marker::getName).toList() : List.of();
	}

	@Override
	public ILoggingEvent with(ILoggingEvent event, LogEntry entry) {
		return new ChangedEvent(event, entry);
	}

	/**
	 * An event with the text, key-values and context of an entry.
	 */
	private record ChangedEvent(ILoggingEvent event, LogEntry entry) implements ILoggingEvent {

		@Override
		public String getThreadName() {
			return this.event.getThreadName();
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
			return this.event.getLoggerName();
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
		public List<Marker> getMarkerList() {
			return this.event.getMarkerList();
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
