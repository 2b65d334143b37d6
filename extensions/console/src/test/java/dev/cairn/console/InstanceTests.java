package dev.cairn.console;

import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Instance}.
 */
class InstanceTests {

	private static final URI URL = URI.create("https://shop-1.example:8443/actuator");

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a b", "../x", "a/b", "-a", "self", "all", "<b>", "a%2Fb" })
	void aNameHasToBeOneForAPath(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> Instance.of(name, URL));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ftp://a/actuator", "file:///etc/passwd", "/actuator", "http:/actuator", "http:a",
			"https://user:s3cr3t@a/actuator", "http://a/actuator?token=s3cr3t", "http://a/actuator#s3cr3t" })
	void anAddressHasToBeOneOfTheWebWithoutCredentials(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> Instance.of("a", URI.create(url)))
			.withMessageNotContaining("s3cr3t");
	}

	@Test
	void credentialsAreNoHeadersOfTheirOwn() {
		Instance instance = Instance.of("a", URL);
		assertThatIllegalArgumentException().isThrownBy(() -> instance.withBearerToken("s3cr3t\r\nHost: x"))
			.withMessageNotContaining("s3cr3t");
		assertThatIllegalArgumentException().isThrownBy(() -> instance.withBasicAuthentication("a:b", "s3cr3t"))
			.withMessageNotContaining("s3cr3t");
	}

	@Test
	void itsTextHasNoCredentials() {
		Instance instance = Instance.of("a", URI.create(URL + "//")).withBasicAuthentication("anna", "s3cr3t");
		assertThat(instance).hasToString("a");
		assertThat(instance.authorization()).isEqualTo("Basic YW5uYTpzM2NyM3Q=");
		assertThat(instance.url()).isEqualTo(URL);
		assertThat(instance.name()).isEqualTo("a");
	}

}
