package dev.cairn.spring.web.request;

import java.util.Collection;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Matches the paths of the actuator on the server of the application.
 *
 * @param roots the paths that all endpoints are at or below
 */
record ActuatorPaths(Supplier<? extends Collection<String>> roots) implements Predicate<String> {

	@Override
	public boolean test(String path) {
		for (String root : this.roots.get()) {
			if (path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/')) {
				return true;
			}
		}
		return false;
	}

}
