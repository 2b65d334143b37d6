package dev.cairn.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the coordinates in the snippets for Maven and Gradle, which are not run.
 */
class CoordinatesTests {

	private static final Pattern MAVEN = Pattern.compile(
			"<groupId>dev\\.cairn</groupId>\\s*<artifactId>([^<]+)</artifactId>(?:\\s*<version>([^<]+)</version>)?");

	private static final Pattern GRADLE = Pattern.compile("dev\\.cairn:([a-z-]+)(?::([0-9A-Za-z.-]+))?");

	@Test
	void snippetsNameReleasedModulesInThisVersion() throws IOException {
		List<String> released = Pom.released().stream().map(Pom::artifactId).toList();
		List<MatchResult> found = documentation()
			.flatMap((text) -> Stream.of(MAVEN, GRADLE).flatMap((form) -> form.matcher(text).results()))
			.toList();
		assertThat(found).hasSizeGreaterThan(8).allSatisfy((module) -> {
			assertThat(module.group(1)).isIn(released);
			assertThat(module.group(2)).isIn(null, System.getProperty("cairn.release.version"), "${cairn.version}");
		});
	}

	@Test
	void theSnippetsForGradleAreTheSameInBothLanguages() {
		assertThat(statements("groovy")).hasSizeGreaterThan(4).isEqualTo(statements("kotlin"));
	}

	/** Returns the statements of the first snippet, without parentheses and quotes. */
	private static List<String> statements(String language) {
		String snippet = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
			.matcher(dependencies())
			.results()
			.findFirst()
			.orElseThrow()
			.group(1);
		return snippet.lines().map((line) -> line.replaceAll("[()\"'\\s]+", " ").strip()).toList();
	}

	@Test
	void theExclusionsOfMavenAndGradleAreTheSame() {
		assertThat(pairs("exclude\\(group = \"([^\"]+)\", module = \"([^\"]+)\"\\)")).isNotEmpty()
			.isEqualTo(pairs("<exclusion>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>"));
	}

	private static List<String> pairs(String pattern) {
		return Pattern.compile(pattern)
			.matcher(dependencies())
			.results()
			.map((MatchResult found) -> found.group(1) + ":" + found.group(2))
			.toList();
	}

	private static String dependencies() {
		return WeightTests.read(Pom.REPOSITORY.resolve("src/docs/dependencies.md"));
	}

	private static Stream<String> documentation() throws IOException {
		try (Stream<Path> files = Files.list(Pom.REPOSITORY.resolve("src/docs"))) {
			List<Path> pages = files.filter((file) -> file.toString().endsWith(".md")).toList();
			return Stream.concat(pages.stream(), Stream.of(Pom.REPOSITORY.resolve("README.md"))).map(WeightTests::read);
		}
	}

}
