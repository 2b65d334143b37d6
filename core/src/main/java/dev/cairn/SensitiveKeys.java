package dev.cairn;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.cairn.RedactionRules.KeyKind;

/**
 * Decides by the words of a key whether its value is masked. Thread-safe.
 */
final class SensitiveKeys {

	private static final RedactionRules RULES = RedactionRules.INSTANCE;

	private static final int MAX_CACHED_KEYS = 2000;

	private static final int MAX_KEY_LENGTH = 200;

	/** The maximum number of words of a rule. */
	private static final int MAX_WORDS = 3;

	private static final String CARD = "card";

	/** Matches a whole word, or several that are side by side. */
	private final Map<String, KeyKind> words = new HashMap<>();

	/** Matches the end of a word, by the last character. */
	private final Map<Character, Map<String, KeyKind>> suffixes = new HashMap<>();

	/** The words of the application, beside which no other word is harmless. */
	private final Set<String> own = new HashSet<>();

	/** The last words of rules with several words. */
	private final Set<String> lastWords = new HashSet<>();

	private final Set<String> allowed = new HashSet<>();

	private final Map<String, KeyKind> known = new ConcurrentHashMap<>();

	private final Map<String, KeyKind> knownPhrases = new ConcurrentHashMap<>();

	private int shortest = MAX_KEY_LENGTH;

	SensitiveKeys(Collection<String> words, Collection<String> allowed) {
		for (String word : words) {
			boolean suffix = word.startsWith("*");
			String letters = normalize(word);
			if (!letters.isEmpty()) {
				KeyKind kind = RULES.words().getOrDefault(word, KeyKind.PASSWORD);
				this.words.put(letters, kind);
				this.shortest = Math.min(this.shortest, letters.length());
				String last = normalize(word.substring(word.lastIndexOf(' ') + 1));
				if (!last.equals(letters)) {
					this.lastWords.add(last);
				}
				if (!RULES.words().containsKey(word)) {
					this.own.add(letters);
				}
				if (suffix || this.own.contains(letters)) {
					this.suffixes.computeIfAbsent(letters.charAt(letters.length() - 1), (character) -> new HashMap<>())
						.put(letters, kind);
				}
			}
		}
		allowed.forEach((key) -> this.allowed.add(normalize(key)));
	}

	private static String normalize(String key) {
		StringBuilder letters = new StringBuilder(key.length());
		key.chars().filter(Character::isLetterOrDigit).forEach((c) -> letters.append((char) c));
		return letters.toString().toLowerCase(Locale.ROOT);
	}

	/** Returns whether a key is too short to be sensitive. */
	boolean isShort(int length) {
		return length < this.shortest;
	}

	/** Decides on a key. */
	KeyKind of(String key) {
		return remembered(this.known, key, 0);
	}

	/**
	 * Decides on a key in text, with the words before it, as in "the API key". Those
	 * alone do not make it sensitive, as in "token expired".
	 */
	KeyKind ofPhrase(String phrase) {
		return remembered(this.knownPhrases, phrase, phrase.lastIndexOf(' ') + 1);
	}

	private KeyKind remembered(Map<String, KeyKind> memory, String key, int start) {
		KeyKind kind = memory.get(key);
		if (kind == null) {
			kind = of(key, start);
			if (memory.size() < MAX_CACHED_KEYS) {
				memory.put(key, kind);
			}
		}
		return kind;
	}

	/** Returns whether the words before a word may change what it is. */
	boolean dependsOnContext(String word) {
		return (word.endsWith("s") && of(word) != KeyKind.HARMLESS)
				|| this.lastWords.contains(word.toLowerCase(Locale.ROOT));
	}

	private KeyKind of(String phrase, int start) {
		String key = (phrase.length() - start > MAX_KEY_LENGTH) ? phrase.substring(0, start + MAX_KEY_LENGTH) : phrase;
		Words split = new Words(key, start);
		for (int last = split.size() - 1; last >= split.first(); last--) {
			for (int number = 1; number <= MAX_WORDS && number <= last + 1; number++) {
				KeyKind kind = kindOf(split, last - number + 1, last);
				if (kind != KeyKind.HARMLESS && !this.allowed.contains(normalize(key.substring(start)))) {
					return kind;
				}
			}
		}
		return KeyKind.HARMLESS;
	}

