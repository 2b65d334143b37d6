package dev.cairn.spring.points;

import java.util.Map;

import dev.cairn.Category;
import dev.cairn.Severity;
import dev.cairn.annotation.PublishEvent.On;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * Events published by annotations and by points.
 *
 * @param events Events published by annotations and by points.
 * @param points Points that publish the calls of bean methods as events, by name.
 */
@ConfigurationProperties("cairn")
record PointsProperties(@DefaultValue EventsProperties events, @DefaultValue Map<String, PointProperties> points) {

	/**
	 * Reads the properties before beans are created.
	 */
	static PointsProperties of(Environment environment) {
		return Binder.get(environment).bindOrCreate("cairn", PointsProperties.class);
	}

	/**
	 * Events published by annotations and by points.
	 *
	 * @param enabled Whether to publish the calls of methods annotated with PublishEvent,
	 * and those selected by cairn.points.
	 * @param methodCalls Whether expressions may call methods, instead of only reading
	 * properties.
	 */
	record EventsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean methodCalls) {
	}

	/**
	 * A point that publishes the calls of a bean method as events.
	 *
	 * @param method Method whose calls to publish, with the name of its bean or class.
	 * @param pointcut AspectJ pointcut of the methods, instead of a method.
	 * @param type Type of the event. Defaults to the name of the point.
	 * @param on Ends of a call to publish.
	 * @param fields Expressions of the fields, by name.
	 * @param condition Expression that must be true for a call to be published.
	 * @param category Category of the event.
	 * @param severity Severity of the event.
	 * @param rate Fraction of the events to keep, 0 (none) to 1 (all).
	 * @param enabled Whether to publish events.
	 */
	record PointProperties(@Nullable String method, @Nullable String pointcut, @Nullable String type,
			@DefaultValue("return") On on, @DefaultValue Map<String, String> fields, @Nullable String condition,
			@Nullable Category category, @DefaultValue("informational") Severity severity,
			@DefaultValue("1") double rate, @DefaultValue("true") boolean enabled) {

		Points.Definition toDefinition(String name) {
			return new Points.Definition((this.type != null) ? this.type : name, this.on, this.fields, this.condition,
					this.category, this.severity, this.rate, this.enabled);
		}

	}

}
