package dev.cairn.spring.points;

import java.util.List;
import java.util.Map;

import dev.cairn.Category;
import dev.cairn.Sampler;
import dev.cairn.Severity;
import dev.cairn.annotation.On;
import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * Events that are published without a call.
 *
 * @param events Events of annotations and of points.
 * @param points Calls of bean methods that are published as events, by names that say
 * which event it is.
 */
@ConfigurationProperties("cairn")
record PointsProperties(@DefaultValue EventsProperties events, @DefaultValue Map<String, PointProperties> points) {

	/**
	 * Read them before there are beans.
	 */
	static PointsProperties of(Environment environment) {
		return Binder.get(environment).bindOrCreate("cairn", PointsProperties.class);
	}

	List<ConfiguredPoint> toPoints() {
		return this.points.entrySet().stream().map((point) -> point.getValue().toPoint(point.getKey())).toList();
	}

	/**
	 * Events of annotations and of points.
	 *
	 * @param enabled Whether calls of methods with Event, and of those that cairn.points
	 * means, are published.
	 * @param methodCalls Whether expressions may call methods of what they read, and not
	 * only read properties.
	 */
	record EventsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean methodCalls) {
	}

	/**
	 * Calls of a bean method that are published as events.
	 *
	 * @param method Method whose calls are published, by the name of its bean or class.
	 * @param pointcut AspectJ pointcut of such methods, instead of method.
	 * @param type Type of the event; the name of the point by default.
	 * @param on Which ends of a call are published.
	 * @param fields Expressions by the names of the fields.
	 * @param condition Expression that must be true.
	 * @param category Kind of data that it is.
	 * @param severity Severity of the event.
	 * @param rate Fraction to keep, 0 (none) to 1 (all).
	 * @param enabled Whether it is published.
	 */
	record PointProperties(@Nullable String method, @Nullable String pointcut, @Nullable String type,
			@DefaultValue("return") On on, @DefaultValue Map<String, String> fields, @Nullable String condition,
			@Nullable Category category, @DefaultValue("informational") Severity severity,
			@DefaultValue("1") double rate, @DefaultValue("true") boolean enabled) {

		ConfiguredPoint toPoint(String name) {
			String property = "cairn.points." + name;
			String event = InvalidProperty.check(property + ".type", (this.type != null) ? this.type : name,
					() -> Point.checkType((this.type != null) ? this.type : name));
			InvalidProperty.check(property + ".rate", this.rate, () -> Sampler.checkRate(this.rate));
			return new ConfiguredPoint(name, this.method, this.pointcut, new Point(event, this.on, this.fields,
					this.condition, this.category, this.severity, this.rate, this.enabled));
		}

	}

}