	private KeyKind kindOf(Words split, int from, int to) {
		String joined = split.joined(from, to);
		String word = this.words.containsKey(joined) ? joined : singular(joined);
		KeyKind kind = this.words.get(word);
		if (kind == null && from == to) {
			word = suffixOf(word);
			kind = this.words.get(word);
		}
		if (kind == null || (!this.own.contains(word) && isHarmless(split, from, to))) {
			return KeyKind.HARMLESS;
		}
		return kind;
	}

	private String suffixOf(String word) {
		Map<String, KeyKind> candidates = word.isEmpty() ? Map.of()
				: this.suffixes.getOrDefault(word.charAt(word.length() - 1), Map.of());
		for (String suffix : candidates.keySet()) {
			if (word.endsWith(suffix)) {
				return suffix;
			}
		}
		return word;
	}

	/** Removes the digits, and the letter of the plural. */
	private static String singular(String word) {
		int end = word.length();
		while (end > 0 && Character.isDigit(word.charAt(end - 1))) {
			end--;
		}
		return word.substring(0, (end > 1 && word.charAt(end - 1) == 's') ? end - 1 : end);
	}

	private static boolean isHarmless(Words split, int from, int to) {
		if (to + 1 < split.size() && RULES.isHarmlessAfter(split.joined(to + 1, to + 1))) {
			return true;
		}
		String before = (from > 0) ? split.joined(from - 1, from - 1) : "";
		return (from > split.first() && RULES.isHarmlessBefore(before))
				|| (split.joined(to, to).endsWith("s") && RULES.isHarmlessBeforeSeveral(before));
	}

	/**
	 * Returns whether a key names a number, such as that of an order, which may look like
	 * that of a card.
	 */
	static boolean isNumber(String key) {
		Words split = new Words((key.length() > MAX_KEY_LENGTH) ? key.substring(0, MAX_KEY_LENGTH) : key, 0);
		boolean number = false;
		for (int i = 0; i < split.size(); i++) {
			String word = split.joined(i, i);
			if (word.endsWith(CARD)) {
				return false;
			}
			number |= RULES.isNumber(word);
		}
		return number;
	}

	/**
	 * The words of a key in lower case: camel case, and whatever is no letter or digit,
	 * separates them.
	 */
	private static final class Words {

		private final String letters;

		/** The starts of the words in the letters, and the end of the last one. */
		private final int[] starts;

		private final int size;

		private final int first;

		Words(String key, int start) {
			StringBuilder all = new StringBuilder(key.length());
			int[] starts = new int[key.length() + 1];
			int number = 0;
			int first = 0;
			for (int i = 0; i < key.length(); i++) {
				char c = key.charAt(i);
				if (i == start) {
					first = number;
				}
				if (Character.isLetterOrDigit(c)) {
					if (isFirst(key, i)) {
						starts[number++] = all.length();
					}
					all.append(Character.toLowerCase(c));
				}
			}
			starts[number] = all.length();
			this.letters = all.toString();
			this.starts = starts;
			this.size = number;
			this.first = first;
		}

		private static boolean isFirst(String key, int i) {
			char before = (i > 0) ? key.charAt(i - 1) : ' ';
			if (!Character.isLetterOrDigit(before)) {
				return true;
			}
			return Character.isUpperCase(key.charAt(i)) && (!Character.isUpperCase(before)
					|| (i + 1 < key.length() && Character.isLowerCase(key.charAt(i + 1))));
		}

		int size() {
			return this.size;
		}

		/** The number of the first word that is not before the key. */
		int first() {
			return this.first;
		}

		String joined(int from, int to) {
			return this.letters.substring(this.starts[from], this.starts[to + 1]);
		}

	}

}
