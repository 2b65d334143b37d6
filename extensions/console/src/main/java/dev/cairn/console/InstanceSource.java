package dev.cairn.console;

import java.util.List;

/**
 * Finds the other instances of the service, which the console shows beside its own.
 * Define beans of this type in addition to {@code cairn.console.peers}. If two instances
 * have the same name, the first one is taken.
 * <p>
 * It is called each time that somebody looks at a peer or at the sum, by several threads
 * at the same time. These may block, but somebody waits for them. If it throws, the
 * failure is counted and logged, and the console has none of its instances.
 */
@FunctionalInterface
public interface InstanceSource {

	/**
	 * Returns the instances that there are now.
	 * @return the instances. It may contain the instance that is asked, which is found
	 * out and counted once.
	 */
	List<Instance> instances();

}
