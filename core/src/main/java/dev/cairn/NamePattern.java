package dev.cairn;

import java.util.Objects;

/**
 * A name in which {@code *} stands for any run of characters, such as {@code order.*}.
 * Matches in linear time if there is one star, and never backtracks further than the last
 * star. Immutable.
 */
public final class NamePattern {

	/** Matches every name. */
	public static final NamePattern ANY = new NamePattern("*");

	private final String pattern;

	private NamePattern(String pattern) {
		this.pattern = pattern;
	}

	/**
	 * Returns the pattern for a text.
	 * @param pattern a name, with or without stars
	 * @return the pattern
	 * @throws IllegalArgumentException if it is empty
	 */
	public static NamePattern of(String pattern) {
		Objects.requireNonNull(pattern, "pattern must not be null");
		if (pattern.isEmpty()) {
			throw new IllegalArgumentException("pattern must not be empty");
		}
		return "*".equals(pattern) ? ANY : new NamePattern(pattern);
	}

	/**
	 * Returns whether a name matches.
	 * @param name the name
	 * @return {@code true} if the whole name matches
	 */
	public boolean matches(String name) {
		if (this == ANY) {
			return true;
		}
		int p = 0;
		int n = 0;
		int star = -1;
		int resume = 0;
		while (n < name.length()) {
			if (p < this.pattern.length() && this.pattern.charAt(p) == '*') {
				star = p++;
				resume = n;
			}
			else if (p < this.pattern.length() && this.pattern.charAt(p) == name.charAt(n)) {
				p++;
				n++;
			}
			else if (star >= 0) {
				p = star + 1;
				n = ++resume;
			}
			else {
				return false;
			}
		}
		while (p < this.pattern.length() && this.pattern.charAt(p) == '*') {
			p++;
		}
		return p == this.pattern.length();
	}

	@Override
	public String toString() {
		return this.pattern;
	}

}
