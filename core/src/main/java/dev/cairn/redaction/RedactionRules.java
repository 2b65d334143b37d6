package dev.cairn.redaction;

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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.redaction.CardNumbers.CardRange;
import dev.cairn.redaction.CommandOptions.CommandOption;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@code META-INF/cairn/redaction.rules}, which documents them. Immutable.
 */
final class RedactionRules {

	static final RedactionRules INSTANCE = new RedactionRules(read());

	private static final String RESOURCE = "/META-INF/cairn/redaction.rules";

	/** Longer numbers may be codes. */
	private static final int MAX_COUNT = 5;

	private static final int MAX_PUNCTUATION = 3;

	/** The words that make a key sensitive, as they are written in the rules. */
	final Map<String, KeyKind> words = new LinkedHashMap<>();

	final Set<String> harmlessBefore;

	final Set<String> harmlessBeforeSeveral;

	final Set<String> harmlessAfter;

	final Set<String> harmlessPhrases;

	final Set<String> harmlessValues;

	final Set<String> schemes;

	/** The usual names of users. */
	final Set<String> users;

	/** The names of variables that have paths. */
	final Set<String> paths;

	private final Set<String> units;

	/** The messages about values, by their first word. */
	private final Map<String, List<String>> messages;

	private final Set<String> firstOfHarmless;

	private final Set<String> sentence;

	/** The options of commands, by the last word of the command. */
	final Map<String, List<CommandOption>> options;

	/** The words before a password in SQL. */
	final List<String> statements;

	/** The words that name numbers such as those of orders. */
	final Set<String> numbers;

	private final List<CardRange> cards;

	private final Map<String, Integer> accounts = new LinkedHashMap<>();

	final List<Shape> shapes;

	private RedactionRules(Map<String, List<String>> sections) {
		Function<String, Stream<String>> lines = (name) -> sections.getOrDefault(name, List.of()).stream();
		Function<String, Stream<String[]>> rules = (name) -> lines.apply(name).map((line) -> line.split("\\s+"));
		Function<String, Set<String>> names = (name) -> new HashSet<>(
				rules.apply(name).flatMap(Arrays::stream).toList());
		lines.apply("passwords").forEach((word) -> this.words.put(word, KeyKind.PASSWORD));
		lines.apply("tokens").forEach((word) -> this.words.put(word, KeyKind.TOKEN));
		lines.apply("headers").forEach((word) -> this.words.put(word, KeyKind.HEADER));
		this.harmlessBefore = names.apply("harmless before");
		this.harmlessBeforeSeveral = names.apply("harmless before several");
		this.harmlessAfter = names.apply("harmless after");
		this.harmlessPhrases = names.apply("harmless phrases");
		this.harmlessValues = names.apply("harmless values");
		this.schemes = names.apply("schemes");
		this.users = names.apply("users");
		this.paths = names.apply("paths");
		this.units = names.apply("units");
		this.messages = lines.apply("messages").collect(Collectors.groupingBy((line) -> line.split(" ")[0]));
		this.firstOfHarmless = new HashSet<>(this.harmlessValues);
		this.messages.keySet().forEach((word) -> this.firstOfHarmless.add(word.split("\\W")[0]));
		this.sentence = names.apply("sentence");
		this.options = rules.apply("options")
			.flatMap(CommandOption::of)
			.collect(Collectors.groupingBy(CommandOption::lastWord));
		this.statements = lines.apply("statements").toList();
		this.numbers = names.apply("numbers");
		this.cards = rules.apply("cards").map(CardRange::of).toList();
		List<String> lengths = rules.apply("accounts").flatMap(Arrays::stream).toList();
		for (int i = 0; i < lengths.size(); i += 2) {
			this.accounts.put(lengths.get(i), Integer.valueOf(lengths.get(i + 1)));
		}
		this.shapes = rules.apply("values").map(Shape::of).toList();
	}

	private static Map<String, List<String>> read() {
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
		return sections;
	}

	/** Returns whether a word is one of a sentence and no part of a secret. */
	boolean isOfSentence(String word) {
		String letters = word.toLowerCase(Locale.ROOT);
		return this.sentence.contains(letters)
				|| (letters.length() > 4 && (letters.endsWith("ing") || letters.endsWith("ed")));
	}

	/** Returns whether a value that begins with a word may be harmless. */
	boolean isFirstOfHarmless(String word) {
		return this.firstOfHarmless.contains(word.toLowerCase(Locale.ROOT));
	}

	/** Returns whether a text begins like a message about a value. */
	boolean isMessage(String value) {
		String text = value.strip().toLowerCase(Locale.ROOT);
		int space = text.indexOf(' ');
		return space > 0 && this.messages.getOrDefault(text.substring(0, space), List.of())
			.stream()
			.anyMatch((message) -> text.startsWith(message) && (text.length() == message.length()
					|| !Character.isLetterOrDigit(text.charAt(message.length()))));
	}

	/**
	 * Returns whether a value has no letters or digits, such as a bracket that was not
	 * expected.
	 */
	static boolean isPunctuation(String text) {
		return text.length() <= MAX_PUNCTUATION && text.chars().noneMatch(Character::isLetterOrDigit);
	}

	/** Returns whether a value is a small number. */
	static boolean isCount(String value) {
		return !value.isEmpty() && value.length() <= MAX_COUNT && value.chars().allMatch((c) -> c >= '0' && c <= '9');
	}

	/** Returns whether a value begins with a number that has a unit. */
	boolean isQuantity(String value) {
		int end = 0;
		while (end < value.length() && value.charAt(end) >= '0' && value.charAt(end) <= '9') {
			end++;
		}
		int unit = (end < value.length() && value.charAt(end) == ' ') ? end + 1 : end;
		int last = unit;
		while (last < value.length() && (Character.isLetterOrDigit(value.charAt(last)) || value.charAt(last) == '_'
				|| value.charAt(last) == '-')) {
			last++;
		}
		return end > 0 && end <= MAX_COUNT && this.units.contains(value.substring(unit, last));
	}

	/** Returns whether digits are of an issued range and length. */
	boolean isIssued(CharSequence digits) {
		return this.cards.stream().anyMatch((range) -> range.contains(digits));
	}

	/** Returns the length of the account numbers of a country, 0 if it has none. */
	int lengthOfAccount(String country) {
		return this.accounts.getOrDefault(country, 0);
	}

	/** How the value of a sensitive key ends in text. */
	enum KeyKind {

		HARMLESS, PASSWORD, TOKEN, HEADER

	}

	/** How a credential begins, and what follows. */
	record Shape(String prefix, boolean[] characters, int least, int most, @Nullable String required) {

		private static final int ASCII = 128;

		private static final String ANY_NUMBER = "-";

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

		boolean contains(int c) {
			return c < ASCII && this.characters[c];
		}

	}

}
