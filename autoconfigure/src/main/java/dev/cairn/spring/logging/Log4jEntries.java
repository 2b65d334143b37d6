package dev.cairn.spring.logging;

import java.beans.PropertyChangeEvent;
import java.beans.PropertyChangeListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.cairn.LogEntry;
import dev.cairn.context.BoundContext;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.logging.format.LogEvents;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.async.AsyncLoggerConfig;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.filter.AbstractFilter;
import org.apache.logging.log4j.core.filter.CompositeFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Captures, processes and redacts the entries of Log4j2 before its appenders receive
 * them. Each logger of the configuration has a filter that rejects an event and logs the
 * result instead, so no line is lost or written twice when filters are added or removed.
 * <p>
 * The filters remain without an application context: Log4j2 reads the filter of a logger
 * twice for each event, and loses the line if there is none the second time. The logging
 * system removes them when it is configured again.
 */
final class Log4jEntries implements PropertyChangeListener, InitializingBean, DisposableBean {

	private static final Logger log = LoggerFactory.getLogger(Log4jEntries.class);

	private final @Nullable LoggerContext loggers;

	private final org.slf4j.event.@Nullable Level threshold;

	private final Function<LogEntry, Map<String, String>> capture;

	private final @Nullable LogProcessing processing;

	private final @Nullable Redactor redactor;

	private final LogEvents<LogEvent> events = LogEvents.log4j();

	/** The result that the thread passes from logger to logger. */
	private static final ThreadLocal<@Nullable Handled> CURRENT = new ThreadLocal<>();

	/**
	 * Creates the adapter.
	 * @param loggers the loggers, {@code null} to do nothing
	 * @param threshold the lowest level of the entries that are captured, {@code null} to
	 * capture none
	 * @param capture returns values for the diagnostic context of an entry
	 * @param processing processes entries of any level, {@code null} for none
	 * @param redactor masks secrets in entries of any level, {@code null} for none
	 */
	Log4jEntries(@Nullable LoggerContext loggers, org.slf4j.event.@Nullable Level threshold,
			Function<LogEntry, Map<String, String>> capture, @Nullable LogProcessing processing,
			@Nullable Redactor redactor) {
		boolean needed = threshold != null || processing != null || redactor != null;
		this.loggers = needed ? loggers : null;
		this.threshold = threshold;
		this.capture = capture;
		this.processing = processing;
		this.redactor = redactor;
	}

	/** Log4j2 may be on the class path without being the logging system. */
	static Log4jEntries of(@Nullable LoggingSystem system, org.slf4j.event.@Nullable Level threshold,
			Function<LogEntry, Map<String, String>> capture, @Nullable LogProcessing processing,
			@Nullable Redactor redactor) {
		boolean used = system != null && system.getClass().getSimpleName().equals("Log4J2LoggingSystem");
		return new Log4jEntries(
				(used && LogManager.getContext(false) instanceof LoggerContext loggers) ? loggers : null, threshold,
				capture, processing, redactor);
	}

	@Override
	public void afterPropertiesSet() {
		if (this.loggers != null) {
			this.loggers.addPropertyChangeListener(this);
			addFilters(this.loggers);
			warnOfAsynchronousLoggers(this.loggers);
		}
	}

	private static void warnOfAsynchronousLoggers(LoggerContext context) {
		List<String> names = context.getConfiguration()
			.getLoggers()
			.values()
			.stream()
			.filter(AsyncLoggerConfig.class::isInstance)
			.map((logger) -> logger.getName().isEmpty() ? "root" : logger.getName())
			.toList();
		if (!names.isEmpty()) {
			log.warn("Cairn: the asynchronous loggers {} of Log4j2 do not pass their entries on to Cairn: failures are "
					+ "not captured, and patterns not redacted. Use synchronous loggers with an asynchronous appender",
					names);
		}
	}

	/** Returns the loggers, {@code null} if they are left alone. */
	@Nullable LoggerContext context() {
		return this.loggers;
	}

	/** A configuration that is read again has other loggers. */
	@Override
	public void propertyChange(PropertyChangeEvent event) {
		if (this.loggers != null) {
			addFilters(this.loggers);
		}
	}

	private void addFilters(LoggerContext context) {
		loggers(context).forEach((logger) -> {
			Filter ofApplication = logger.getFilter();
			HandlingFilter filter = handling(ofApplication).findFirst().orElse(null);
			if (filter != null) {
				filter.adapters.addIfAbsent(this);
				return;
			}
			logger.addFilter(new HandlingFilter(logger, ofApplication, this));
			// It asks those of the application itself: one that accepts would hide it
			filters(ofApplication).forEach(logger::removeFilter);
		});
	}

