package dev.cairn.redaction;

import java.time.Duration;
import java.util.List;

import dev.cairn.testing.ProcessorTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Redactor}: what leaves and what does not.
 */
class RedactorTests {

	private static final String SECRET = "s3cr3tT0kenValue42";

	private final Redactor redactor = Redactor.DEFAULT;

	@ParameterizedTest
	@ValueSource(strings = { "password", "PASSWORD", "userPassword", "db.password", "passwd", "passphrase", "pwd",
			"secret", "client-secret", "client_secret", "token", "accessToken", "access_token", "X-Auth-Token",
			"Authorization", "Proxy-Authorization", "cookie", "Set-Cookie", "api_key", "apiKey", "X-API-KEY", "api key",
			"access_key", "aws.accessKey", "private-key", "session", "JSESSIONID", "sessionId", "credential",
			"credentials", "sentry.dsn", "card_number", "creditCard", "cvv" })
	void takesAKeyForACredential(String key) {
		assertThat(this.redactor.isSensitive(key)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "user", "order_id", "key", "keyboard", "author", "pass", "path", "card", "sess", "id" })
	void takesAKeyForHarmless(String key) {
		assertThat(this.redactor.isSensitive(key)).isFalse();
	}

	@Test
	void allowsAKeyThatIsListed() {
		Redactor lenient = new Redactor(Redactor.DEFAULT_WORDS, List.of("token_count", "session.state"));
		assertThat(lenient.isSensitive("tokenCount")).isFalse();
		assertThat(lenient.isSensitive("session_state")).isFalse();
		assertThat(lenient.isSensitive("token")).isTrue();
		assertThat(lenient.redact("token_count=17 token=17")).isEqualTo("token_count=17 token=" + Redactor.MASK);
	}

	@Test
	void usesTheWordsItIsGivenAndNoOthers() {
		Redactor own = new Redactor(List.of("tax-id"), List.of());
		assertThat(own.isSensitive("taxId")).isTrue();
		assertThat(own.isSensitive("password")).isFalse();
	}

	@Test
	void ignoresAnEmptyWordThatWouldMatchEverything() {
		assertThat(new Redactor(List.of("", "--"), List.of()).isSensitive("user")).isFalse();
	}

	@Test
	void redactsNothingWhenItIsSwitchedOff() {
		assertThat(Redactor.NONE.isSensitive("password")).isFalse();
		assertThat(Redactor.NONE.redact("password=x 4111111111111111")).isEqualTo("password=x 4111111111111111");
	}

