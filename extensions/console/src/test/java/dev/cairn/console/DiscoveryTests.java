package dev.cairn.console;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Peers that Spring Cloud's discovery finds.
 */
class DiscoveryTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ConsoleDiscoveryAutoConfiguration.class))
		.withBean(DiscoveryClient.class, () -> new SimpleDiscoveryClient(new SimpleDiscoveryProperties()))
		.withPropertyValues("cairn.console.enabled=true");

	@Test
	void instancesOfTheServiceAreRead() {
		try (Running peer = Running.start("management.server.port=0", "management.server.address=127.0.0.1");
				Running console = Running.start(Shop.class, WebApplicationType.SERVLET,
						"spring.cloud.discovery.enabled=true", "cairn.console.discovery.service=shop",
						"spring.cloud.discovery.client.simple.instances.shop[0].instance-id=shop/1",
						"spring.cloud.discovery.client.simple.instances.shop[0].uri=http://127.0.0.1:"
								+ peer.port("server"),
						"spring.cloud.discovery.client.simple.instances.shop[0].metadata[management.port]="
								+ peer.port("management"),
						"spring.cloud.discovery.client.simple.instances.other[0].uri=http://127.0.0.1:1")) {
			JsonNode instances = console.json("instances").path("instances");
			assertThat(instances.valueStream().map((each) -> each.path("id").asString())).containsExactly("self",
					"shop-1");
			assertThat(instances.get(1).path("state").asString()).isEqualTo("up");
			assertThat(console.json("instances/all/live").path("instances").path("counted")).hasSize(2);
		}
	}

	@Test
	void theDiscoveryIsOnlyAskedForAService() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(InstanceSource.class));
		this.runner.withPropertyValues("cairn.console.discovery.service=shop")
			.run((context) -> assertThat(context).hasSingleBean(InstanceSource.class));
		this.runner.withPropertyValues("cairn.console.discovery.service=shop")
			.withClassLoader(new FilteredClassLoader(DiscoveryClient.class))
			.run((context) -> assertThat(context).doesNotHaveBean(InstanceSource.class));
	}

	@ParameterizedTest
	@CsvSource({ "path, a?b", "username, anna", "token, s3cr3t s3cr3t" })
	void anInvalidPropertyFailsTheStart(String property, String value) {
		this.runner
			.withPropertyValues("cairn.console.discovery.service=shop",
					"cairn.console.discovery." + property + "=" + value)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("cairn.console.discovery." + property)
				.hasMessageNotContaining("s3cr3t"));
	}

	@Test
	void anInstanceHasTheCredentialsAndANameForAPath() {
		SimpleDiscoveryProperties none = new SimpleDiscoveryProperties();
		DiscoveryClient client = new SimpleDiscoveryClient(none) {

			@Override
			public List<ServiceInstance> getInstances(String service) {
				return List.of(
						new DefaultServiceInstance("10.0.0.1:" + service + ":80", service, "10.0.0.1", 80, false),
						new DefaultServiceInstance("", service, "shop.example", 443, true, Map.of()));
			}

		};
		Credentials credentials = Credentials.of("a", "anna", "pw", null);
		assertThat(new DiscoveredInstances(client, "shop", "/actuator", credentials).instances())
			.extracting(Instance::name, (each) -> each.url().toString(), Instance::authorization)
			.containsExactly(tuple("10.0.0.1:shop:80", "http://10.0.0.1:80/actuator", "Basic YW5uYTpwdw=="),
					tuple("shop.example:443", "https://shop.example:443/actuator", "Basic YW5uYTpwdw=="));
	}

}