	/** An asynchronous logger would ask its filter twice. */
	private static List<LoggerConfig> loggers(LoggerContext context) {
		return Stream
			.concat(context.getConfiguration().getLoggers().values().stream(),
					Stream.of(context.getConfiguration().getRootLogger()))
			.distinct()
			.filter((logger) -> !(logger instanceof AsyncLoggerConfig))
			.toList();
	}

	/** The application may add filters while it runs. */
	private static Stream<Filter> filters(@Nullable Filter filter) {
		return (filter instanceof CompositeFilter filters) ? Stream.of(filters.getFiltersArray())
				: Stream.ofNullable(filter);
	}

	private static Stream<HandlingFilter> handling(@Nullable Filter filter) {
		return filters(filter).filter(HandlingFilter.class::isInstance).map(HandlingFilter.class::cast);
	}

	@Override
	public void destroy() {
		if (this.loggers != null) {
			this.loggers.removePropertyChangeListener(this);
			loggers(this.loggers)
				.forEach((logger) -> handling(logger.getFilter()).forEach((filter) -> filter.adapters.remove(this)));
		}
	}

	private @Nullable LogEvent handle(LogEvent event, Map<String, String> computed) {
		try {
			LogEntry entry = this.events.entry(event);
			LogEntry handled = capture(computed.isEmpty() ? entry : entry.withBindings(computed));
			if (this.processing != null) {
				handled = this.processing.process(handled);
			}
			if (handled == null) {
				return null;
			}
			if (this.redactor != null) {
				handled = this.events.redacted(handled, this.redactor);
			}
			return (handled != entry) ? this.events.with(event, handled) : event;
		}
		catch (RuntimeException | StackOverflowError | LinkageError ex) {
			// The line is written as it was logged
			return event;
		}
	}

	private LogEntry capture(LogEntry entry) {
		Map<String, String> values = isCaptured(entry.level()) ? this.capture.apply(entry) : Map.of();
		return values.isEmpty() ? entry : entry.withBindings(values);
	}

	private boolean isCaptured(org.slf4j.event.Level level) {
		return this.threshold != null && level.toInt() >= this.threshold.toInt();
	}

	/** Most entries are neither captured nor changed. */
	private boolean isHandled(LogEvent event) {
		return this.processing != null || this.redactor != null || isCaptured(this.events.level(event));
	}

	/**
	 * An event that was handled, and the logger that has asked for it.
	 */
	private record Handled(LogEvent event, LoggerConfig logger) {
	}

	/**
	 * The filter of one logger.
	 */
	private static final class HandlingFilter extends AbstractFilter {

		private final LoggerConfig logger;

		private final @Nullable Filter ofApplication;

		/** Those of the application contexts that are not closed, the oldest first. */
		private final CopyOnWriteArrayList<Log4jEntries> adapters;

		HandlingFilter(LoggerConfig logger, @Nullable Filter ofApplication, Log4jEntries adapter) {
			this.logger = logger;
			this.ofApplication = ofApplication;
			this.adapters = new CopyOnWriteArrayList<>(List.of(adapter));
			start();
		}

		@Override
		public Result filter(LogEvent event) {
			Handled outer = CURRENT.get();
			boolean handled = outer != null && outer.event() == event;
			if (handled && outer.logger() == this.logger) {
				return Result.NEUTRAL;
			}
			Result result = (this.ofApplication != null) ? this.ofApplication.filter(event) : Result.NEUTRAL;
			if (handled || result == Result.DENY || this.adapters.isEmpty()) {
				return result;
			}
			Map<String, String> computed = BoundContext.computeUnread();
			if (computed.isEmpty() && this.adapters.stream().noneMatch((adapter) -> adapter.isHandled(event))) {
				return result;
			}
			LogEvent written = event;
			for (Log4jEntries adapter : this.adapters) {
				written = (written != null) ? adapter.handle(written, computed) : null;
			}
			if (written != null) {
				log(written, outer);
			}
			return Result.DENY;
		}

		private void log(LogEvent event, @Nullable Handled outer) {
			CURRENT.set(new Handled(event, this.logger));
			try {
				this.logger.log(event);
			}
			finally {
				if (outer != null) {
					CURRENT.set(outer);
				}
				else {
					CURRENT.remove();
				}
			}
		}

		@Override
		public boolean stop(long timeout, TimeUnit unit) {
			if (this.ofApplication != null) {
				this.ofApplication.stop();
			}
			return super.stop(timeout, unit);
		}

	}

}
