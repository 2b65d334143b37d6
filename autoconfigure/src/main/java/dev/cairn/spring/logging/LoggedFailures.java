package dev.cairn.spring.logging;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.LogEntry;
import dev.cairn.MessageFields;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.incident.Incident;
import dev.cairn.incident.Incidents;
import dev.cairn.incident.Incidents.Provisional;
import dev.cairn.internal.Threads;
import dev.cairn.internal.Throwables;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.logging.LoggedFailuresProperties.Logged;
import dev.cairn.spring.web.request.RequestFacts;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Captures failures that are logged at ERROR, by the application, by Spring or by the
 * container. A throwable that was captured before remains the same incident. All entries
 * are passed on to the signal listeners.
 */
final class LoggedFailures {

	/** The lowest level of the entries that belong to an incident. */
	static final Level THRESHOLD = Level.WARN;

	/**
	 * The loggers of Cairn, and of Sentry's client, which sends on threads that the
	 * application may have started. An entry about a delivery must not become a message
	 * to deliver; all that is logged by the threads of Cairn is about one.
	 */
	private static final List<String> OWN_LOGGERS = List.of("dev.cairn.Cairn", "dev.cairn.engine.",
			"dev.cairn.incident.", "dev.cairn.context.", "dev.cairn.delivery.", "dev.cairn.encoding.",
			"dev.cairn.internal.", "dev.cairn.metrics.", "dev.cairn.file.", "dev.cairn.kafka.", "dev.cairn.sentry.",
			"dev.cairn.statsd.", "dev.cairn.spring.", "io.sentry.");

	/** Telemetry that is not recorded or sent is not a failure of the service. */
	private static final List<String> TELEMETRY_LOGGERS = List.of("io.micrometer.", "io.opentelemetry.", "zipkin2.");

	/** Log at WARN that a handler of exceptions has failed itself. */
	private static final Set<String> EXCEPTION_HANDLERS = Set.of(
			"org.springframework.web.servlet.mvc.method.annotation.ExceptionHandlerExceptionResolver",
			"org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter");

	/**
	 * Log the exception that has ended a job or a step, wrapped in others that report how
	 * it has ended.
	 */
	private static final Set<String> BATCH_LOGGERS = Set.of("org.springframework.batch.core.job.AbstractJob",
			"org.springframework.batch.core.step.AbstractStep");

	/**
	 * Logs each chunk that is rolled back, also if Spring Batch skips the item next. If
	 * it does not, the step logs its failure.
	 */
	private static final String BATCH_CHUNKS = "org.springframework.batch.core.step.item.ChunkOrientedStep";

	/** Logs what an endpoint of Tomcat does not handle, also that its client has gone. */
	private static final String WEBSOCKET_LOGGER = "org.apache.tomcat.websocket.pojo.PojoEndpointBase";

	/** Reads from the clients of Tomcat and writes to them. */
	private static final String CLIENT_CONNECTIONS = "org.apache.tomcat.util.net.";

	/** Logs the stack trace of a failure of a channel as a text. */
	private static final String CHANNEL_LOGGER = "org.springframework.integration.handler.LoggingHandler";

	/** A logger that describes a throwable that is captured elsewhere. */
	private static final String REPEATING_LOGGER = "org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter";

	private final Cairn cairn;

	private final Incidents incidents;

	private final Signals signals;

	private final Redactor redactor;

	private final Logged captured;

	LoggedFailures(Cairn cairn, Incidents incidents, Signals signals, Redactor redactor, Logged captured) {
		this.cairn = cairn;
		this.incidents = incidents;
		this.signals = signals;
		this.redactor = redactor;
		this.captured = captured;
	}

	/** Returns the lowest level of the entries that are captured, if any are. */
	@Nullable Level threshold() {
		return (this.captured != Logged.NONE) ? THRESHOLD : null;
	}

	/**
	 * Captures the failure that an entry reports, if it reports one.
	 * @param entry the log entry
	 * @return the id of the incident that the entry belongs to, and the ids of its trace
	 * if the entry is logged outside of that trace
	 */
	Map<String, String> apply(LogEntry entry) {
		if (UnitOfWork.isForeign(this.signals)) {
			// Applications with the same class loader share the loggers
			return Map.of();
		}
		boolean own = Threads.isOwn() || OWN_LOGGERS.stream().anyMatch(entry.logger()::startsWith);
		Map<String, String> values = capture(entry, own);
		if (!own && this.signals.isActive(Signals.Kind.LOGGED)) {
			report(values.isEmpty() ? entry : entry.withBindings(values));
		}
		// A listener may have reported the failure meanwhile
		return values.isEmpty() ? values(entry) : values;
	}

	private void report(LogEntry entry) {
		this.signals.report(Signals.Kind.LOGGED, (listener, unit) -> {
			if (entry.isAtLeast(listener.logLevel())) {
				listener.logged(entry, unit);
			}
		});
	}

