package dev.cairn.spring.core;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the page about switches to the defaults of Boot that are changed, and to the
 * auto-configurations that are replaced.
 */
class SwitchesDocsTests {

	private static final Path PAGE = Path.of("..", "src", "docs", "switches.md");

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	@Test
	void everyChangedDefaultHasARowWithItsValue() throws IOException {
		List<Row> rows = rows("property");
		Map<String, Object> defaults = defaults();
		assertThat(defaults).isNotEmpty()
			.allSatisfy((name, value) -> assertThat(rows).as("row of " + name)
				.anyMatch((row) -> row.names(name) && row.hasValue(value.toString())));
		assertThat(rows).allSatisfy((row) -> assertThat(row.names()).as("defaults of " + row)
			.allMatch((pattern) -> defaults.keySet().stream().anyMatch((name) -> matches(pattern, name))));
	}

	@Test
	void everyReplacedAutoConfigurationHasARow() throws IOException {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class)) {
			Set<String> excluded = Stream
				.of(properties(application.context().getEnvironment(), "cairnExclusions")
					.get("spring.autoconfigure.exclude")
					.toString()
					.split(","))
				.map(ClassUtils::getShortName)
				.collect(Collectors.toSet());
			assertThat(rows("auto-configuration").stream().flatMap((row) -> row.names().stream()))
				.containsExactlyInAnyOrderElementsOf(excluded);
		}
	}

	/** Those of an application, and those of one that is processed ahead of time. */
	private static Map<String, Object> defaults() {
		Map<String, Object> defaults = new HashMap<>(ofAheadOfTimeProcessing());
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"cairn.tracing.instrument=all")) {
			defaults.putAll(properties(application.context().getEnvironment(), "cairnDefaults"));
			defaults.putAll(properties(application.context().getEnvironment(), "cairnInstruments"));
		}
		return defaults;
	}

	private static Map<String, Object> ofAheadOfTimeProcessing() {
		ConfigurableEnvironment environment = new StandardEnvironment();
		SpringApplication application = new SpringApplication(new DefaultResourceLoader(new AllLibraries()));
		System.setProperty(AbstractAotProcessor.AOT_PROCESSING, "true");
		try {
			new CairnDefaults().postProcessEnvironment(environment, application);
		}
		finally {
			System.clearProperty(AbstractAotProcessor.AOT_PROCESSING);
		}
		return properties(environment, "cairnDefaults");
	}

	private static Map<String, Object> properties(ConfigurableEnvironment environment, String name) {
		MutablePropertySources sources = environment.getPropertySources();
		return ((MapPropertySource) sources.get(name)).getSource();
	}

	/** Returns the rows of the table with a title. */
	private static List<Row> rows(String title) throws IOException {
		List<Row> rows = Files.readString(PAGE)
			.lines()
			.dropWhile((line) -> !line.startsWith("| " + title + " |"))
			.skip(2)
			.takeWhile((line) -> line.startsWith("|"))
			.map((line) -> line.split("\\|"))
			.map((cells) -> new Row(code(cells[1]), cells[2]))
			.toList();
		assertThat(rows).isNotEmpty();
		return rows;
	}

	private static List<String> code(String cell) {
		return CODE.matcher(cell).results().map((code) -> code.group(1)).toList();
	}

	private static boolean matches(String pattern, String name) {
		return name.matches(Stream.of(pattern.split("\\*")).map(Pattern::quote).collect(Collectors.joining("[a-z]+")));
	}

	/** Finds the file of any class. */
	private static final class AllLibraries extends ClassLoader {

		AllLibraries() {
			super(AllLibraries.class.getClassLoader());
		}

		@Override
		public URL getResource(String name) {
			return AllLibraries.class.getResource("SwitchesDocsTests.class");
		}

	}

	/**
	 * A row.
	 *
	 * @param names the names in the first cell
	 * @param value the second cell
	 */
	private record Row(List<String> names, String value) {

		boolean names(String name) {
			return this.names.stream().anyMatch((pattern) -> matches(pattern, name));
		}

		/** The row may only have the beginning of a long value. */
		boolean hasValue(String text) {
			return text.isEmpty() ? this.value.contains("empty")
					: code(this.value).stream().limit(1).anyMatch(text::startsWith);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
