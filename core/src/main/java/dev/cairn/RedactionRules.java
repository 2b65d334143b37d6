package dev.cairn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The rules of {@code META-INF/cairn/redaction.rules}, which documents them. Immutable.
 */
final class RedactionRules {

	static final RedactionRules INSTANCE = read();

	private static final String RESOURCE = "/META-INF/cairn/redaction.rules";

	private static final String ANY_NUMBER = "-";

	private final Map<String, List<String>> sections;

	/** The names of the sections of words, and the kind of key that they make. */
	private final Map<String, KeyKind> words = new LinkedHashMap<>();

	private final Set<String> harmlessBefore;

	private final Set<String> harmlessBeforeSeveral;

	private final Set<String> harmlessAfter;

	private final Set<String> schemes;

	private final Set<String> numbers;

	private final List<CardRange> cards;

	private final Map<String, Integer> accounts = new LinkedHashMap<>();

	private final List<Shape> shapes;

	private RedactionRules(Map<String, List<String>> sections) {
		this.sections = sections;
		section("passwords").forEach((word) -> this.words.put(word, KeyKind.PASSWORD));
		section("tokens").forEach((word) -> this.words.put(word, KeyKind.TOKEN));
		section("headers").forEach((word) -> this.words.put(word, KeyKind.HEADER));
		this.harmlessBefore = names("harmless before");
		this.harmlessBeforeSeveral = names("harmless before several");
		this.harmlessAfter = names("harmless after");
		this.schemes = names("schemes");
		this.numbers = names("numbers");
		this.cards = section("cards").stream().map((line) -> CardRange.of(line.split("\\s+"))).toList();
		String[] lengths = String.join(" ", section("accounts")).split("\\s+");
		for (int i = 0; i < lengths.length; i += 2) {
			this.accounts.put(lengths[i], Integer.valueOf(lengths[i + 1]));
		}
		this.shapes = section("values").stream().map((line) -> Shape.of(line.split("\\s+"))).toList();
	}

	private static RedactionRules read() {
		Map<String, List<String>> sections = new LinkedHashMap<>();
		List<String> section = new ArrayList<>();
		try (InputStream in = Objects.requireNonNull(RedactionRules.class.getResourceAsStream(RESOURCE), RESOURCE);
				BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				String rule = line.replaceFirst("(^|\\s)#.*", "").strip();
				if (rule.startsWith("[")) {
					section = new ArrayList<>();
					sections.put(rule.substring(1, rule.length() - 1), section);
				}
				else if (!rule.isEmpty()) {
					section.add(rule);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new RedactionRules(sections);
	}

	private List<String> section(String name) {
		return this.sections.getOrDefault(name, List.of());
	}

	private Set<String> names(String section) {
		return new HashSet<>(Arrays.asList(String.join(" ", section(section)).split("\\s+")));
	}

	/** The words that make a key sensitive, as they are written in the rules. */
	Map<String, KeyKind> words() {
		return this.words;
	}

	boolean isHarmlessBefore(String word) {
		return this.harmlessBefore.contains(word);
	}

	boolean isHarmlessBeforeSeveral(String word) {
		return this.harmlessBeforeSeveral.contains(word);
	}

	boolean isHarmlessAfter(String word) {
		return this.harmlessAfter.contains(word);
	}

	boolean isScheme(String word) {
		return this.schemes.contains(word);
	}

	boolean isNumber(String word) {
		return this.numbers.contains(word);
	}

	/** Returns whether digits are of an issued range and length. */
	boolean isIssued(CharSequence digits) {
		return this.cards.stream().anyMatch((range) -> range.contains(digits));
	}

	/** Returns the length of the account numbers of a country, 0 if it has none. */
	int lengthOfAccount(String country) {
		return this.accounts.getOrDefault(country, 0);
	}

	List<Shape> shapes() {
		return this.shapes;
	}

	/** How the value of a sensitive key ends in text. */
	enum KeyKind {

		HARMLESS, PASSWORD, TOKEN, HEADER

	}

	/** A range of first digits, and the numbers of digits that cards of it have. */
	private record CardRange(String first, String last, Set<Integer> lengths) {

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

	/** How a credential begins, and what follows. */
	record Shape(String prefix, boolean[] characters, int least, int most, @Nullable String required) {

		private static final int ASCII = 128;

		static Shape of(String[] rule) {
			boolean[] characters = new boolean[ASCII];
			String classes = rule[1];
			for (int i = 0; i < classes.length(); i++) {
				boolean range = i + 2 < classes.length() && classes.charAt(i + 1) == '-';
				char last = classes.charAt(range ? i + 2 : i);
				Arrays.fill(characters, classes.charAt(i), last + 1, true);
				i = range ? i + 2 : i;
			}
			int most = rule[3].equals(ANY_NUMBER) ? Integer.MAX_VALUE : Integer.parseInt(rule[3]);
			return new Shape(rule[0], characters, Integer.parseInt(rule[2]), most, (rule.length > 4) ? rule[4] : null);
		}

		boolean contains(char c) {
			return c < ASCII && this.characters[c];
		}

	}

}
