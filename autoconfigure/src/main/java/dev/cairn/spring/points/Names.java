package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the names that are most similar to a wrong one. Stateless.
 */
final class Names {

	private static final int NEAREST = 3;

	private Names() {
	}

	/** Returns the name of a method with the types of its parameters. */
	static String signature(Method method) {
		return Stream.of(method.getParameterTypes())
			.map(Class::getSimpleName)
			.collect(Collectors.joining(",", method.getName() + "(", ")"));
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

	/**
	 * Returns the Levenshtein distance, ignoring case.
	 */
	private static int distance(String one, String other) {
		int[] row = new int[other.length() + 1];
		for (int j = 0; j <= other.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= one.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= other.length(); j++) {
				int same = (Character.toLowerCase(one.charAt(i - 1)) == Character.toLowerCase(other.charAt(j - 1))) ? 0
						: 1;
				int replaced = diagonal + same;
				diagonal = row[j];
				row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[other.length()];
	}

}
