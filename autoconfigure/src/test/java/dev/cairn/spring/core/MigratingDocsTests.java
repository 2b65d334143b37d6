package dev.cairn.spring.core;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.Event;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the page about migration to the tests, properties and methods that there are.
 */
class MigratingDocsTests {

	private static final Path ROOT = Path.of("..");

	private static final Path DOCS = ROOT.resolve("src").resolve("docs");

	/** The number of functions and defects of each system. */
	private static final List<String> LAST_ROWS = List.of("M73", "V18", "O34", "S35", "C28", "R41", "D15", "B27",
			"T15");

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

	private static final Pattern PROPERTY = Pattern
		.compile("((?:cairn|management|spring|sentry|server|logging)(?:\\.[a-z][a-z0-9-]*(?:\\[])?)+)(?![\\w(]).*");

	private static final Pattern CALL = Pattern.compile("(cairn|event)\\.(\\w+)\\(.*");

	@Test
	void everyRowHasACallOrAPropertyWithItsTestOrAReason() throws IOException {
		List<Row> rows = rows();
		assertThat(rows).allSatisfy((row) -> {
			assertThat(row.before()).as(row.number()).isNotBlank();
			if (row.isMissing()) {
				assertThat(row.shownBy()).as("reason of " + row.number()).hasSizeGreaterThan(20);
			}
			else {
				assertThat(row.cairn()).as("call or property of " + row.number()).containsPattern(CODE);
				assertThat(row.shownBy()).as("test of " + row.number()).containsPattern("#|^None: .{20}");
			}
		});
	}

	@Test
	void rowsAreNumbered() throws IOException {
		assertThat(rows()).extracting(Row::number)
			.containsExactlyElementsOf(LAST_ROWS.stream().flatMap(MigratingDocsTests::numbersUpTo).toList());
	}

	private static Stream<String> numbersUpTo(String last) {
		return Stream.iterate(1, (number) -> number + 1)
			.map((number) -> last.charAt(0) + String.valueOf(number))
			.limit(Integer.parseInt(last.substring(1)));
	}

	@Test
	void everyTestExists() throws IOException {
		List<Path> sources = testSources();
		Set<String> tests = rows().stream()
			.flatMap((row) -> TEST.matcher(row.shownBy()).results())
			.map((match) -> match.group(1) + "#" + match.group(2))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(tests).isNotEmpty().allMatch((test) -> {
			String[] names = test.split("#");
			return sources.stream()
				.filter((source) -> source.endsWith(names[0] + ".java"))
				.anyMatch((source) -> read(source).contains("void " + names[1] + "("));
		});
	}

	@Test
	void everyPropertyExists() throws IOException {
		Set<String> known = properties();
		String reference = Files.readString(DOCS.resolve("configuration.md"));
		Set<String> named = code(PROPERTY).map((match) -> match.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(named).contains("cairn.sampling.rules[].rate", "management.metrics.enable.all")
			.allSatisfy((name) -> {
				if (name.contains("[]")) {
					assertThat(reference).contains("| `" + name + "`");
				}
				else {
					assertThat(known).as(name).anyMatch((each) -> name.equals(each) || name.startsWith(each + "."));
				}
			});
	}

	@Test
	void everyCallExists() throws IOException {
		assertThat(code(CALL).map((match) -> match.group(1) + "." + match.group(2)).distinct())
			.contains("cairn.lastErrorId", "event.preset")
			.allMatch((call) -> Stream.of(call.startsWith("cairn") ? Cairn.class : Event.class)
				.flatMap((type) -> Stream.of(type.getMethods()))
				.anyMatch((method) -> call.endsWith("." + method.getName())));
	}

	private static Stream<MatchResult> code(Pattern pattern) throws IOException {
		return rows().stream()
			.flatMap((row) -> CODE.matcher(row.cairn() + row.shownBy()).results())
			.flatMap((code) -> Stream.of(code.group(1).split("=")))
			.map(pattern::matcher)
			.filter((matcher) -> matcher.matches())
			.map((matcher) -> matcher.toMatchResult());
	}

	private static List<Row> rows() throws IOException {
		return Files.readString(DOCS.resolve("migrating.md"))
			.lines()
			.filter((line) -> line.matches("\\| [A-Z]\\d+ \\|.*"))
			.map((line) -> line.substring(2, line.length() - 2).split(" \\| "))
			.peek((cells) -> assertThat(cells).hasSize(4))
			.map((cells) -> new Row(cells[0], cells[1], cells[2], cells[3]))
			.toList();
	}

	/** Returns the source files of the tests of all modules. */
	private static List<Path> testSources() throws IOException {
		List<Path> sources = new ArrayList<>();
		for (Path parent : List.of(ROOT, ROOT.resolve("extensions"))) {
			for (File module : parent.toFile().listFiles(File::isDirectory)) {
				Path tests = module.toPath().resolve("src").resolve("test").resolve("java");
				if (Files.isDirectory(tests)) {
					try (Stream<Path> files = Files.walk(tests)) {
						sources.addAll(files.filter(Files::isRegularFile).toList());
					}
				}
			}
		}
		return sources;
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns the properties of Cairn, Spring Boot and Sentry. */
	private static Set<String> properties() throws IOException {
		Set<String> names = new TreeSet<>();
		for (URL metadata : Collections.list(MigratingDocsTests.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream in = metadata.openStream()) {
				for (JsonNode property : JsonMapper.shared().readTree(in).get("properties")) {
					names.add(property.get("name").asString());
				}
			}
		}
		return names;
	}

	/**
	 * A row.
	 *
	 * @param number the letter of the system, and the number of the row
	 * @param before the function of that system
	 * @param cairn the call or the property, or that there is none
	 * @param shownBy the tests, or a reason
	 */
	private record Row(String number, String before, String cairn, String shownBy) {

		boolean isMissing() {
			return this.cairn.equals("None") || this.cairn.equals("Not yet");
		}

	}

}
