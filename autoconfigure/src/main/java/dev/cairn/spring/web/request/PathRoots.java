package dev.cairn.spring.web.request;

import java.util.Collection;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Matches paths by their beginnings, such as those of the actuator on the server of the
 * application.
 *
 * @param roots the paths that matching ones are at or below
 */
record PathRoots(Supplier<? extends Collection<String>> roots) implements Predicate<String> {

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
