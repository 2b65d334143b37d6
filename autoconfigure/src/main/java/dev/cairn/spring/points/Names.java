package dev.cairn.spring.points;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import dev.cairn.internal.Text;

/**
 * Finds the names that are most similar to a wrong one. Stateless.
 */
final class Names {

	private static final int NEAREST = 3;

	private Names() {
	}

	/**
	 * Returns the names that are most similar to a wrong one, the nearest first. The
	 * parameters of a method count only among methods of the same name.
	 */
	static List<String> nearest(String wrong, Stream<String> right) {
		String name = withoutParameters(wrong);
		return right.distinct()
			.sorted(Comparator.comparingInt((String other) -> distance(name, withoutParameters(other)))
				.thenComparingInt((other) -> distance(wrong, other))
				.thenComparing(Comparator.naturalOrder()))
			.limit(NEAREST)
			.toList();
	}

	private static String withoutParameters(String method) {
		int open = method.indexOf('(');
		return (open < 0) ? method : method.substring(0, open);
	}

	private static int distance(String one, String other) {
		return Text.distance(one.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
	}

}
