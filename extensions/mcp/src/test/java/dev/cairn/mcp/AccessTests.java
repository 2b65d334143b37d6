package dev.cairn.mcp;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.filter.ForwardedHeaderFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Access}.
 */
class AccessTests {

	private final Access local = new Access(List.of());

	private static MockHttpServletRequest request(String localAddress, String remoteAddress) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setLocalAddr(localAddress);
		request.setRemoteAddr(remoteAddress);
		return request;
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1", "[0:0:0:0:0:0:0:1]", "::ffff:127.0.0.1" })
	void acceptsLoopbackAddresses(String address) {
		assertThat(this.local.accepts(request(address, address))).isTrue();
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "10.0.0.1", "192.168.1.7", "fd00::1", "127.evil.example", "::127", "0.0.0.0" })
	void refusesOtherAddresses(String address) {
		assertThat(this.local.accepts(request("127.0.0.1", address))).isFalse();
		assertThat(this.local.accepts(request(address, "127.0.0.1"))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via" })
	void refusesWhatAProxyOfThisMachineForwards(String header) {
		MockHttpServletRequest request = request("127.0.0.1", "127.0.0.1");
		request.addHeader(header, "127.0.0.1");
		assertThat(this.local.accepts(request)).isFalse();
	}

	@Test
	void refusesWhatAProxyForwardsIfAFilterHidesIt() throws Exception {
		MockHttpServletRequest request = request("127.0.0.1", "127.0.0.1");
		request.addHeader("X-Forwarded-For", "127.0.0.1");
		MockFilterChain chain = new MockFilterChain();
		new ForwardedHeaderFilter().doFilter(request, new MockHttpServletResponse(), chain);
		HttpServletRequest filtered = (HttpServletRequest) chain.getRequest();
		assertThat(filtered.getHeader("X-Forwarded-For")).isNull();
		assertThat(filtered.getRemoteAddr()).isEqualTo("127.0.0.1");
		assertThat(this.local.accepts(filtered)).isFalse();
	}

	@Test
	void acceptsAnyAddressWithAllowedHosts() {
		assertThat(new Access(List.of("ops.example.com")).accepts(request("10.0.0.2", "10.0.0.1"))).isTrue();
	}

	@Test
	void hostsWithoutAPortAllowAnyPort() {
		Access access = new Access(List.of("ops.example.com", "ops.example.com:8443"));
		assertThat(access.hostPatterns()).containsExactly("localhost:*", "127.0.0.1:*", "[::1]:*", "ops.example.com:*",
				"ops.example.com:8443");
		assertThat(access.originPatterns()).contains("http://localhost:*", "https://ops.example.com:8443");
	}

	@ParameterizedTest
	@ValueSource(strings = { "*", "http://ops.example.com", "ops.example.com/mcp", "", "a b", "*.example.com" })
	void whatIsNoHostIsRefusedWithItsProperty(String host) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> new McpProperties(true, List.of(host), 1).toAccess())
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("cairn.mcp.allowed-hosts[0]"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, 10_001 })
	void aNumberOfMessagesOutOfRangeIsRefused(int messages) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> new McpProperties(true, List.of(), messages).checkedMessages())
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("cairn.mcp.messages"));
	}

}
