package dev.cairn.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the examples of the page about testing to tests that run.
 */
class TestingDocsTests {

	private static final Path PAGE = Path.of("..", "..", "src", "docs", "testing.md");

	private static final Path EXAMPLES = Path.of("src", "test", "java", "dev", "cairn", "test", "slice",
			"DocumentedTests.java");

	private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	@Test
	void everyExampleIsATestThatRuns() throws IOException {
		List<String> tested = lines(Files.readString(EXAMPLES));
		List<String> examples = EXAMPLE.matcher(Files.readString(PAGE))
			.results()
			.map((MatchResult example) -> example.group(1))
			.toList();
		assertThat(examples).hasSizeGreaterThan(3)
			.allSatisfy((example) -> assertThat(tested).containsSubsequence(lines(example)));
	}

	/**
	 * The section about schemas names the dependency. Other examples do not require it.
	 */
	@Test
	void onlyTheExampleWithItsDependencyUsesSchemas() throws IOException {
		String page = Files.readString(PAGE);
		List<String> examples = EXAMPLE.matcher(page)
			.results()
			.map(MatchResult::group)
			.filter((example) -> example.contains("matchesSchema"))
			.toList();
		assertThat(examples).hasSize(1);
		assertThat(page.indexOf("<artifactId>json-schema-validator</artifactId>")).isPositive()
			.isLessThan(page.indexOf(examples.get(0)));
	}

	@Test
	void namesEveryAssertion() throws IOException {
		String page = Files.readString(PAGE);
		assertThat(List.of(CairnAssert.class, MessageAssert.class, IncidentAssert.class, MeterAssert.class,
				SpanAssert.class, LogAssert.class, RecordedAssert.class))
			.flatExtracting((type) -> List.of(type.getDeclaredMethods()))
			.filteredOn((method) -> java.lang.reflect.Modifier.isPublic(method.getModifiers()) && !method.isBridge())
			.allSatisfy((method) -> assertThat(page).contains("`" + method.getName() + "("));
	}

	private static List<String> lines(String text) {
		return text.lines().map(String::strip).filter((line) -> !line.isEmpty()).toList();
	}

}
