package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Sampler;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.annotation.PublishEvent.On;
import dev.cairn.engine.Settings;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.aop.Expression;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The points of an application, in annotations and in the configuration. Thread-safe.
 */
public final class Points {

	private static final Logger logger = LoggerFactory.getLogger(Points.class);

	private final Supplier<@Nullable Cairn> cairn;

	private final Trace.Source trace;

	private final Expression.Parser parser;

	private final Map<String, Point> points = new ConcurrentSkipListMap<>();

	private final Map<String, ConfiguredMethods> configured = new ConcurrentSkipListMap<>();

	private final ApplicationFrames application;

	private final UnaryOperator<String> redaction;

	private final AnnotatedMethods annotated = new AnnotatedMethods(this);

	private volatile Settings.Holder settings = new Settings.Holder(Settings.DEFAULT);

	/** Cached, since a bean lookup is expensive. */
	private volatile @Nullable Cairn found;

	Points(PointsProperties properties, ApplicationFrames application, Supplier<@Nullable Cairn> cairn,
			Trace.Source trace, UnaryOperator<String> redaction) {
		this.redaction = redaction;
		this.cairn = cairn;
		this.trace = trace;
		this.parser = new Expression.Parser(properties.events().methodCalls());
		this.application = application;
		properties.points().forEach(this::configured);
	}

	/**
	 * Returns what the points have published.
	 * @return the reports, ordered by name
	 */
	public List<Report> report() {
		return this.points.values().stream().map(Point::report).toList();
	}

	/**
	 * Changes a point in the settings.
	 * @param name the name of the point
	 * @param changed the new settings of the point
	 * @throws IllegalArgumentException if there is no such point, or an expression is
	 * invalid; the settings are not changed then
	 */
	public void change(String name, Settings.Point changed) {
		check(name, changed);
		this.settings.update((base) -> with(base, name, changed));
	}

	private static Settings with(Settings base, String name, Settings.Point changed) {
		Map<String, Settings.Point> all = new LinkedHashMap<>(base.points());
		all.put(name, changed);
		return base.withPoints(all);
	}

	/**
	 * Checks whether a point can have settings.
	 * @param name the name of the point
	 * @param changed the settings
	 * @throws IllegalArgumentException if there is no such point, or an expression is
	 * invalid
	 */
	public void check(String name, Settings.Point changed) {
		point(name).compile(changed);
	}

	/**
	 * Returns the settings of a point: those of a snapshot, or else the configured ones.
	 * @param name the name of the point
	 * @param snapshot the snapshot
	 * @return the settings of the point
	 * @throws IllegalArgumentException if there is no such point
	 */
	public Settings.Point settings(String name, Settings snapshot) {
		Definition configured = point(name).configured();
		Settings.Point known = snapshot.points().get(name);
		return (known != null) ? known
				: new Settings.Point(configured.enabled(), configured.condition(), configured.fields());
	}

	/**
	 * Enables or disables a point in the settings.
	 * @param name the name of the point
	 * @param enabled whether the point publishes
	 * @throws IllegalArgumentException if there is no such point
	 */
	public void enable(String name, boolean enabled) {
		this.settings.update((base) -> {
			Settings.Point known = settings(name, base);
			return with(base, name, new Settings.Point(enabled, known.condition(), known.fields()));
		});
	}

	/** Sets the settings to follow; until then, the points are as configured. */
	void follow(Settings.Holder settings) {
		this.settings = settings;
	}

	private Point point(String name) {
		Point point = this.points.get(name);
		if (point == null) {
			throw new IllegalArgumentException("the point '" + name + "' does not exist; similar points are "
					+ PointsValidator.nearest(name, this.points.keySet().stream()));
		}
		return point;
	}

	/**
	 * Declares a point whose events are published elsewhere, so that it can be switched
	 * as all others. Only whether it is enabled has an effect.
	 * @param name the name of the point
	 * @param definition the event
	 */
	public void declare(String name, Definition definition) {
		add(name, definition);
	}

