package dev.cairn.collector;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the page about the collector to the code.
 */
class CollectorDocsTests {

	private static final Path PAGE = Path.of("..", "..", "src", "docs", "collector.md");

	@Test
	void everyPropertyIsOnThePage() throws IOException {
		String page = Files.readString(PAGE);
		List<String> properties = new ArrayList<>();
		for (RecordComponent each : CollectorProperties.class.getRecordComponents()) {
			if (!List.of("keys", "udp", "tcp").contains(each.getName())) {
				properties.add("cairn.collector." + DataObjectPropertyName.toDashedForm(each.getName()));
			}
		}
		for (RecordComponent each : CollectorProperties.KeyProperties.class.getRecordComponents()) {
			properties.add("cairn.collector.keys.<name>." + DataObjectPropertyName.toDashedForm(each.getName()));
		}
		for (RecordComponent each : CollectorProperties.ListenerProperties.class.getRecordComponents()) {
			properties.add("cairn.collector.udp." + DataObjectPropertyName.toDashedForm(each.getName()));
		}
		assertThat(properties).hasSizeGreaterThan(20)
			.allSatisfy((property) -> assertThat(page).contains("| `" + property + "`"));
	}

	@Test
	void onlyTheTypesThatUsersNameArePublic() throws Exception {
		Path classes = Path
			.of(CollectorAutoConfiguration.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		List<String> open = new ArrayList<>();
		try (Stream<Path> files = Files.list(classes.resolve("dev/cairn/collector"))) {
			for (Path file : files.toList()) {
				String name = file.getFileName().toString().replace(".class", "");
				boolean topLevel = !name.contains(".") && !name.contains("$") && !name.equals("package-info");
				if (topLevel && Modifier.isPublic(Class
					.forName("dev.cairn.collector." + name, false, CollectorAutoConfiguration.class.getClassLoader())
					.getModifiers())) {
					open.add(name);
				}
			}
		}
		assertThat(open).containsExactlyInAnyOrder("CollectorAutoConfiguration", "CollectorKey", "CollectorKeys",
				"BeaconAutoConfiguration", "Beacon");
	}

}
