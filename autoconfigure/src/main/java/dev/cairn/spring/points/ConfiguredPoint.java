package dev.cairn.spring.points;

import org.jspecify.annotations.Nullable;

/**
 * A point of the configuration.
 *
 * @param name its name
 * @param method the method that it means; {@code null} when there is a pointcut
 * @param pointcut the methods that it means; {@code null} when there is a method
 * @param point what it publishes
 */
public record ConfiguredPoint(String name, @Nullable String method, @Nullable String pointcut, Point point) {

	/** Return the name of one of its properties. */
	String property(String part) {
		return "cairn.points." + this.name + "." + part;
	}

}
