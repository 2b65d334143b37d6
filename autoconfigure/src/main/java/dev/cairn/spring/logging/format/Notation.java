package dev.cairn.spring.logging.format;

import java.util.regex.Pattern;

import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonWriter;

/**
 * How a key and its value are written as text.
 */
enum Notation {

	/** {@code key=value}, with double quotes around values that need them. */
	LOGFMT {

		@Override
		void appendText(StringBuilder line, String value) {
			if (isBare(value)) {
				line.append(value);
			}
			else {
				quote(line, value, '"');
			}
		}

	},

	/** {@code key='value'}: texts have quotes, numbers and booleans have none. */
	KEYVALUE {

		@Override
		void appendText(StringBuilder line, String value) {
			quote(line, value, '\'');
		}

	};

	private static final Pattern INVALID_IN_NAMES = Pattern.compile("[\\s\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029=\"']");

	/** Returns a name that ends where its value begins. */
	static String name(String name) {
		if (name.isEmpty()) {
			return "_";
		}
		return isWord(name) ? name : INVALID_IN_NAMES.matcher(name).replaceAll("_");
	}

	/** Returns whether a name is one of those that need no change in any format. */
	static boolean isWord(String name) {
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
			if (!letter && c != '_' && c != '.' && c != '-') {
				return false;
			}
		}
		return true;
	}

	void append(StringBuilder line, String name, @Nullable Object value) {
		line.append(line.isEmpty() ? "" : " ").append(name).append('=');
		appendValue(line, value);
	}

	void appendValue(StringBuilder line, @Nullable Object value) {
		if (value == null || value instanceof Number || value instanceof Boolean) {
			line.append(value);
		}
		else {
			appendText(line, (value instanceof String text) ? text : JsonWriter.standard().writeToString(value));
		}
	}

	abstract void appendText(StringBuilder line, String value);

	private static boolean isBare(String value) {
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c <= ' ' || c == '=' || c == '"' || Text.isControl(c)) {
				return false;
			}
		}
		return !value.isEmpty() && !value.equals("null");
	}

	private static void quote(StringBuilder line, String value, char quote) {
		line.append(quote);
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c == quote || c == '\\') {
				line.append('\\').append(c);
			}
			else {
				escape(line, c);
			}
		}
		line.append(quote);
	}

	/** Appends a character that a terminal does not interpret. */
	static void escape(StringBuilder line, char c) {
		switch (c) {
			case '\n' -> line.append("\\n");
			case '\r' -> line.append("\\r");
			case '\t' -> line.append("\\t");
			default -> {
				if (Text.isControl(c)) {
					line.append(String.format("\\u%04x", (int) c));
				}
				else {
					line.append(c);
				}
			}
		}
	}

}
