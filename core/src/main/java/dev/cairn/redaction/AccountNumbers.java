package dev.cairn.redaction;

/**
 * Recognizes international bank account numbers (IBAN): a country, two check digits, and
 * the length of the country.
 */
final class AccountNumbers {

	private static final RedactionRules RULES = RedactionRules.INSTANCE;

	private static final int MAX_LENGTH = 34;

	private static final int MODULUS = 97;

	private AccountNumbers() {
	}

	/** Returns whether a digit follows where a country ends. */
	static boolean mayBegin(String text, int start) {
		return start + 2 < text.length() && isDigit(text.charAt(start + 2));
	}

	/** Returns the end of the IBAN that begins here, or -1. */
	static int endOfAccount(MaskedText text, int start) {
		if (!isDigit(text.at(start + 2)) || !isDigit(text.at(start + 3))) {
			return -1;
		}
		int length = RULES.lengthOfAccount(text.part(start, start + 2));
		StringBuilder account = new StringBuilder(MAX_LENGTH);
		int end = start;
		while (account.length() < length) {
			char c = text.at(end);
			if (isDigit(c) || (c >= 'A' && c <= 'Z')) {
				account.append(c);
			}
			else if (c != ' ' || text.at(end - 1) == ' ') {
				return -1;
			}
			end++;
		}
		boolean wordGoesOn = Character.isLetterOrDigit(text.at(end));
		return (length > 0 && !wordGoesOn && isValid(account)) ? end : -1;
	}

	private static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	/** ISO 7064: the country and the check digits count as the last ones. */
	private static boolean isValid(CharSequence account) {
		int remainder = 0;
		for (int i = 0; i < account.length(); i++) {
			int value = Character.digit(account.charAt((i + 4) % account.length()), 36);
			remainder = (remainder * ((value > 9) ? 100 : 10) + value) % MODULUS;
		}
		return remainder == 1;
	}

}
