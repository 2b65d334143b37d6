package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.cairn.Cairn;
import dev.cairn.Trace;
import dev.cairn.TraceSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.expression.EvaluationContext;

/**
 * All points of a service, those of annotations and those of the configuration, by their
 * names: shows what they did, and changes what they publish while the service runs. Which
 * methods they mean does not change. Thread-safe.
 */
public final class Points {

	private static final Logger logger = LoggerFactory.getLogger(Points.class);

	private final Supplier<@Nullable Cairn> cairn;

	private final TraceSource trace;

	private final Expressions expressions;

	private final Map<String, LivePoint> live = new ConcurrentSkipListMap<>();

	private final Map<String, ConfiguredMethods> configured = new LinkedHashMap<>();

	private final AnnotatedMethods annotated = new AnnotatedMethods(this);

	/** Found once: looking for a bean takes longer than everything else. */
	private volatile @Nullable Cairn found;

	/** A getter, or a sink, may be a bean that has points itself. */
	private final ThreadLocal<@Nullable Boolean> publishing = new ThreadLocal<>();

	/**
	 * Create the points.
	 * @param configured those of the configuration
	 * @param methodCalls whether expressions may call methods of what they read
	 * @param cairn finds the one that publishes; asked until it is there
	 * @param trace knows the active trace; asked for results that come later
	 */
	public Points(List<ConfiguredPoint> configured, boolean methodCalls, Supplier<@Nullable Cairn> cairn,
			TraceSource trace) {
		this.cairn = cairn;
		this.trace = trace;
		this.expressions = new Expressions(methodCalls);
		configured.forEach((point) -> this.configured.put(point.name(), new ConfiguredMethods(this, point)));
	}

	/**
	 * Return what serves the annotations.
	 * @return the advisor
	 */
	public PointsAdvisor advisor() {
		return new PointsAdvisor(this.annotated);
	}

	/**
	 * Return what serves a point of the configuration.
	 * @param name its name
	 * @return the advisor
	 * @throws IllegalArgumentException when there is no such point
	 */
	public PointsAdvisor advisor(String name) {
		ConfiguredMethods methods = this.configured.get(name);
		if (methods == null) {
			throw new IllegalArgumentException(
					"there is no point '" + name + "' in the configuration, only " + this.configured.keySet());
		}
		return new PointsAdvisor(methods);
	}

	/**
	 * Return what the points are and what they did.
	 * @return a snapshot, by their names
	 */
	public List<PointReport> report() {
		return this.live.values().stream().map(LivePoint::report).toList();
	}

	/**
	 * Publish something else at a point from now on.
	 * @param name the name of the point
	 * @param point what it publishes
	 * @throws IllegalArgumentException when there is no such point, or an expression is
	 * refused; then all stays as it is
	 */
	public void change(String name, Point point) {
		live(name).change(point);
	}

	/**
	 * Switch a point on or off.
	 * @param name the name of the point
	 * @param enabled whether it publishes
	 * @throws IllegalArgumentException when there is no such point
	 */
	public void enable(String name, boolean enabled) {
		live(name).enable(enabled);
	}

	private LivePoint live(String name) {
		LivePoint point = this.live.get(name);
		if (point == null) {
			throw new IllegalArgumentException("there is no point '" + name + "', but perhaps "
					+ Names.nearest(name, this.live.keySet().stream()));
		}
		return point;
	}

	LivePoint add(String name, Point point) {
		return this.live.computeIfAbsent(name, (key) -> new LivePoint(key, point, this.expressions));
	}

	/** Whether the configuration has such events of a method published. */
	boolean isConfigured(String eventType, Class<?> type, Method method, @Nullable String beanName) {
		return this.configured.values()
			.stream()
			.anyMatch((point) -> point.publishes(eventType, type, method, beanName));
	}

	Iterable<ConfiguredMethods> configured() {
		return this.configured.values();
	}

	AnnotatedMethods annotated() {
		return this.annotated;
	}

	EvaluationContext permitted() {
		return this.expressions.permitted();
	}

	boolean isPublishing() {
		return this.publishing.get() != null;
	}

	/** Publish something, and nothing that comes of doing so. Does not throw. */
	void publish(Consumer<Cairn> work) {
		this.publishing.set(Boolean.TRUE);
		try {
			Cairn known = cairn();
			if (known != null) {
				work.accept(known);
			}
		}
		catch (Throwable ex) {
			// Too early: a bean that Cairn needs is called while that is being made
			logger.debug("Cairn: an event is not published: {}", ex.toString());
		}
		finally {
			this.publishing.remove();
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
			logger.debug("Cairn: the active trace is not known: {}", ex.toString());
			return null;
		}
	}

}
