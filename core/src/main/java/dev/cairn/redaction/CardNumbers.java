package dev.cairn.redaction;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Set;

/**
 * Recognises payment card numbers (ISO/IEC 7812): 13 to 19 digits that start with an
 * issued range and pass the Luhn check, so that timestamps and counters are not masked.
 */
final class CardNumbers {

	static final int MIN_DIGITS = 13;

	private static final int MAX_DIGITS = 19;

	/** The least number of digits between two spaces. */
	private static final int LEAST_GROUP = 3;

	private static final long SMALLEST = 1_000_000_000_000L;

	private CardNumbers() {
	}

	/** Returns whether the digits left of the point are a card number. */
	static boolean isCard(Number number) {
		if (number instanceof Float || (number instanceof Double real && real != Math.rint(real))
				|| (number instanceof BigInteger integer && integer.bitLength() >= Long.SIZE)
				|| (number instanceof BigDecimal decimal && Math.abs((long) decimal.scale()) >= Long.SIZE)
				|| number.doubleValue() < SMALLEST) {
			return false;
		}
		long whole = number.longValue();
		return whole >= SMALLEST && isCard(Long.toString(whole));
	}

	static boolean isFirst(char c) {
		return c >= '2' && c <= '6';
	}

	/** Returns whether there are as many digits and separators as a card number has. */
	static boolean mayBegin(String text, int start) {
		int end = start;
		while (end < text.length() && end - start < MIN_DIGITS && isDigitOrSeparator(text.charAt(end))) {
			end++;
		}
		return end - start == MIN_DIGITS;
	}

	private static boolean isDigitOrSeparator(char c) {
		return (c >= '0' && c <= '9') || c == ' ' || c == '-' || c == '+';
	}

	private static boolean isCard(CharSequence digits) {
		return digits.length() >= MIN_DIGITS && digits.length() <= MAX_DIGITS && luhn(digits)
				&& RedactionRules.INSTANCE.isIssued(digits);
	}

	/**
	 * Returns the end of the card number that starts at the given position, or -1 if
	 * there is none. Digits may be grouped by single spaces, which are pluses in a query
	 * string, or dashes, and another number, such as the date of expiry, may follow
	 * behind a space. A plus before is that of a phone number, unless it is a space.
	 */
	static int endOfCard(MaskedText text, int start) {
		boolean phone = text.at(start - 1) == '+' && !isPartOfWord(text.at(start - 2));
		if (isPartOfWord(text.at(start - 1)) || phone) {
			return -1;
		}
		StringBuilder digits = new StringBuilder(MAX_DIGITS);
		int end = start;
		int group = start;
		int endOfCard = -1;
		for (int i = start; digits.length() <= MAX_DIGITS; i++) {
			char c = text.at(i);
			if (c >= '0' && c <= '9') {
				digits.append(c);
				end = i + 1;
			}
			else if ((c != ' ' && c != '-' && c != '+') || end != i || i - group < LEAST_GROUP) {
				break;
			}
			else {
				endOfCard = (c != '-' && isCard(digits)) ? end : endOfCard;
				group = i + 1;
			}
		}
		return (!isPartOfWord(text.at(end)) && isCard(digits)) ? end : endOfCard;
	}

	private static boolean isPartOfWord(char c) {
		return Character.isLetterOrDigit(c) || c == '-' || c == '_';
	}

	private static boolean luhn(CharSequence digits) {
		int sum = 0;
		boolean twice = false;
		for (int i = digits.length() - 1; i >= 0; i--) {
			int digit = digits.charAt(i) - '0';
			if (twice) {
				digit = (digit > 4) ? digit * 2 - 9 : digit * 2;
			}
			sum += digit;
			twice = !twice;
		}
		return sum % 10 == 0;
	}

	/** A range of first digits, and the numbers of digits that cards of it have. */
	record CardRange(String first, String last, Set<Integer> lengths) {

		static CardRange of(String[] rule) {
			String[] range = rule[0].split("-");
			Set<Integer> lengths = new HashSet<>();
			for (String length : rule[1].split(",")) {
				String[] bounds = length.split("-");
				for (int i = Integer.parseInt(bounds[0]); i <= Integer.parseInt(bounds[bounds.length - 1]); i++) {
					lengths.add(i);
				}
			}
			return new CardRange(range[0], range[range.length - 1], lengths);
		}

		boolean contains(CharSequence digits) {
			String start = digits.subSequence(0, this.first.length()).toString();
			return this.lengths.contains(digits.length()) && start.compareTo(this.first) >= 0
					&& start.compareTo(this.last) <= 0;
		}

	}

}
