package dev.cairn.spring.core;

import dev.cairn.engine.CairnBuilder;

/**
 * Customizes the {@link CairnBuilder} after the properties have been applied. Routes that
 * it adds come after those of the properties and before the default routes. A sink that
 * it adds receives only what its routes send to it, whereas a sink that is a bean is part
 * of the default routes.
 */
@FunctionalInterface
public interface CairnBuilderCustomizer {

	/**
	 * Customizes the builder.
	 * @param builder the builder
	 */
	void customize(CairnBuilder builder);

}
