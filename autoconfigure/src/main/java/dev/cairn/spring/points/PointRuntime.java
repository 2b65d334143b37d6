package dev.cairn.spring.points;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.Redactor;
import dev.cairn.Trace;
import dev.cairn.engine.Settings;
import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A point that publishes calls. The settings can change its definition at any time; each
 * call is published by the definition that is current at its end. Thread-safe.
 */
final class PointRuntime {

	private static final Logger logger = LoggerFactory.getLogger(Points.class);

	private final String name;

	private final CompiledPoint configured;

	private final ExpressionParser parser;

	private final Supplier<Settings> settings;

	private final List<Signature> signatures = new CopyOnWriteArrayList<>();

	private final LongAdder published = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private volatile WarnOnce warnings = new WarnOnce(logger);

	private volatile CompiledPoint current;

	/**
	 * Creates a point.
	 * @throws InvalidExpressionException if an expression is invalid
	 */
	PointRuntime(String name, Points.Definition definition, ExpressionParser parser, Supplier<Settings> settings) {
		this.name = name;
		this.configured = CompiledPoint.of(-1, definition, parser);
		this.parser = parser;
		this.settings = settings;
		this.current = this.configured;
	}

	/**
	 * Adds a method whose calls are published.
	 * @throws InvalidExpressionException if the method lacks a variable of an expression
	 */
	void add(Signature signature) {
		this.configured.check(signature);
		this.signatures.add(signature);
	}

	/**
	 * Compiles the definition with changed settings.
	 * @throws InvalidExpressionException if an expression is invalid
	 */
	CompiledPoint compile(long version, Settings.Point changed) {
		CompiledPoint compiled = CompiledPoint.of(version, this.configured.definition().with(changed), this.parser);
		this.signatures.forEach(compiled::check);
		return compiled;
	}

	private CompiledPoint current() {
		Settings now = this.settings.get();
		CompiledPoint point = this.current;
		return (point.version() == now.version()) ? point : compile(now);
	}

	/** Invalid settings change nothing. */
	private synchronized CompiledPoint compile(Settings now) {
		Settings.Point changed = now.points().get(this.name);
		try {
			this.current = (changed != null) ? compile(now.version(), changed)
					: this.configured.withVersion(now.version());
			this.warnings = new WarnOnce(logger);
		}
		catch (InvalidExpressionException ex) {
			this.current = this.current.withVersion(now.version());
			logger.warn("Cairn: the settings of point {} are not used: {}", this.name, ex.getMessage());
		}
		return this.current;
	}

	Points.Definition definition() {
		return current().definition();
	}

	Points.Report report() {
		return new Points.Report(this.name, this.signatures.stream().map(Signature::describe).distinct().toList(),
				definition(), this.published.sum(), this.failed.sum());
	}

	boolean isOn() {
		return definition().isOn();
	}

	boolean publishes(boolean thrown) {
		return definition().publishes(thrown);
	}

	/** Publishes a call. Never throws. */
	void publish(Cairn cairn, Call call, @Nullable Trace trace) {
		try {
			CompiledPoint point = current();
			if (point.definition().publishes(call.hasThrown()) && meetsCondition(point, call)
					&& send(point, cairn, call, trace)) {
				this.published.increment();
			}
		}
		catch (Throwable ex) {
			failed("the event", ex);
		}
	}

	/** A condition that fails is not met, since it may protect confidential data. */
	private boolean meetsCondition(CompiledPoint point, Call call) {
		Expression condition = point.condition();
		if (condition == null) {
			return true;
		}
		try {
			return Boolean.TRUE.equals(condition.evaluate(call));
		}
		catch (Throwable ex) {
			failed("the condition " + condition.text(), ex);
			return false;
		}
	}

	private boolean send(CompiledPoint point, Cairn cairn, Call call, @Nullable Trace trace) {
		Points.Definition definition = point.definition();
		Event event = cairn.event(definition.type())
			.severity(definition.severity())
			.rate(definition.rate())
			.details((details) -> addFields(point, call, details));
		if (definition.category() != null) {
			event.category(definition.category());
		}
		if (trace != null) {
			event.trace(trace);
		}
		return event.publish() != null;
	}

	private void addFields(CompiledPoint point, Call call, Event event) {
		if (call.hasThrown()) {
			event.field(Call.ERROR_TYPE, call.errorType());
		}
		for (CompiledPoint.Field field : point.fields()) {
			if (field.value().isApplicable(call)) {
				addField(field, call, event);
			}
		}
	}

	private void addField(CompiledPoint.Field field, Call call, Event event) {
		try {
			event.field(field.name(), field.value().evaluate(call));
		}
		catch (Throwable ex) {
			failed("the field " + field.name() + " = " + field.value().text(), ex);
		}
	}

	private void failed(String part, Throwable ex) {
		this.failed.increment();
		this.warnings.warn(part, () -> "Failed to evaluate " + part + " of point " + this.name + ": "
				+ Redactor.DEFAULT.redact(String.valueOf(ex)) + "; further failures of it are only counted");
	}

}
