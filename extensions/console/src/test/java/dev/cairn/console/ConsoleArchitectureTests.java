package dev.cairn.console;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules of the module. Only the types that users name are public.
 */
class ConsoleArchitectureTests {

	@Test
	void onlyTheTypesThatUsersNameArePublic() throws IOException, URISyntaxException {
		Path classes = Path
			.of(ConsoleAutoConfiguration.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		try (Stream<Path> files = Files.list(classes.resolve("dev/cairn/console"))) {
			List<String> names = files.map((file) -> file.getFileName().toString().replace(".class", ""))
				.filter((name) -> !name.contains("$") && !name.equals("package-info"))
				.toList();
			assertThat(names).hasSizeGreaterThan(20).filteredOn((name) -> {
				try {
					return Modifier.isPublic(Class
						.forName("dev.cairn.console." + name, false, ConsoleAutoConfiguration.class.getClassLoader())
						.getModifiers());
				}
				catch (ClassNotFoundException ex) {
					throw new AssertionError(ex);
				}
			})
				.containsExactlyInAnyOrder("ConsoleAutoConfiguration", "ConsoleDiscoveryAutoConfiguration", "Instance",
						"InstanceSource");
		}
	}

}
