package dev.cairn.mcp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

import dev.cairn.testing.AwaitThreads;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests of who may reach the endpoint, with running applications.
 */
@ExtendWith(AwaitThreads.class)
class McpAccessTests {

	@Test
	void onlyNamesOfThisMachineAreAccepted() {
		try (Shop shop = Shop.start(Shop.ON)) {
			assertThat(shop.initialize().statusCode()).isEqualTo(200);
			assertThat(shop.initialize("Host", "localhost:" + shop.port()).statusCode()).isEqualTo(200);
			assertThat(shop.initialize("Host", "[::1]").statusCode()).isEqualTo(200);
			assertThat(shop.initialize("Host", "rebound.example:" + shop.port()).statusCode()).isEqualTo(421);
			assertThat(shop.initialize("Host", "localhost.rebound.example").statusCode()).isEqualTo(421);
			assertThat(shop.initialize("Origin", "http://localhost:3000").statusCode()).isEqualTo(200);
			assertThat(shop.initialize("Origin", "http://rebound.example").statusCode()).isEqualTo(403);
			assertThat(shop.initialize("Origin", "null").statusCode()).isEqualTo(403);
			HttpResponse<String> forwarded = shop.initialize("X-Forwarded-For", "203.0.113.7");
			assertThat(forwarded.statusCode()).isEqualTo(403);
			assertThat(forwarded.body()).contains("cairn.mcp.allowed-hosts");
			assertThatException().isThrownBy(
					() -> shop.client(shop.port(), (request) -> request.header("Origin", "http://rebound.example")));
		}
	}

	@Test
	void anAddressThatForwardingReplacesIsNotTrusted() {
		for (String strategy : new String[] { "native", "framework" }) {
			try (Shop shop = Shop.start(Shop.ON, "server.forward-headers-strategy=" + strategy)) {
				assertThat(shop.initialize().statusCode()).as(strategy).isEqualTo(200);
				assertThat(shop.initialize("X-Forwarded-For", "127.0.0.1", "X-Forwarded-Proto", "http").statusCode())
					.as(strategy)
					.isEqualTo(403);
				assertThat(shop.initialize("X-Forwarded-For", "203.0.113.7").statusCode()).as(strategy).isEqualTo(403);
			}
		}
	}

	@Test
	void anotherAddressOfThisMachineIsRefusedUnlessItIsAllowed() throws Exception {
		String address = otherAddress();
		Assumptions.assumeTrue(address != null, "there is only the loopback address");
		try (Shop shop = Shop.start(Shop.ON, "server.address=0.0.0.0")) {
			assertThat(initialize(address, shop.port())).isEqualTo(403);
			assertThat(shop.initialize().statusCode()).isEqualTo(200);
		}
		try (Shop shop = Shop.start(Shop.ON, "server.address=0.0.0.0", "cairn.mcp.allowed-hosts=" + address)) {
			assertThat(initialize(address, shop.port())).isEqualTo(200);
			assertThat(shop.initialize("Host", "rebound.example").statusCode()).isEqualTo(421);
		}
	}

	private static String otherAddress() throws Exception {
		return NetworkInterface.networkInterfaces()
			.flatMap(NetworkInterface::inetAddresses)
			.filter((address) -> address instanceof Inet4Address && !address.isLoopbackAddress())
			.map(InetAddress::getHostAddress)
			.findFirst()
			.orElse(null);
	}

	private static int initialize(String address, int port) throws Exception {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://" + address + ":" + port + "/actuator/cairnmcp"))
			.header("Accept", "application/json, text/event-stream")
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	@Test
	void anAllowedHostIsAcceptedByItsNameAndThroughAProxy() {
		try (Shop shop = Shop.start(Shop.ON, "cairn.mcp.allowed-hosts=ops.example.com")) {
			assertThat(shop.initialize("Host", "ops.example.com", "X-Forwarded-For", "203.0.113.7").statusCode())
				.isEqualTo(200);
			assertThat(shop.initialize("Host", "ops.example.com", "Origin", "https://ops.example.com").statusCode())
				.isEqualTo(200);
			assertThat(shop.initialize("Host", "other.example.com").statusCode()).isEqualTo(421);
		}
	}

	/** The SDK logs some of them as errors, which are incidents unless it is silent. */
	@Test
	void whatIsNoMessageOfTheProtocolIsRefused() {
		try (Shop shop = Shop.start(Shop.ON, "logging.level.io.modelcontextprotocol=off")) {
			assertThat(shop.post("{").statusCode()).isEqualTo(400);
			assertThat(shop.post("[]").statusCode()).isEqualTo(400);
			assertThat(shop.post("{\"a\":\"" + "x".repeat(70_000) + "\"}").statusCode()).isEqualTo(413);
			assertThat(shop.get("/actuator/cairnmcp").statusCode()).isEqualTo(405);
			assertThat(Shop.call(shop.client(), "incidents", Map.of()).path("kinds").asInt()).isZero();
		}
	}

	@Test
	void theRulesOfSpringSecurityApply() {
		try (Shop shop = Shop.start(SecuredApplication.class, Shop.ON)) {
			assertThat(shop.initialize().statusCode()).isEqualTo(401);
			assertThat(shop.client(shop.port(), (request) -> request.header("Authorization", "Basic b3BzOnNlY3JldA=="))
				.listTools()
				.tools()).isNotEmpty();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class SecuredApplication {

		@Bean
		SecurityFilterChain assistants(HttpSecurity security) throws Exception {
			return security.securityMatcher("/actuator/cairnmcp")
				.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("OPS"))
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("ops").password("{noop}secret").roles("OPS").build());
		}

	}

}
