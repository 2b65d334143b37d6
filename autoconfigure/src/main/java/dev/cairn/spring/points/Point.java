package dev.cairn.spring.points;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.Trace;
import dev.cairn.engine.Settings;
import dev.cairn.internal.WarnOnce;
import dev.cairn.spring.aop.Expression;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.expression.ParseException;

/**
 * A point that publishes calls. The settings can change its definition at any time; each
 * call is published by the definition that is current at its end. Thread-safe.
 */
final class Point {

	private static final Logger logger = LoggerFactory.getLogger(Points.class);

	private final String name;

	private final Expression.Parser parser;

	private final Supplier<Settings> settings;

	private final Compiled configured;

	private final List<Signature> signatures = new CopyOnWriteArrayList<>();

	private final LongAdder published = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final UnaryOperator<String> redaction;

	private volatile WarnOnce warnings = new WarnOnce(logger);

	private volatile Compiled current;

	/** The version of the settings that it has been compiled for. */
	private volatile long version = -1;

	/**
	 * Creates a point.
	 * @throws InvalidPointException if an expression is invalid
	 */
	Point(String name, Points.Definition definition, Expression.Parser parser, Supplier<Settings> settings,
			UnaryOperator<String> redaction) {
		this.redaction = redaction;
		this.name = name;
		this.parser = parser;
		this.settings = settings;
		this.configured = Compiled.of(definition, parser);
		this.current = this.configured;
	}

	/**
	 * Adds a method whose calls are published.
	 * @throws InvalidPointException if the method lacks a variable of an expression
	 */
	Point with(Signature signature) {
		this.configured.check(signature);
		this.signatures.add(signature);
		return this;
	}

	/**
	 * Compiles the definition with changed settings.
	 * @throws InvalidPointException if an expression is invalid
	 */
	Compiled compile(Settings.Point changed) {
		Compiled compiled = Compiled.of(this.configured.definition().with(changed), this.parser);
		this.signatures.forEach(compiled::check);
		return compiled;
	}

	private Compiled current() {
		Settings now = this.settings.get();
		if (now.version() != this.version) {
			follow(now);
		}
		return this.current;
	}

	/** Invalid settings change nothing. */
	private synchronized void follow(Settings now) {
		Settings.Point changed = now.points().get(this.name);
		try {
			this.current = (changed != null) ? compile(changed) : this.configured;
			this.warnings = new WarnOnce(logger);
		}
		catch (InvalidPointException ex) {
			logger.warn("Cairn: the settings of point {} are ignored: {}", this.name, ex.getMessage());
		}
		this.version = now.version();
	}

	Points.Definition configured() {
		return this.configured.definition();
	}

	Points.Definition definition() {
		return current().definition();
	}

	Points.Report report() {
		return new Points.Report(this.name, this.signatures.stream().map(Signature::describe).distinct().toList(),
				definition(), this.published.sum(), this.failed.sum());
	}

	/** Publishes a call. Never throws. */
	void publish(Cairn cairn, Call call, @Nullable Trace trace) {
		try {
			Compiled point = current();
			if (point.definition().publishes(call.hasThrown()) && meets(point.condition(), call)
					&& send(point, cairn, call, trace)) {
				this.published.increment();
			}
		}
		catch (Throwable ex) {
			failed("the event", ex);
		}
	}

	/** A condition that fails is not met, since it may protect confidential data. */
	private boolean meets(@Nullable Expression condition, Call call) {
		try {
			return condition == null || Boolean.TRUE.equals(call.evaluate(condition));
		}
		catch (Throwable ex) {
			failed("the condition " + condition.text(), ex);
			return false;
		}
	}

	private boolean send(Compiled point, Cairn cairn, Call call, @Nullable Trace trace) {
		Points.Definition definition = point.definition();
		Event event = cairn.event(definition.type())
			.severity(definition.severity())
			.rate(definition.rate())
			.details((details) -> addFields(point.fields(), call, details));
		if (definition.category() != null) {
			event.category(definition.category());
		}
		if (trace != null) {
			event.trace(trace);
		}
		return event.publish() != null;
	}

	private void addFields(List<Field> fields, Call call, Event event) {
		if (call.hasThrown()) {
			event.field(Call.ERROR_TYPE, call.errorType());
		}
		for (Field field : fields) {
			if (call.hasValueFor(field.value())) {
				addField(field, call, event);
			}
		}
	}

	private void addField(Field field, Call call, Event event) {
		try {
			event.field(field.name(), call.evaluate(field.value()));
		}
		catch (Throwable ex) {
			failed("the field " + field.name() + " = " + field.value().text(), ex);
		}
	}

	private void failed(String part, Throwable ex) {
		this.failed.increment();
		this.warnings.warn(part, () -> "failed to evaluate " + part + " of point " + this.name + ": "
				+ this.redaction.apply(String.valueOf(ex)) + ". Further failures are only counted");
	}

	/** A definition whose expressions have been parsed. */
	record Compiled(Points.Definition definition, @Nullable Expression condition, List<Field> fields) {

		private static final String CONDITION = "condition";

		static Compiled of(Points.Definition definition, Expression.Parser parser) {
			List<Field> fields = new ArrayList<>();
			definition.fields().forEach((name, value) -> fields.add(new Field(name, parse(parser, part(name), value))));
			String condition = definition.condition();
			return new Compiled(definition, (condition != null) ? parse(parser, CONDITION, condition) : null,
					List.copyOf(fields));
		}

		private static String part(String field) {
			return "fields." + field;
		}

		private static Expression parse(Expression.Parser parser, String part, String text) {
			try {
				return parser.parse(text);
			}
			catch (ParseException ex) {
				throw InvalidPointException.of(part, text, ex);
			}
		}

		/** Checks that a method has all variables of the expressions. */
		void check(Signature signature) {
			if (this.condition != null) {
				check(CONDITION, this.condition, signature);
			}
			this.fields.forEach((field) -> check(part(field.name()), field.value(), signature));
		}

		private static void check(String part, Expression expression, Signature signature) {
			try {
				expression.check((name) -> Call.VARIABLES.contains(name) || signature.hasArgument(name),
						() -> signature.describe() + "; available are " + signature.variables());
			}
			catch (ParseException ex) {
				throw InvalidPointException.of(part, expression.text(), ex);
			}
		}

	}

	private record Field(String name, Expression value) {
	}

}
