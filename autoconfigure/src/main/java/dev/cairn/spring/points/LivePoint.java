package dev.cairn.spring.points;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.Redactor;
import dev.cairn.Trace;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A point that is served: what it publishes can be changed at any time, and each call is
 * told as it is at its end. Thread-safe.
 */
final class LivePoint {

	/** The field that says what was thrown. */
	private static final String FIELD_ERROR_TYPE = "error_type";

	private static final Logger logger = LoggerFactory.getLogger(Points.class);

	private final String name;

	private final Expressions expressions;

	private final List<Signature> signatures = new CopyOnWriteArrayList<>();

	private final LongAdder published = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	private volatile CompiledPoint current;

	/**
	 * Create a point.
	 * @throws InvalidExpressionException when an expression is refused
	 */
	LivePoint(String name, Point point, Expressions expressions) {
		this.name = name;
		this.expressions = expressions;
		this.current = CompiledPoint.of(point, expressions);
	}

	/**
	 * Publish something else from now on.
	 * @throws InvalidExpressionException when an expression is refused; then all stays as
	 * it is
	 */
	synchronized void change(Point point) {
		CompiledPoint changed = CompiledPoint.of(point, this.expressions);
		this.signatures.forEach(changed::check);
		this.current = changed;
		this.told.clear();
	}

	synchronized void enable(boolean enabled) {
		CompiledPoint now = this.current;
		this.current = new CompiledPoint(now.point().withEnabled(enabled), now.condition(), now.names(), now.values());
	}

	/**
	 * Serve a method too.
	 * @throws InvalidExpressionException when it lacks what an expression needs
	 */
	synchronized void serve(Signature signature) {
		this.current.check(signature);
		this.signatures.add(signature);
	}

	PointReport report() {
		return new PointReport(this.name, this.signatures.stream().map(Signature::describe).distinct().toList(),
				this.current.point(), this.published.sum(), this.failed.sum());
	}

	boolean isOn() {
		return this.current.point().isOn();
	}

	boolean tells(boolean thrown) {
		return this.current.point().tells(thrown);
	}

	/** Publish a call. Does not throw. */
	void publish(Cairn cairn, Call call, @Nullable Trace trace) {
		try {
			CompiledPoint now = this.current;
			if (now.point().tells(call.hasThrown()) && meets(now, call) && send(now, cairn, call, trace)) {
				this.published.increment();
			}
		}
		catch (Throwable ex) {
			failed("the event", ex);
		}
	}

	/** What cannot be told is not met: the condition may be there to keep data in. */
	private boolean meets(CompiledPoint now, Call call) {
		if (now.condition() == null) {
			return true;
		}
		try {
			return Boolean.TRUE.equals(now.condition().evaluate(call));
		}
		catch (Throwable ex) {
			failed("its condition " + now.condition().text(), ex);
			return false;
		}
	}

	private boolean send(CompiledPoint now, Cairn cairn, Call call, @Nullable Trace trace) {
		Point point = now.point();
		Event event = cairn.event(point.type())
			.severity(point.severity())
			.rate(point.rate())
			.details((details) -> fill(now, call, details));
		if (point.category() != null) {
			event.category(point.category());
		}
		if (trace != null) {
			event.trace(trace);
		}
		return event.publish() != null;
	}

	private void fill(CompiledPoint now, Call call, Event event) {
		if (call.hasThrown()) {
			event.field(FIELD_ERROR_TYPE, call.errorType());
		}
		for (int i = 0; i < now.values().size(); i++) {
			Expression value = now.values().get(i);
			if (!value.isBeside(call)) {
				fill(now.names().get(i), value, call, event);
			}
		}
	}

	private void fill(String field, Expression value, Call call, Event event) {
		try {
			event.field(field, value.evaluate(call));
		}
		catch (Throwable ex) {
			failed("its field " + field + " = " + value.text(), ex);
		}
	}

	private void failed(String what, Throwable ex) {
		this.failed.increment();
		try {
			if (this.told.add(what)) {
				logger.warn("Cairn: point {} cannot tell {}: {}; further failures of it are only counted", this.name,
						what, Redactor.DEFAULT.redact(String.valueOf(ex)));
			}
		}
		catch (Throwable atTheEnd) {
			// Of the stack or of the memory: the count has to do
		}
	}

}
