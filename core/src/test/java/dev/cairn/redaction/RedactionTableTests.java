package dev.cairn.redaction;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Redactor} with the texts of {@code secrets.txt} and
 * {@code harmless.txt}.
 */
class RedactionTableTests {

	private static final Pattern GENERATED = Pattern.compile("\\{(\\d+)(U?)}");

	private static final Pattern SECRET = Pattern.compile("«(.*?)»", Pattern.DOTALL);

	private final Redactor redactor = Redactor.DEFAULT;

	@Test
	void hasManyTextsOfBothKinds() throws IOException {
		assertThat(secrets()).hasSizeGreaterThanOrEqualTo(150);
		assertThat(harmless()).hasSizeGreaterThanOrEqualTo(150);
	}

	@ParameterizedTest
	@MethodSource("secrets")
	void masksTheSecretAndNothingElse(String text) {
		String plain = text.contains("«\"") ? unquoted(text) : text.replaceAll("[«»]", "");
		String expected = SECRET.matcher(text)
			.replaceAll((secret) -> secret.group(1).startsWith("\"") ? '"' + Redactor.MASK + '"' : Redactor.MASK);
		assertThat(this.redactor.redact(plain)).isEqualTo(expected);
		assertThat(this.redactor.redact(expected)).isEqualTo(expected);
	}

	/** Quotes within the marks are those of the mask. */
	private static String unquoted(String text) {
		return text.replace("«\"", "").replace("\"»", "").replaceAll("[«»]", "");
	}

	@ParameterizedTest
	@MethodSource("harmless")
	void leavesHarmlessTextAlone(String text) {
		assertThat(this.redactor.redact(text)).isSameAs(text);
	}

	static List<String> secrets() throws IOException {
		return texts("secrets.txt");
	}

	static List<String> harmless() throws IOException {
		return texts("harmless.txt");
	}

	private static List<String> texts(String resource) throws IOException {
		try (InputStream in = Objects.requireNonNull(RedactionTableTests.class.getResourceAsStream(resource))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
				.filter((line) -> !line.isBlank() && !line.startsWith("#"))
				.map((line) -> line.replace('⏎', '\n'))
				.map(RedactionTableTests::generated)
				.toList();
		}
	}

	/** Generated, so that no scanner takes the texts for credentials. */
	private static String generated(String text) {
		return GENERATED.matcher(text).replaceAll((match) -> {
			String characters = match.group(2).isEmpty() ? "aZ4kQ9mB2xR7" : "Q7ZK4M9B";
			return characters.repeat(20).substring(0, Integer.parseInt(match.group(1)));
		});
	}

}
