package dev.cairn.collector;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the page about the beacon to the code.
 */
class BeaconDocsTests {

	private static final Path PAGE = Path.of("..", "..", "src", "docs", "beacon.md");

	@Test
	void everyPropertyIsOnThePage() throws IOException {
		String page = Files.readString(PAGE);
		for (RecordComponent component : BeaconProperties.class.getRecordComponents()) {
			if (!component.getName().equals("points")) {
				assertThat(page).contains("| `cairn.beacon." + dashed(component) + "`");
			}
		}
		for (RecordComponent component : BeaconProperties.PointProperties.class.getRecordComponents()) {
			assertThat(page).contains("| `cairn.beacon.points.<name>." + dashed(component) + "`");
		}
	}

	private static String dashed(RecordComponent component) {
		return ConfigurationPropertyName.of(DataObjectPropertyName.toDashedForm(component.getName())).toString();
	}

	@Test
	void everyTypeAndFieldOfTheScriptIsOnThePage() throws IOException {
		String page = Files.readString(PAGE);
		try (InputStream in = BeaconScript.class.getResourceAsStream("beacon.js")) {
			String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
			assertThat(Pattern.compile("'((?:page|script|resource)\\.[a-z]+)'").matcher(script).results()).hasSize(4)
				.allSatisfy((type) -> assertThat(page).contains("| `" + type.group(1) + "` |"));
			assertThat(Pattern.compile("\\b([a-z]+_ms|cls|bytes|kind|stack|element|text_length|place): ")
				.matcher(script)
				.results()).hasSizeGreaterThan(10)
				.allSatisfy((field) -> assertThat(page).contains("`" + field.group(1) + "`"));
		}
	}

}
