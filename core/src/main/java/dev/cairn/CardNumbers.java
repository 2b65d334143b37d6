package dev.cairn;

/**
 * Recognises payment card numbers (ISO/IEC 7812): 13 to 19 digits that start as the
 * issued ranges do and pass the Luhn check, so that timestamps and counters are left
 * alone.
 */
final class CardNumbers {

	static final int MIN_DIGITS = 13;

	private static final int MAX_DIGITS = 19;

	private static final long SMALLEST = 1_000_000_000_000L;

	private CardNumbers() {
	}

	static boolean isCard(long number) {
		return number >= SMALLEST && isCard(Long.toString(number));
	}

	private static boolean isCard(CharSequence digits) {
		return digits.length() >= MIN_DIGITS && digits.length() <= MAX_DIGITS && isIssued(digits) && luhn(digits);
	}

	/**
	 * Return where the card number that starts at the given position ends, or -1 when
	 * none does. Digits may be grouped by single spaces or dashes.
	 */
	static int endOfCard(CharSequence text, int start) {
		if (start > 0 && isPartOfWord(text.charAt(start - 1))) {
			return -1;
		}
		StringBuilder digits = new StringBuilder(MAX_DIGITS);
		int end = start;
		for (int i = start; i < text.length() && digits.length() <= MAX_DIGITS; i++) {
			char c = text.charAt(i);
			if (c >= '0' && c <= '9') {
				digits.append(c);
				end = i + 1;
			}
			else if ((c != ' ' && c != '-') || end != i) {
				break;
			}
		}
		boolean wordGoesOn = end < text.length() && isPartOfWord(text.charAt(end));
		return (!wordGoesOn && isCard(digits)) ? end : -1;
	}

	private static boolean isPartOfWord(char c) {
		return Character.isLetterOrDigit(c) || c == '-' || c == '_';
	}

	/**
	 * Visa, Amex and Diners, Mastercard (51-55, 22-27), Discover, Maestro, JCB, UnionPay.
	 */
	private static boolean isIssued(CharSequence digits) {
		char first = digits.charAt(0);
		char second = digits.charAt(1);
		return (first >= '3' && first <= '6') || (first == '2' && second >= '2' && second <= '7');
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
