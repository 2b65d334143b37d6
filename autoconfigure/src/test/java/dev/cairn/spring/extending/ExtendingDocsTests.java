package dev.cairn.spring.extending;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the examples of the pages about extensions and notifiers to the code that is
 * tested.
 */
class ExtendingDocsTests {

	private static final Path PAGE = Path.of("..", "src", "docs", "extending.md");

	private static final Path NOTIFICATIONS = Path.of("..", "src", "docs", "notifications.md");

	private static final Path EXAMPLES = Path.of("src", "test", "java", "dev", "cairn", "spring", "extending");

	private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	@Test
	void everyExampleIsCodeThatIsTested() throws IOException {
		List<String> tested = tested();
		assertThat(examples(PAGE)).hasSize(7)
			.allSatisfy((example) -> assertThat(tested).containsSequence(lines(example)));
	}

	@Test
	void theExampleOfANotifierIsCodeThatIsTested() throws IOException {
		List<String> tested = tested();
		assertThat(examples(NOTIFICATIONS)).hasSize(1)
			.allSatisfy((example) -> assertThat(tested).containsSequence(lines(example)));
	}

	private static List<String> tested() throws IOException {
		List<String> tested = new ArrayList<>();
		for (String type : List.of("DocumentedExtensions", "ParcelEncoder", "ExactVisitorCounter")) {
			tested.addAll(lines(Files.readString(EXAMPLES.resolve(type + ".java"))));
		}
		return tested;
	}

	private static List<String> examples(Path page) throws IOException {
		return EXAMPLE.matcher(Files.readString(page))
			.results()
			.map((MatchResult example) -> example.group(1))
			.toList();
	}

	@Test
	void noExampleIsLongerThanTwentyLines() throws IOException {
		assertThat(EXAMPLE.matcher(Files.readString(PAGE)).results().map((example) -> lines(example.group(1))))
			.isNotEmpty()
			.allSatisfy((example) -> assertThat(example).hasSizeLessThanOrEqualTo(20));
	}

	private static List<String> lines(String text) {
		return text.lines().map(String::strip).filter((line) -> !line.isEmpty()).toList();
	}

}
