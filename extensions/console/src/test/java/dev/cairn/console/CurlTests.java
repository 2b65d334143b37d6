package dev.cairn.console;

import java.util.Map;

import dev.cairn.redaction.Redactor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests as commands.
 */
class CurlTests {

	private static final Texts TEXTS = new Texts(Redactor.DEFAULT, 1000);

	@Test
	void nothingLeavesItsQuotes() {
		RequestDetails request = new RequestDetails("POST", "/a'b;rm -rf $HOME", "q='x'&token=s3cret", "/a", 200, null,
				Map.of("Host", "shop:8080", "User-Agent", "it's\n\u001b[31m\u202e`id`"));
		assertThat(Curl.of(request, "/shop", TEXTS))
			.startsWith("curl -X 'POST' 'http://shop:8080/shop/a'\\''b;rm -rf $HOME?q='\\''x'\\''&token=")
			.doesNotContain("s3cret", "\n", "\u001b", "\u202e")
			.endsWith(" -H 'User-Agent: it'\\''s??[31m?`id`'");
	}

}