	private Map<String, String> capture(LogEntry entry, boolean own) {
		if (this.captured == Logged.NONE || !entry.isAtLeast(THRESHOLD)) {
			return Map.of();
		}
		boolean failure = !own && isFailure(entry);
		Throwable throwable = throwable(entry);
		if (throwable != null) {
			return captureThrowable(entry, throwable, failure && this.incidents.isFailure(throwable));
		}
		return (failure && this.captured == Logged.ALL && !entry.logger().equals(REPEATING_LOGGER)) ? captureText(entry)
				: Map.of();
	}

	/** Returns the throwable that an entry is about. */
	private static @Nullable Throwable throwable(LogEntry entry) {
		UnitOfWork unit = entry.logger().equals(CHANNEL_LOGGER) ? UnitOfWork.current() : null;
		Map<Thread, Throwable> all = (unit != null) ? unit.attribute(UnitOfWork.HANDED_OVER) : null;
		return (all != null) ? all.get(Thread.currentThread()) : entry.throwable();
	}

	private static boolean isFailure(LogEntry entry) {
		return (entry.isAtLeast(Level.ERROR) || EXCEPTION_HANDLERS.contains(entry.logger()))
				&& TELEMETRY_LOGGERS.stream().noneMatch(entry.logger()::startsWith)
				&& !entry.logger().equals(BATCH_CHUNKS) && !isDisconnected(entry);
	}

	private static boolean isDisconnected(LogEntry entry) {
		Throwable throwable = entry.throwable();
		return throwable != null && entry.logger().equals(WEBSOCKET_LOGGER)
				&& Throwables.chain(throwable).stream().anyMatch(LoggedFailures::isOfClient);
	}

	/** Other connections break with the same exceptions as that of the client. */
	private static boolean isOfClient(Throwable thrown) {
		return thrown instanceof IOException && Stream.of(Throwables.frames(thrown))
			.map(StackTraceElement::getClassName)
			.filter((type) -> !ApplicationFrames.isJdk(type))
			.limit(1)
			.anyMatch((type) -> type.startsWith(CLIENT_CONNECTIONS));
	}

	private Map<String, String> captureThrowable(LogEntry entry, Throwable throwable, boolean failure) {
		if (failure) {
			noteHandlerFailure(entry, throwable);
			boolean batch = BATCH_LOGGERS.contains(entry.logger());
			this.cairn.capture(batch ? Throwables.unwrap(throwable) : throwable, (Provisional) (report) -> {
				describe(entry, report);
				report.field(MessageFields.LOG_MESSAGE, entry.text());
				if (batch) {
					report.field(MessageFields.HANDLED, false);
				}
			});
		}
		return values(entry);
	}

	private Map<String, String> values(LogEntry entry) {
		Throwable throwable = throwable(entry);
		Incident incident = (throwable != null && this.captured != Logged.NONE && entry.isAtLeast(THRESHOLD))
				? this.incidents.find(throwable) : null;
		return (incident != null) ? values(entry, incident.id(), incident.trace()) : Map.of();
	}

	private static void noteHandlerFailure(LogEntry entry, Throwable throwable) {
		UnitOfWork unit = RequestFacts.currentUnit();
		if (unit != null && EXCEPTION_HANDLERS.contains(entry.logger())) {
			unit.set(RequestFacts.HANDLER_FAILURE, throwable);
		}
	}

	private Map<String, String> captureText(LogEntry entry) {
		String id = this.cairn.captureMessage(entry.text(), (Provisional) (report) -> describe(entry, report));
		return (id != null) ? values(entry, id, null) : Map.of();
	}

	/** A value without its name cannot be recognized as a secret. */
	private void describe(LogEntry entry, Event report) {
		report.field(MessageFields.LOG_LOGGER, entry.logger());
		if (!entry.arguments().isEmpty() && this.redactor.redact(entry.text()).equals(entry.text())) {
			report.field(MessageFields.LOG_TEMPLATE, entry.template())
				.field(MessageFields.LOG_ARGUMENTS, entry.arguments().stream().map(String::valueOf).toList());
		}
	}

	/** Never replaces what the application adds itself, since a line has a key once. */
	private static Map<String, String> values(LogEntry entry, String errorId, @Nullable Trace trace) {
		Map<String, String> values = new LinkedHashMap<>();
		if (!isSet(entry, LogEntry.ERROR_ID)) {
			values.put(LogEntry.ERROR_ID, errorId);
		}
		if (trace != null && !isSet(entry, UnitOfWork.TRACE_ID) && !isSet(entry, UnitOfWork.SPAN_ID)) {
			values.put(UnitOfWork.TRACE_ID, trace.traceId());
			values.put(UnitOfWork.SPAN_ID, trace.spanId());
		}
		return values;
	}

	private static boolean isSet(LogEntry entry, String key) {
		return entry.bindings().containsKey(key) || entry.keyValues().containsKey(key);
	}

}