	@Test
	void remembersABoundedNumberOfKeys() {
		Redactor fresh = new Redactor(Redactor.DEFAULT_WORDS, List.of());
		for (int i = 0; i < 10_000; i++) {
			assertThat(fresh.isSensitive("token" + i)).isTrue();
			assertThat(fresh.isSensitive("user" + i)).isFalse();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "password=%s", "password: %s", "password = %s", "password:\t%s", "password==%s",
			"'password' => '%s'", "db.password=%s&user=x", "user=bob;pwd=%s;", "Login[user=bob, password=%s]",
			"{token=%s, user=bob}", "\"password\":\"%s\"", "\"password\" : \"%s\"", "'token':'%s'",
			"{\\\"token\\\":\\\"%s\\\"}", "{\\\\\\\"token\\\\\\\":\\\\\\\"%s\\\\\\\"}", "\"token\": \"a\\\"%s\"",
			"Authorization: Bearer %s", "Authorization: Basic %s", "authorization:\tDigest user=\"x\", response=\"%s\"",
			"Cookie: theme=\"dark\"; sid=%s; x=y", "Set-Cookie: sid=%s; Path=/; HttpOnly",
			"[Authorization:\"Bearer %s\", Accept:\"*/*\"]", "curl -H \"X-Api-Key: %s\" http://host/",
			"called with Bearer %s yesterday", "BEARER %s", "https://host/cb?access_token=%s&x=1",
			"postgres://app:%s@db:5432/shop", "amqp://app:p@%s@mq/", "https://%s@host/path", "API key: %s",
			"private key = %s", "tokens=[%s, other]", "\"tokens\": [\"a\", \"%s\"]",
			"\"credentials\": {\"user\": \"}\", \"key\": \"%s\"}", "credentials={a={b=%s}, c=d}", "token: [ %s",
			"\"secret\": \"%s", "?sessionId=%s#top" })
	void masksASecretInText(String form) {
		String redacted = this.redactor.redact("before " + form.formatted(SECRET) + "\nafter");
		assertThat(redacted).doesNotContain(SECRET).contains(Redactor.MASK).startsWith("before ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "password=%s after", "token: '%s' after", "postgres://app:%s@after/", "Bearer %s after",
			"Cookie: %s\nafter", "tokens=[%s] after", "\"token\": \"%s\", \"after\": 1" })
	void keepsWhatStandsBehindTheSecret(String form) {
		assertThat(this.redactor.redact(form.formatted(SECRET))).contains("after");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"token\":\"%s\",\"n\":1}", "{\"token\":12345,\"n\":1}", "{\"tokens\":[1,2],\"n\":1}",
			"{\"session\":{\"a\":\"]}\"},\"n\":1}", "{\"n\":1,\"header\":\"Authorization: Bearer %s\"}",
			"{\"n\":1,\"url\":\"http://a:%s@h/?token=%s\"}", "{\"n\":1,\"card\":\"4111 1111 1111 1111\"}",
			"{\"card\":4111111111111111,\"n\":1}", "{\"n\":1,\"inner\":\"{\\\"token\\\":\\\"%s\\\"}\"}",
			"{\"n\":1,\"inner\":\"{\\\"token\\\":12}\"}", "{\"n\":1,\"inner\":\"{\\\"text\\\":\\\"password=%s\\\"}\"}",
			"{\"n\":1,\"inner\":\"{\\\"text\\\":\\\"Cookie: a=%s\\\"}\"}" })
	void leavesJsonBehindWhereItFoundJson(String form) {
		String redacted = this.redactor.redact(form.replace("%s", SECRET));
		JsonNode json = JsonMapper.builder().build().readTree(redacted);
		assertThat(json.get("n").asInt()).isEqualTo(1);
		assertThat(redacted).contains(Redactor.MASK).doesNotContain(SECRET);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"token\":null,\"n\":1}", "{\"token\":true,\"n\":1}", "{\"token\":false,\"n\":1}",
			"{\"token\":\"\",\"n\":1}" })
	void leavesLiteralsOfJsonAlone(String json) {
		assertThat(this.redactor.redact(json)).isEqualTo(json);
	}

	@ParameterizedTest
	@ValueSource(strings = { "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005",
			"3782 822463 10005", "5555555555554444", "2223003122003222", "6011111111111117", "30569309025904",
			"3530111333300000", "6759649826438453", "4222222222222" })
	void masksACardNumber(String card) {
		assertThat(this.redactor.redact("paid with " + card + ".")).isEqualTo("paid with " + Redactor.MASK + ".");
	}

	@ParameterizedTest
	@ValueSource(strings = { "card 4111 1111 1111 1111 12/27", "card 4111 1111 1111 1111 123",
			"card 4111111111111111 exp 1227", "4111111111111111,4111111111111111" })
	void masksACardNumberBesideOtherNumbers(String text) {
		assertThat(this.redactor.redact(text)).contains(Redactor.MASK).doesNotContain("1111");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0190c8e4-7a3b-7c21-9f4e-5a1b2c3d4e5f", "41111111-1111-4111-8111-111111111111",
			"1700000000000", "1700000000000000", "at 1769904000123 ms", "+49 151 23456789", "+44 20 7946 0958 1234",
			"4111111111111112", "41111111111111111111111", "order-4111111111111111", "id4111111111111111",
			"0x4111111111111111", "3141592653589793238", "basic authentication failed", "order 20260131-000123456",
			"the bearer of news", "bearer authentication required", "token expired", "Could not parse token",
			"password must not be empty", "user: bob", "a = b", "http://host:8080/path?x=1", "mailto:bob@example.org",
			"contact bob@example.org", "12:34:56", "SELECT * FROM t WHERE id = 5", "Unexpected end of input",
			"key: value", "3.141592653589793", "{\"order\":{\"id\":\"A-1\",\"amount\":12.5}}", "" })
	void leavesAlone(String text) {
		assertThat(this.redactor.redact(text)).isEqualTo(text);
	}

	@Test
	void returnsTheSameObjectWhenThereIsNothingToMask() {
		String text = "user=bob at 12:34:56";
		assertThat(this.redactor.redact(text)).isSameAs(text);
	}

	@ParameterizedTest
	@CsvSource({ "4111111111111111, true", "4111111111111112, false", "-4111111111111111, false", "0, false",
			"9223372036854775807, false", "1700000000000, false", "378282246310005, true" })
	void recognizesANumberThatIsACard(long number, boolean card) {
		assertThat(this.redactor.redact("", number)).isEqualTo(card ? Redactor.MASK : number);
	}

	@ParameterizedTest
	@MethodSource("hostile")
	@Timeout(60)
	void takesLinearTimeOnHostileInput(String fragment) {
		String megabyte = fragment.repeat(1_048_576 / fragment.length());
		assertThat(this.redactor.redact(megabyte)).isNotNull();
	}

	@ParameterizedTest
	@MethodSource("hostile")
	void takesLittleTimeOfTheProcessorOnTwoMegabytes(String fragment) {
		String text = fragment.repeat(2 * 1_048_576 / fragment.length());
		ProcessorTime.assertBelow(Duration.ofMillis(10 * 50), () -> assertThat(this.redactor.redact(text)).isNotNull());
	}

	static List<String> hostile() {
		return List.of("{\"", "[\"", "{\"{\"", "{\"a\":", "[", "[1,", "[{\"a\":[", "{\"a\":\"", "{\"token\":{",
				"{\"token\":[\"", "{\"a\":1}", "{\"token\":\"x\"}", "{\"a\":\"\\\"\",", "\\\"", "[\"\\\"[", "%", "%41",
				"a%3D", "&%41=", "%7B%22", "?a=%25", "a%20b ", "eyJ-", "eyJ.", "eyJ-a.", "AKIA", "AKIA-", "AIza-",
				"xoxb-", "SG.", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----", "basic ", "basic a", "DE89 ",
				"DE89", "DE89370400440532013000 ", "http://a:b/", "x://a:b@/", "x://a:@", "://a:b ", "<token>",
				"--token ", "--token a ", "--", "-- ", "x://a: ", "token=''", "<a b='", "<token", "token>",
				"password=a ", "password=a,", "password: a ", "password: a, ", "password=(", "password=\"",
				"password= token: ", "password:token:", "tokens[0]", "[0]", "[0]=", "a[0][", "max tokens: ", "aB=",
				"aBcD:", "password=a1b2c3d4e5f6 ", "cookie: a, ", "cookie=a; ", "authorization: a, b=", "4111-", "4+",
				"4 1+", "order 4111111111111111 ", "token: basic ", "a=1&", "?a=1&", "?token=a&", "?#", "\u0131=",
				"\u4e2d:", "=", ":", "\"", "'", "\\", "a:", "a=", "token:", "token=", "token:\"", "token:[",
				"token:{\n", "token:[{\"", "cookie:", "cookie: a=\"", "cookie:=\"", "authorization: \"", "://",
				"http://a", "://@", "a@", "bearer ", "bearer x", "4", "4 ", "4-", "4111 ", "4111111111111111",
				"4111111111111112 ", "token ", "api ", "api key:", "\\\"token\\\":\\\"", "token:\\\\\\\\\"", "{",
				"token:[]", "a.b-c_", " ", "curl -u a:", "curl -u a\n", " -p", "a -p ", "-u ", "mysql -pa ",
				"--token \"", "password:\n ", "password:\n  a\n", "password: |\n ", "cookie: a\n ", "\n ",
				"cookie:\n\ta", "token=a b ", "token=a b", "name=a value=", "name=token, value=a", "identified by '",
				"[\"--token\",", "<a:b>", "<a:token>", "<token><![CDATA[", "tokens:\n  - ", "token: a b, ",
				"{\"name\":\"token\",", "name=", "value=", "\u00e9:", "\uD83D=", "token=1 ", "token=null ",
				"password=must not ", "password: must be ", "unexpected token:", "x://git@", "OLDPWD=/tmp ",
				"{\"token\":null,", "<tokens>1", "password:\n\n", "password: |2\n\n  a\n", "<name>token</name>",
				"<value>a</value>", "<name>token<value>a", "{\"value\":\"a\",", "{\"value\":\"", "value='",
				"value=\"a\" name=\"token\" ", "token -> a, ", "a->", "->", "<token>\n<value>", "PASSWORD '",
				"PASSWORD FOR a ", "PASSWORD FOR", "IDENTIFIED WITH a BY '", "curl -sSu a", "curl -sSu a:b ",
				"--token \\\n", "7z -pa ");
	}

	@ParameterizedTest
	@MethodSource("hostile")
	@Timeout(60)
	void endsOnEachTextThatEndsEarly(String fragment) {
		for (String next : hostile()) {
			for (String text : List.of(fragment + next, fragment + " -> " + next,
					fragment + "-> " + next + ", name -> x", fragment + next + "\"", "x " + fragment + "=" + next)) {
				assertThat(this.redactor.redact(text)).isNotNull();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "password ->", "pwd -> ", "\"password\" -> ", "secret -> ;", "token -> , user -> bob",
			"Map(user -> bob, password -> )", "--token -> ", "password ' -> ", "user.token -> }" })
	@Timeout(60)
	void endsOnAnArrowWithoutAValue(String text) {
		assertThat(this.redactor.redact(text)).isEqualTo(text);
	}

	@ParameterizedTest
	@MethodSource("hostile")
	void isIdempotent(String fragment) {
		String once = this.redactor.redact(("x " + fragment + SECRET + " ").repeat(5));
		assertThat(this.redactor.redact(once)).isEqualTo(once);
	}

	@ParameterizedTest
	@ValueSource(strings = { "password=a,b", "{\"token\": 5, \"x\": {\"secret\": [1]}}", "Cookie: a=\"b\"; c",
			"http://u:p@h/ Bearer abcdefghijklmnopqrst 4111 1111 1111 1111", "token=[a], key='x' api key: y" })
	void isIdempotentOnMixedText(String text) {
		String once = this.redactor.redact(text);
		assertThat(this.redactor.redact(once)).isEqualTo(once);
	}

}
