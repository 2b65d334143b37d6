package dev.cairn.spring.autoconfigure;

import dev.cairn.CairnBuilder;

/**
 * Changes the Cairn that is about to be built, after the properties have been applied: to
 * add a sink, a route, a filter.
 */
@FunctionalInterface
public interface CairnBuilderCustomizer {

	/**
	 * Change it.
	 * @param builder what the properties have made
	 */
	void customize(CairnBuilder builder);

}
