package dev.cairn.redaction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.redaction.RedactionRules.KeyKind;

/**
 * Masks the values of options in command lines: those whose name is a sensitive key, as
 * in {@code --password abc}, and those that the rules list for a command, as in
 * {@code curl -u user:password}.
 */
final class CommandOptions {

	private static final RedactionRules RULES = RedactionRules.INSTANCE;

	/** The length of options that are written as one. */
	private static final int MAX_BUNDLE = 8;

	private final MaskedText text;

	private final SensitiveKeys keys;

	/** The end of the line whose commands are known. */
	private int endOfLine;

	private final List<CommandOption> ofLine = new ArrayList<>();

	CommandOptions(MaskedText text, SensitiveKeys keys) {
		this.text = text;
		this.keys = keys;
	}

	/** Masks the value of the option that begins here; returns where to go on. */
	int mask(int start) {
		int name = this.text.forwardOver(start, 2, (c) -> c == '-');
		if (!Character.isLetter(this.text.at(name))) {
			return start + 1;
		}
		int end = this.text.forwardOver(name, MaskedText.MAX_KEY_LENGTH, MaskedText::isPartOfKey);
		for (CommandOption option : optionsOfLine(start)) {
			boolean bundled = isBundled(option, start, end);
			int behind = bundled ? end : start + option.name().length();
			boolean present = (bundled || this.text.isAt(start, option.name())) && hasArgument(option, behind, end);
			int from = present ? argument(behind) : -1;
			if (from > 0 && option.isSecret(this.text.part(from, endOfWord(from)))) {
				return mask(from, end);
			}
		}
		boolean sensitive = hasArgument(end) && this.keys.of(this.text.part(name, end)) != KeyKind.HARMLESS;
		return sensitive ? mask(argument(end), end) : end;
	}

	/** Returns whether an option of one letter is the last of several, as in -sSu. */
	private boolean isBundled(CommandOption option, int start, int end) {
		return option.withUser() && !option.isAttached() && option.name().length() == 2 && end - start <= MAX_BUNDLE
				&& this.text.at(start + 1) != '-' && this.text.at(end - 1) == option.name().charAt(1);
	}

	private boolean hasArgument(CommandOption option, int behind, int end) {
		return option.isAttached() ? !this.text.isOneOf(" ,\n", behind)
				: behind == end && (hasArgument(end) || this.text.at(end) == '=');
	}

	/** The arguments may be those of a list. */
	private boolean hasArgument(int end) {
		int behind = this.text.forwardOver(end, 2, (c) -> c == '"' || c == '\'');
		return this.text.isOneOf(" ,", behind) && (!isEndOfLine(behind) || this.text.isAt(behind, " \\\n"));
	}

	private boolean isEndOfLine(int space) {
		return this.text.isOneOf("\\\n", space + 1);
	}

	private int argument(int behind) {
		return this.text.forwardOver(behind, MaskedText.MAX_QUOTES, (c) -> " ,=\"'\\\n".indexOf(c) >= 0);
	}

	private int mask(int from, int otherwise) {
		boolean quoted = this.text.isOneOf("\"'", from - 1);
		int end = quoted ? this.text.endOfQuoted(from, this.text.part(from - 1, from)) : endOfWord(from);
		boolean option = this.text.at(from) == '-';
		return (end > from && !option && !this.text.isMasked(from)) ? this.text.mask(from, end) : otherwise;
	}

	private int endOfWord(int from) {
		int separator = this.text.back(from, MaskedText.MAX_QUOTES, (c) -> " \"'".indexOf(c) >= 0);
		boolean list = this.text.at(separator - 1) == ',';
		return this.text.forward(from, (c) -> c <= ' ' || c == '"' || c == '\'' || (list && (c == ',' || c == ']')));
	}

	/** Each line is searched once. */
	private List<CommandOption> optionsOfLine(int start) {
		if (start >= this.endOfLine) {
			int word = this.text.back(start, start - this.endOfLine, (c) -> c != '\n');
			this.endOfLine = this.text.forward(start, (c) -> c == '\n');
			this.ofLine.clear();
			while (word < this.endOfLine) {
				int end = this.text.forwardOver(word, MaskedText.MAX_KEY_LENGTH, MaskedText::isPartOfKey);
				addOptions((end - word > 1) ? this.text.part(word, end) : "", end);
				word = end + 1;
			}
		}
		return this.ofLine;
	}

	/** Adds the options of the command whose last word ends here. */
	private void addOptions(String word, int end) {
		for (CommandOption option : RULES.options.getOrDefault(word, List.of())) {
			String command = option.command();
			if (this.text.isAt(end - command.length(), command) && !this.ofLine.contains(option)) {
				this.ofLine.add(option);
			}
		}
	}

	/**
	 * An option whose argument is a credential: in the same word if it is attached, else
	 * in the next one.
	 */
	record CommandOption(String command, String name, boolean isAttached, boolean withUser) {

		private static final String WITH_USER = "user:";

		private static final String ATTACHED = "*";

		static Stream<CommandOption> of(String[] rule) {
			boolean withUser = rule[0].equals(WITH_USER);
			String command = rule[withUser ? 1 : 0].replace('+', ' ');
			return Arrays.stream(rule, withUser ? 2 : 1, rule.length)
				.map((option) -> new CommandOption(command, option.replace(ATTACHED, ""), option.endsWith(ATTACHED),
						withUser));
		}

		String lastWord() {
			return this.command.substring(this.command.lastIndexOf(' ') + 1);
		}

		boolean isSecret(String argument) {
			int colon = argument.indexOf(':');
			return !argument.isEmpty()
					&& (!this.withUser || (colon > 0 && colon < argument.length() - 1 && !argument.contains("://")));
		}

	}

}
