package dev.cairn.console;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the page about the console to the code.
 */
class ConsoleDocsTests {

	private static final Path PAGE = Path.of("..", "..", "src", "docs", "console.md");

	@Test
	void theSourceOfInstancesIsTheOneOfThePage() throws IOException {
		String code = Files
			.readString(Path.of("src", "test", "java", "dev", "cairn", "console", "RegisteredInstances.java"));
		String method = code.substring(code.indexOf("\t@Bean"), code.indexOf("\n\n\t/** Of the application"))
			.replace("\n\t", "\n")
			.substring(1);
		assertThat(Files.readString(PAGE)).contains("```java\n" + method + "\n```");
		RegisteredInstances.Registry registry = new RegisteredInstances.Registry() {

			@Override
			public List<RegisteredInstances.Found> find(String service) {
				return List.of(new RegisteredInstances.Found(service + "-1", URI.create("http://a/actuator")));
			}

			@Override
			public String token() {
				return "token";
			}

		};
		List<Instance> instances = new RegisteredInstances().registeredInstances(registry).instances();
		assertThat(instances).singleElement().extracting(Instance::name).isEqualTo("shop-1");
		assertThat(instances.get(0).authorization()).isEqualTo("Bearer token");
	}

	@Test
	void everyPropertyIsOnThePage() throws IOException {
		String page = Files.readString(PAGE);
		for (String name : List.of("enabled", "max-size", "slow", "max-streams", "sentry-url", "peers[].name",
				"peers[].url", "peers[].username", "peers[].token", "peers-timeout", "discovery.service",
				"discovery.path", "discovery.username", "discovery.token")) {
			assertThat(page).contains("| `cairn.console." + name + "`");
		}
	}

}
