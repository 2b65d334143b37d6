package dev.cairn.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A hint that the calls of a unit of work are too many: the same statement many times,
 * which one statement could replace, or many calls of one kind.
 *
 * @param kind the kind: {@code n_plus_one} or {@code chatty}
 * @param text the statement, or the kind of the calls
 * @param count the number of calls
 * @param nanos how long they took together
 */
record Badge(String kind, String text, int count, long nanos) {

	static final int MANY_STATEMENTS = 5;

	static final int MANY_CALLS = 20;

	/** Texts and numbers. Possessive, because a statement may be long. */
	private static final Pattern LITERAL = Pattern.compile("'[^']*+'|\\b\\d++(?:\\.\\d++)?\\b");

	/** All parameters of a list but the first. */
	private static final Pattern FURTHER_PARAMETER = Pattern.compile(",\\s*+\\?");

	static List<Badge> of(List<Span> spans) {
		Map<String, Sum> statements = new LinkedHashMap<>();
		Map<String, Sum> kinds = new LinkedHashMap<>();
		for (Span span : spans) {
			if (span.isCall()) {
				String statement = span.statement();
				if (statement != null) {
					statements.computeIfAbsent(normalised(statement), (text) -> new Sum()).add(span);
				}
				kinds.computeIfAbsent(span.kind(), (kind) -> new Sum()).add(span);
			}
		}
		List<Badge> badges = new ArrayList<>();
		statements.forEach((statement, sum) -> {
			if (sum.count >= MANY_STATEMENTS) {
				badges.add(new Badge("n_plus_one", statement, sum.count, sum.nanos));
				Sum rest = kinds.get(sum.kind);
				if (rest != null) {
					rest.subtract(sum);
				}
			}
		});
		kinds.forEach((kind, sum) -> {
			if (sum.count >= MANY_CALLS) {
				badges.add(new Badge("chatty", kind, sum.count, sum.nanos));
			}
		});
		return List.copyOf(badges);
	}

	private static String normalised(String statement) {
		String withoutLiterals = LITERAL.matcher(statement).replaceAll("?");
		return FURTHER_PARAMETER.matcher(withoutLiterals).replaceAll("");
	}

	/** Calls that are counted together. */
	private static final class Sum {

		private int count;

		private long nanos;

		private String kind = "";

		void add(Span span) {
			this.count++;
			this.nanos += Math.max(span.nanos(), 0);
			this.kind = span.kind();
		}

		void subtract(Sum other) {
			this.count -= other.count;
			this.nanos -= other.nanos;
		}

	}

}
