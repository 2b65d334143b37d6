package dev.cairn.mcp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.cairn.testing.AwaitThreads;
import io.modelcontextprotocol.client.McpSyncClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests of the start and the end of the endpoint, with running applications.
 */
@ExtendWith(AwaitThreads.class)
class McpLifecycleTests {

	@Test
	void nothingIsThereByDefault() {
		for (String[] properties : new String[][] { {}, { "cairn.mcp.enabled=false" },
				{ Shop.ON, "cairn.enabled=false", "server.tomcat.mbeanregistry.enabled=true" } }) {
			try (Shop shop = Shop.start(properties)) {
				assertThat(shop.context().getBeanDefinitionNames()).noneMatch((name) -> name.startsWith("cairnMcp"));
				assertThat(shop.initialize().statusCode()).isEqualTo(404);
			}
		}
	}

	/** Each class that is loaded costs time and memory. */
	@Test
	void noClassOfTheSdkIsLoadedBeforeTheFirstRequest(@TempDir Path directory) throws Exception {
		assertThat(loaded(directory, "false")).contains("dev.cairn.mcp.McpExposure")
			.noneMatch((name) -> name.startsWith("io.modelcontextprotocol."));
		assertThat(loaded(directory, "true")).contains("dev.cairn.mcp.McpServlet")
			.noneMatch((name) -> name.startsWith("io.modelcontextprotocol."));
		assertThat(loaded(directory, "true", "connect")).contains("io.modelcontextprotocol.server.McpServer");
	}

	/** Returns the names of the classes of both that another process has loaded. */
	private static List<String> loaded(Path directory, String... arguments) throws Exception {
		Path log = directory.resolve(arguments.length + arguments[0]);
		List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
				"-XX:TieredStopAtLevel=1", "-Xlog:class+load:file=" + log, "-cp", System.getProperty("java.class.path"),
				StartedApplication.class.getName()));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve("output").toFile())
			.start();
		assertThat(process.waitFor()).as(Files.readString(directory.resolve("output"))).isZero();
		return Files.readString(log)
			.lines()
			.map((line) -> line.replaceFirst("^(?:\\[[^]]*])+ (\\S+).*", "$1"))
			.filter((name) -> name.startsWith("dev.cairn.mcp.") || name.startsWith("io.modelcontextprotocol."))
			.toList();
	}

	@Test
	void theApplicationStopsWhileAClientIsConnected() {
		try (Shop shop = Shop.start(Shop.ON)) {
			McpSyncClient client = shop.client();
			assertThat(client.listTools().tools()).isNotEmpty();
			shop.stop();
			assertThat(shop.context().isActive()).isFalse();
			assertThatException().isThrownBy(client::listTools);
		}
	}

	@Test
	void theEndpointIsOnThePortOfTheActuator() {
		try (Shop shop = Shop.start(Shop.ON, "management.server.port=0", "management.server.address=127.0.0.1")) {
			assertThat(shop.initialize().statusCode()).isEqualTo(404);
			shop.get("/orders/7");
			McpSyncClient client = shop.client(shop.managementPort(), (request) -> {
			});
			assertThat(client.listTools().tools()).isNotEmpty();
		}
	}

	@Test
	void anEndpointWithoutAccessHasNoTool() {
		try (Shop shop = Shop.start(Shop.ON, "management.endpoint.cairn.access=none")) {
			assertThat(shop.client().listTools().tools()).extracting((tool) -> tool.name())
				.contains("incidents")
				.doesNotContain("channels");
		}
	}

	@Test
	void itHasNoEffectInAReactiveApplication() {
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(McpAutoConfiguration.class, McpManagementConfiguration.class))
			.withPropertyValues(Shop.ON)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(McpTools.class)
				.doesNotHaveBean("cairnMcpServlet"));
	}

	@Test
	void aWrongPropertyFailsTheStart() {
		assertThatException().isThrownBy(() -> Shop.start(Shop.ON, "cairn.mcp.allowed-hosts=*"))
			.havingRootCause()
			.isInstanceOf(InvalidConfigurationPropertyValueException.class);
	}

}
