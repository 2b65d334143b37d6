package dev.cairn.release;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Compares the class path of a web application with and without the starter, and writes
 * the difference to {@code release/target/weight.md}.
 */
class WeightTests {

	private static final Path DOCUMENTATION = Pom.REPOSITORY.resolve("src/docs/dependencies.md");

	/** A row of the documented table: the name of a jar and its size. */
	private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z0-9-]+)` \\| ([0-9.]+) \\|");

	/** The sizes in MB of the jars that the starter adds, by name. */
	private static Map<String, Double> added;

	@BeforeAll
	static void measure() throws IOException {
		Map<String, Double> bare = sizes("bare");
		added = new TreeMap<>(sizes("starter"));
		added.keySet().removeAll(bare.keySet());
		Files.writeString(Pom.REPOSITORY.resolve("release/target/weight.md"), report(bare));
	}

	private static Map<String, Double> sizes(String application) throws IOException {
		String path = Files
			.readString(Pom.REPOSITORY.resolve("release").resolve(application).resolve("target/class-path"));
		return Stream.of(path.trim().split(File.pathSeparator))
			.map(File::new)
			.collect(Collectors.toMap(WeightTests::name, (jar) -> jar.length() / 1_000_000d));
	}

	private static String name(File jar) {
		return jar.getName().replaceFirst("-[0-9]+\\..*", "");
	}

	private static String report(Map<String, Double> bare) {
		String rows = added.entrySet()
			.stream()
			.sorted(Map.Entry.<String, Double>comparingByValue().reversed())
			.map((jar) -> String.format(Locale.ROOT, "| `%s` | %.2f |\n", jar.getKey(), jar.getValue()))
			.collect(Collectors.joining());
		return String.format(Locale.ROOT, "%d jars, %.1f MB, added to %d jars, %.1f MB\n\n", added.size(), sum(added),
				bare.size(), sum(bare)) + rows;
	}

	private static double sum(Map<String, Double> jars) {
		return jars.values().stream().mapToDouble(Double::doubleValue).sum();
	}

	@Test
	void eachJarIsDocumentedWithItsSize() throws IOException {
		Map<String, Double> documented = ROW.matcher(Files.readString(DOCUMENTATION))
			.results()
			.collect(Collectors.toMap((row) -> row.group(1), (row) -> Double.valueOf(row.group(2))));
		assertThat(documented.keySet()).containsExactlyInAnyOrderElementsOf(added.keySet());
		documented.forEach((name, size) -> assertThat(added.get(name)).as(name)
			.isCloseTo(size, within(Math.max(0.01, size / 20))));
	}

	/** The sum, in the documentation and in the results of the benchmarks. */
	@Test
	void theSumIsDocumented() throws IOException {
		Function<Path, Stream<MatchResult>> sums = (
				file) -> Pattern.compile("\\b(\\d+) jars and ([0-9.]+) MB\\b").matcher(read(file)).results();
		for (Path file : new Path[] { DOCUMENTATION, Pom.REPOSITORY.resolve("benchmarks/RESULTS.md") }) {
			assertThat(sums.apply(file)).as(file.toString()).anySatisfy((sum) -> {
				assertThat(Integer.parseInt(sum.group(1))).isEqualTo(added.size());
				assertThat(Double.parseDouble(sum.group(2))).isCloseTo(sum(added), within(0.2));
			});
		}
	}

	@Test
	void noLibraryOfAnOptionalFeatureIsAdded() {
		assertThat(added.keySet()).noneMatch((name) -> name.startsWith("aspectj")
				|| name.startsWith("micrometer-tracing") || name.startsWith("opentelemetry")
				|| name.startsWith("uap-java") || name.startsWith("datasketches") || name.startsWith("spring-data")
				|| name.startsWith("datasource-micrometer"));
	}

	static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
