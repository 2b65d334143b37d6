package dev.cairn.spring.logging.format;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The names that formats of JSON have for their own values.
 */
enum JsonFormat {

	ECS("ElasticCommonSchemaStructuredLogFormatter",
			Set.of("@timestamp", "log", "process", "service", "message", "ecs"), Set.of("error"), "tags",
			"error.stack_trace") {

		@Override
		String allowed(String name) {
			return (name.indexOf('.') < 0) ? name
					: DOTS.matcher(name).replaceAll((dots) -> isInside(name, dots.start(), dots.end()) ? "." : "");
		}

		/** All names are in the object of the prefix. */
		@Override
		Set<String> withoutPrefix(Set<String> names, String prefix) {
			return prefix.isEmpty() ? names : Set.of();
		}

	},

	LOGSTASH("LogstashStructuredLogFormatter",
			Set.of("@timestamp", "@version", "message", "logger_name", "thread_name", "level", "level_value"),
			Set.of("stack_trace"), "tags", "stack_trace") {

		@Override
		Set<String> withoutPrefix(Set<String> names, String prefix) {
			return super.withoutPrefix(names, (prefix.isEmpty() || prefix.endsWith("_")) ? prefix : prefix + "_");
		}

	},

	/** A further underscore is put before names. */
	GELF("GraylogExtendedLogFormatStructuredLogFormatter",
			Set.of("id", "level_name", "process_pid", "process_thread_name", "log_logger", "service_version"),
			Set.of("error_type", "error_stack_trace", "error_message"), "", "error_stack_trace") {

		@Override
		String allowed(String name) {
			String valid = Notation.isWord(name) ? name : INVALID_IN_GELF.matcher(name).replaceAll("_");
			return (valid.startsWith("_") && !valid.startsWith("__")) ? valid.substring(1) : valid;
		}

	},

	PLAIN("", LineNames.RESERVED, Set.of("error"), "tags", "error.stack_trace") {

		@Override
		Set<String> withoutPrefix(Set<String> names, String prefix) {
			return super.withoutPrefix(names, (prefix.isEmpty() || prefix.endsWith(".")) ? prefix : prefix + ".");
		}

	};

	private static final String PROPERTIES = "logging.structured.json.";

	private static final Pattern DOTS = Pattern.compile("\\.+");

	private static final Pattern INVALID_IN_GELF = Pattern.compile("[^\\w.\\-]");

	/** The simple name of Boot's class; empty if it is not one of Boot's formats. */
	private final String type;

	private final Set<String> reserved;

	private final Set<String> ofThrowable;

	private final String ofMarkers;

	private final String stackTrace;

	JsonFormat(String type, Set<String> reserved, Set<String> ofThrowable, String ofMarkers, String stackTrace) {
		this.type = type;
		this.reserved = reserved;
		this.ofThrowable = ofThrowable;
		this.ofMarkers = ofMarkers;
		this.stackTrace = stackTrace;
	}

	String type() {
		return this.type;
	}

	/** Returns the name of the stack trace. */
	String stackTrace() {
		return this.stackTrace;
	}

	/** Returns the names of the format, and those that properties add to it. */
	LineNames names(Environment environment) {
		String prefix = environment.getProperty(PROPERTIES + "context.prefix", "");
		Set<String> names = new HashSet<>(this.reserved);
		map(environment, "add").keySet().forEach((path) -> names.add(allowed(first(path))));
		map(environment, "rename").forEach((path, name) -> {
			if (first(path).equals(path)) {
				names.add(allowed(name));
			}
		});
		UnaryOperator<String> allowed = (name) -> nonEmpty(allowed(name));
		return new LineNames(withoutPrefix(names, prefix), withoutPrefix(this.ofThrowable, prefix),
				withoutPrefix(Set.of(this.ofMarkers), prefix).stream().findFirst().orElse(""), allowed, this == ECS);
	}

	private String first(String path) {
		int dot = path.indexOf('.');
		return (this == ECS && dot > 0) ? path.substring(0, dot) : path;
	}

	private static Map<String, String> map(Environment environment, String name) {
		return Binder.get(environment)
			.bind(PROPERTIES + name, Bindable.mapOf(String.class, String.class))
			.orElseGet(Map::of);
	}

	private static String nonEmpty(String name) {
		return name.isEmpty() ? LineNames.RENAMED_PREFIX : name;
	}

	String allowed(String name) {
		return name;
	}

	/** Returns what has to follow the prefix for one of the names. */
	Set<String> withoutPrefix(Set<String> names, String prefix) {
		return names.stream()
			.filter((name) -> name.startsWith(prefix))
			.map((name) -> name.substring(prefix.length()))
			.collect(Collectors.toSet());
	}

	private static boolean isInside(String name, int start, int end) {
		return start > 0 && end < name.length();
	}

}
