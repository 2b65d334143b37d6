package dev.cairn;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Recognises payment card numbers (ISO/IEC 7812): 13 to 19 digits that start with an
 * issued range and pass the Luhn check, so that timestamps and counters are not masked.
 */
final class CardNumbers {

	static final int MIN_DIGITS = 13;

	private static final int MAX_DIGITS = 19;

	private static final long SMALLEST = 1_000_000_000_000L;

	private CardNumbers() {
	}

	/** Returns whether the digits left of the point are a card number. */
	static boolean isCard(Number number) {
		if (number instanceof Float || (number instanceof Double real && real != Math.rint(real))
				|| (number instanceof BigInteger integer && integer.bitLength() >= Long.SIZE)
				|| (number instanceof BigDecimal decimal && Math.abs((long) decimal.scale()) >= Long.SIZE)) {
			return false;
		}
		long whole = number.longValue();
		return whole >= SMALLEST && isCard(Long.toString(whole));
	}

	private static boolean isCard(CharSequence digits) {
		return digits.length() >= MIN_DIGITS && digits.length() <= MAX_DIGITS && isIssued(digits) && luhn(digits);
	}

	/**
	 * Returns the end of the card number that starts at the given position, or -1 if
	 * there is none. Digits may be grouped by single spaces or dashes, and another
	 * number, such as the date of expiry, may follow behind a space.
	 */
	static int endOfCard(CharSequence text, int start) {
		if (start > 0 && (isPartOfWord(text.charAt(start - 1)) || text.charAt(start - 1) == '+')) {
			return -1;
		}
		StringBuilder digits = new StringBuilder(MAX_DIGITS);
		int end = start;
		int endOfCard = -1;
		for (int i = start; i < text.length() && digits.length() <= MAX_DIGITS; i++) {
			char c = text.charAt(i);
			if (c >= '0' && c <= '9') {
				digits.append(c);
				end = i + 1;
			}
			else if ((c != ' ' && c != '-') || end != i) {
				break;
			}
			else if (c == ' ' && isCard(digits)) {
				endOfCard = end;
			}
		}
		boolean wordGoesOn = end < text.length() && isPartOfWord(text.charAt(end));
		return (!wordGoesOn && isCard(digits)) ? end : endOfCard;
	}

	private static boolean isPartOfWord(char c) {
		return Character.isLetterOrDigit(c) || c == '-' || c == '_';
	}

	/**
	 * The issued ranges and lengths. Each digit that has to match makes it less likely
	 * that an order number is mistaken for a card number.
	 */
	private static boolean isIssued(CharSequence digits) {
		int length = digits.length();
		int first4 = Integer.parseInt(digits, 0, 4, 10);
		int first2 = first4 / 100;
		return switch (first2 / 10) {
			case 2 -> length == 16 && first4 >= 2221 && first4 <= 2720;
			case 3 -> isAmexDinersOrJcb(first2, first4, length);
			case 4 -> length == 13 || length == 16 || length == 19;
			case 5 -> (first2 <= 55 && first2 >= 51 && length == 16) || isMaestro(first4);
			case 6 -> isDiscover(first2, first4, length) || isMaestro(first4) || (first2 == 62 && length >= 16);
			default -> false;
		};
	}

	private static boolean isAmexDinersOrJcb(int first2, int first4, int length) {
		boolean amex = (first2 == 34 || first2 == 37) && length == 15;
		boolean diners = (first2 == 36 || first2 == 38 || first2 == 39 || (first4 >= 3000 && first4 <= 3059))
				&& (length == 14 || length == 16);
		boolean jcb = first4 >= 3528 && first4 <= 3589 && length >= 16;
		return amex || diners || jcb;
	}

	private static boolean isDiscover(int first2, int first4, int length) {
		return length >= 16 && (first4 == 6011 || first2 == 65 || (first4 >= 6440 && first4 <= 6499));
	}

	private static boolean isMaestro(int first4) {
		return first4 == 5018 || first4 == 5020 || first4 == 5038 || first4 == 5893 || first4 == 6304 || first4 == 6759
				|| (first4 >= 6761 && first4 <= 6763);
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

}
