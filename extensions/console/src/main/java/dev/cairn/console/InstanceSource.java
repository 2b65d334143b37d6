package dev.cairn.console;

import java.util.List;

/**
 * Finds the other instances of the service, which the console shows beside its own.
 * Define beans of this type in addition to {@code cairn.console.peers}. If two instances
 * have the same name, the first one is taken.
 * <p>
 * It is called for each request for a peer or for the sum, by several threads at the same
 * time. It may block, but the request waits for it. If it throws an exception, that is
 * counted and logged, and the console has none of its instances.
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