	Point add(String name, Definition definition) {
		return this.points.computeIfAbsent(name,
				(key) -> new Point(key, definition, this.parser, () -> this.settings.get(), this.redaction));
	}

	/** Adds the point if only a child context has its properties. */
	ConfiguredMethods configured(String name, PointsProperties.PointProperties properties) {
		return this.configured.computeIfAbsent(name,
				(absent) -> new ConfiguredMethods(this, absent, properties, this.application));
	}

	Collection<ConfiguredMethods> configured() {
		return this.configured.values();
	}

	/** Returns whether a configured point publishes the calls of a method. */
	boolean isConfigured(String eventType, Class<?> type, Method method, @Nullable String beanName) {
		return this.configured.values()
			.stream()
			.anyMatch((point) -> point.publishes(eventType, type, method, beanName));
	}

	AnnotatedMethods annotated() {
		return this.annotated;
	}

	boolean isPublishing() {
		return Extensions.isWithin(this);
	}

	/**
	 * Publishes events, but none of the calls that this causes: a getter or a sink may be
	 * a method with points. Never throws.
	 */
	void publish(Consumer<Cairn> work) {
		try {
			Extensions.within(this, () -> {
				Cairn known = cairn();
				if (known != null) {
					work.accept(known);
				}
				return null;
			});
		}
		catch (Throwable ex) {
			// The method was called while Cairn itself is being created
			logger.debug("Cairn: failed to publish an event: {}", ex.toString());
		}
	}

	private @Nullable Cairn cairn() {
		Cairn known = this.found;
		if (known == null) {
			known = this.cairn.get();
			this.found = known;
		}
		return known;
	}

	@Nullable Trace trace() {
		try {
			return this.trace.current();
		}
		catch (RuntimeException ex) {
			logger.debug("Cairn: failed to get the active trace: {}", ex.toString());
			return null;
		}
	}

	/**
	 * The state of a point.
	 *
	 * @param name the name of the point
	 * @param methods the methods whose calls are published
	 * @param definition the current definition
	 * @param published the number of events that a sink accepted
	 * @param failed the number of expressions that could not be evaluated
	 */
	public record Report(String name, List<String> methods, Definition definition, long published, long failed) {
	}

	/**
	 * The event that a point publishes for a call. The methods of the point are not part
	 * of it. Immutable.
	 *
	 * @param type the type of the event
	 * @param on the ends of a call that are published
	 * @param fields the expressions of the fields, by name
	 * @param condition the expression that must be true, {@code null} for all calls
	 * @param category the category of the event
	 * @param severity the severity of the event
	 * @param rate the fraction to keep, 0 (none) to 1 (all)
	 * @param enabled whether anything is published
	 */
	public record Definition(String type, On on, Map<String, String> fields, @Nullable String condition,
			@Nullable Category category, Severity severity, double rate, boolean enabled) {

		/**
		 * Checks what does not depend on a method.
		 * @throws IllegalArgumentException if the type or the rate is invalid
		 */
		public Definition {
			InvalidPointException.check("type", type, () -> checkType(type));
			InvalidPointException.check("rate", rate, () -> Sampler.checkRate(rate));
			Objects.requireNonNull(on, "on must not be null");
			Objects.requireNonNull(severity, "severity must not be null");
			fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
		}

		/**
		 * Checks that an event may have a type.
		 * @throws IllegalArgumentException if the type is not a token, or is reserved
		 */
		static void checkType(String type) {
			Message.checkType(type);
			if (Message.isReserved(type)) {
				throw new IllegalArgumentException(
						"type '" + type + "' is reserved for Cairn's own messages; use another type");
			}
		}

		/** Returns this definition with the parts that can be changed at run time. */
		Definition with(Settings.Point settings) {
			return new Definition(this.type, this.on, settings.fields(), settings.condition(), this.category,
					this.severity, this.rate, settings.enabled());
		}

		boolean isOn() {
			return this.enabled && this.rate > 0;
		}

		/** Returns whether a call that returned, or threw an exception, is published. */
		boolean publishes(boolean thrown) {
			return isOn() && (this.on == On.BOTH || (this.on == On.THROW) == thrown);
		}

	}

}
