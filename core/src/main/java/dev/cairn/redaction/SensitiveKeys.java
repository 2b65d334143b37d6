package dev.cairn.redaction;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.cairn.redaction.RedactionRules.KeyKind;

/**
 * Decides by the words of a key whether its value is masked. Thread-safe.
 */
final class SensitiveKeys {

	private static final RedactionRules RULES = RedactionRules.INSTANCE;

	private static final int MAX_CACHED_KEYS = 2000;

	/** The maximum number of words of a rule. */
	private static final int MAX_WORDS = 3;

	private static final String CARD = "card";

	/** Matches a whole word, or several that are side by side. */
	private final Map<String, KeyKind> words = new HashMap<>();

	/** Matches the end of a word, by the last character. */
	private final Map<Character, Set<String>> suffixes = new HashMap<>();

	/** The words of the application, beside which no other word is harmless. */
	private final Set<String> own = new HashSet<>();

	/** The last words of rules with several words. */
	private final Set<String> lastWords = new HashSet<>();

	private final Set<String> allowed = new HashSet<>();

	private final Map<String, KeyKind> known = new ConcurrentHashMap<>();

	private final Map<String, KeyKind> knownPhrases = new ConcurrentHashMap<>();

	private int shortest = Integer.MAX_VALUE;

	SensitiveKeys(Collection<String> words, Collection<String> allowed) {
		for (String word : words) {
			String letters = normalize(word);
			if (!letters.isEmpty()) {
				add(word, letters);
			}
		}
		allowed.forEach((key) -> this.allowed.add(normalize(key)));
	}

	private void add(String word, String letters) {
		KeyKind kind = RULES.words.get(word);
		this.words.put(letters, (kind != null) ? kind : KeyKind.PASSWORD);
		this.shortest = Math.min(this.shortest, letters.length());
		if (kind == null) {
			this.own.add(letters);
		}
		if (kind == null || word.startsWith("*")) {
			this.suffixes.computeIfAbsent(letters.charAt(letters.length() - 1), (last) -> new HashSet<>()).add(letters);
		}
		if (word.indexOf(' ') >= 0) {
			this.lastWords.add(normalize(word.substring(word.lastIndexOf(' '))));
		}
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
	 * Returns whether a value in text is no secret although its key is sensitive.
	 * @param kind the kind of the key
	 * @param key the key
	 * @param value the value
	 * @param behind the value and some of what is behind it
	 */
	boolean isHarmlessValue(KeyKind kind, String key, String value, String behind) {
		String stripped = value.strip();
		char first = stripped.isEmpty() ? ' ' : stripped.charAt(0);
		if (Character.isDigit(first)) {
			return kind != KeyKind.PASSWORD
					&& (RULES.isQuantity(behind) || (RedactionRules.isCount(stripped) && isPlural(key)));
		}
		if (first == '/' && RULES.paths.contains(key)) {
			return true;
		}
		return RULES.harmlessValues.contains(stripped)
				|| (Character.isLetter(first) ? RULES.isMessage(behind) : RedactionRules.isPunctuation(stripped));
	}

	/** Returns whether the last word of a sensitive key is a plural. */
	private boolean isPlural(String key) {
		if (!key.endsWith("s") && !key.endsWith("S")) {
			return false;
		}
		KeyWords words = new KeyWords(key, 0);
		String last = words.word(words.size() - 1);
		return last.endsWith("s") && !last.endsWith("ss") && of(last) != KeyKind.HARMLESS;
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
			kind = decide(new KeyWords(key, start));
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

	private KeyKind decide(KeyWords key) {
		for (int last = key.size() - 1; last >= key.first(); last--) {
			for (int number = 1; number <= MAX_WORDS && number <= last + 1; number++) {
				KeyKind kind = kindOf(key, last - number + 1, last);
				if (kind != KeyKind.HARMLESS && !this.allowed.contains(key.key())) {
					return kind;
				}
			}
		}
		return KeyKind.HARMLESS;
	}

	private KeyKind kindOf(KeyWords key, int from, int to) {
		String joined = key.joined(from, to);
		String word = this.words.containsKey(joined) ? joined : singular(joined);
		KeyKind kind = this.words.get(word);
		if (kind == null && from == to) {
			word = suffixOf(word);
			kind = this.words.get(word);
		}
		boolean secret = this.own.contains(word) || !isHarmless(key, from, to);
		return (kind != null && secret) ? kind : KeyKind.HARMLESS;
	}

	private String suffixOf(String word) {
		Set<String> candidates = word.isEmpty() ? Set.of()
				: this.suffixes.getOrDefault(word.charAt(word.length() - 1), Set.of());
		for (String suffix : candidates) {
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

	private static boolean isHarmless(KeyWords key, int from, int to) {
		String before = key.word(from - 1);
		return RULES.harmlessAfter.contains(key.word(to + 1))
				|| (from > key.first() && RULES.harmlessBefore.contains(before))
				|| (key.word(to).endsWith("s") && RULES.harmlessBeforeSeveral.contains(before));
	}

	/**
	 * Returns whether a key names a number, such as that of an order, which may look like
	 * that of a card.
	 */
	static boolean isNumber(String key) {
		KeyWords words = new KeyWords(key, 0);
		boolean number = false;
		for (int i = 0; i < words.size(); i++) {
			if (words.word(i).endsWith(CARD)) {
				return false;
			}
			number |= RULES.numbers.contains(words.word(i));
		}
		return number;
	}

}
