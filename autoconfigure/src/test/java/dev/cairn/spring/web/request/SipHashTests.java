package dev.cairn.spring.web.request;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SipHash}.
 */
class SipHashTests {

	/** The vectors of the reference: the key is 00 to 0f, the message 00, 01, 02... */
	@ParameterizedTest
	@CsvSource({ "0, a3817f04ba25a8e66df67214c7550293", "1, da87c1d86b99af44347659119b22fc45",
			"2, 8177228da4a45dc7fca38bdef60affe4", "7, a1f1ebbed8dbc153c0b84aa61ff08239",
			"8, 3b62a9ba6258f5610f83e264f31497b4", "9, 264499060ad9baabc47f8b02bb6d71ed",
			"15, 5493e99933b0a8117e08ec0f97cfc3d9", "16, 6ee2a4ca67b054bbfd3315bf85230577",
			"31, 2939b0183223fafc1723de4f52c43d35", "63, 5150d1772f50834a503e069a973fbd7c" })
	void isThatOfTheReference(int length, String hash) {
		byte[] message = new byte[length];
		for (int i = 0; i < length; i++) {
			message[i] = (byte) i;
		}
		assertThat(new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L).hash(message)).isEqualTo(hash);
	}

	@ParameterizedTest
	@CsvSource({ "0123456789abcdef, 0123456789abcdeg", "a long key that is a sentence, a long key that is a sentencf" })
	void dependsOnTheWholeSecret(String secret, String other) {
		assertThat(SipHash.ofSecret(secret).hash("a")).isEqualTo(SipHash.ofSecret(secret).hash("a"))
			.isNotEqualTo(SipHash.ofSecret(secret).hash("b"))
			.isNotEqualTo(SipHash.ofSecret(other).hash("a"));
	}

}
