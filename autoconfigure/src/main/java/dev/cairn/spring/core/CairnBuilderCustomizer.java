package dev.cairn.spring.core;

import dev.cairn.engine.CairnBuilder;

/**
 * Changes the Cairn that is about to be built, after the properties have been applied: to
 * add a filter or a route, which goes behind those of the properties and before the
 * default way. A sink that is added here gets what such a route sends to it; a sink that
 * is a bean takes part in the default way too.
 */
@FunctionalInterface
public interface CairnBuilderCustomizer {

	/**
	 * Change it.
	 * @param builder what the properties have made
	 */
	void customize(CairnBuilder builder);

}
