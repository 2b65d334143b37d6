package dev.cairn.spring.points;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

	/** Returns the Levenshtein distance, ignoring case. */
	private static int distance(String one, String other) {
		String from = one.toLowerCase(Locale.ROOT);
		String to = other.toLowerCase(Locale.ROOT);
		int[] row = IntStream.rangeClosed(0, to.length()).toArray();
		for (int i = 1; i <= from.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= to.length(); j++) {
				int replaced = diagonal + ((from.charAt(i - 1) == to.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[to.length()];
	}

}
