package dev.cairn.redaction;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TextRedaction}: a text that is taken for plain has nothing to mask.
 */
class TextRedactionTests {

	private static final int TEXTS = 300_000;

	private static final int MOST_PARTS = 12;

	/** The parts of secrets and the texts beside them. */
	private static final List<String> PARTS = List.of("eyJ", "AKIA", "ABCDEFGHIJKLMNOP", "ghp_", "sk_live_", "sk-ant-",
			"xoxb-", "SG.", "hvs.", "ya29.", "0123456789abcdef0123456789abcdef", "sig=", "4111", "1111", "41111111",
			"5500005555555559", "378282246310005", "DE89", "3704", "0044", "0532", "0130", "00", "GB82WEST", "Basic ",
			"bearer ", "BEARER ", "dXNlcjpwYXNz", "s3cr3tT0ken", "password", "PASSWORD", "IDENTIFIED BY ", "FOR ",
			"with password ", "'", "\"", "-p", "--token", "-----BEGIN ", "PRIVATE KEY", "-----", "-u", "curl", "mysql",
			"user:pw", "://", "http", "@", "%3D", "%20", "&", "?", "=", ":", ";", ",", "{", "}", "[", "]", "<", ">",
			"/", " ", " ", "\n", "-", "+", "_", ".", "\\", "a", "Z", "7", "2", "\u00e9", "\u0663", "\ud83d\ude00",
			"order", "o-100000", "2026-11-26T07:31:34Z", "2026-11-26 07", "018f3c2a-5d6e-7f80-9a1b-2c3d4e5f6071");

	private final Random random = new Random(42);

	private final SensitiveKeys keys = new SensitiveKeys(Redactor.DEFAULT_WORDS, List.of());

	@Test
	void readsEachTextThatHasASecret() {
		int plain = 0;
		int secret = 0;
		for (int i = 0; i < TEXTS; i++) {
			String text = text();
			String redacted = new TextRedaction("", text, this.keys, 0).redact();
			String shapes = new TextRedaction("", text, null, 0).redact();
			if (TextRedaction.isSuspicious(text)) {
				secret += redacted.equals(text) ? 0 : 1;
			}
			else {
				plain++;
				assertThat(redacted).isSameAs(text);
				assertThat(shapes).isSameAs(text);
			}
		}
		assertThat(plain).isGreaterThan(TEXTS / 20);
		assertThat(secret).isGreaterThan(TEXTS / 20);
	}

	@Test
	void takesUsualValuesForPlain() {
		assertThat(List.of("order_id", "o-100000", "GET", "/orders/{id}".replace("{id}", "17"), "EUR", "customer_id",
				"018f3c2a-5d6e-7f80-9a1b-2c3d4e5f6071", "Mozilla/5.0", "a sentence with some words", "127.0.0.1",
				"com.example.OrderService", "http_server_requests_seconds"))
			.noneMatch(TextRedaction::isSuspicious);
	}

	/** A few parts from the list, or short random texts of their characters. */
	private String text() {
		StringBuilder text = new StringBuilder();
		boolean characters = this.random.nextBoolean();
		int parts = 1 + this.random.nextInt(MOST_PARTS);
		for (int i = 0; i < parts; i++) {
			String part = PARTS.get(this.random.nextInt(PARTS.size()));
			text.append(characters ? part.substring(0, 1 + this.random.nextInt(Math.min(4, part.length()))) : part);
		}
		return text.toString();
	}

}
