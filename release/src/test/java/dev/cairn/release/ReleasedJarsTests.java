package dev.cairn.release;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the jars that are uploaded.
 */
class ReleasedJarsTests {

	static List<Pom> released() {
		return Pom.releasedJars();
	}

	/** All jars of a module, also those for the tests of other modules. */
	static Stream<Path> jars() {
		return Pom.releasedJars().stream().flatMap((pom) -> {
			try (Stream<Path> files = Files.list(pom.directory().resolve("target"))) {
				return files.filter((file) -> file.toString().endsWith(".jar")).toList().stream();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
	}

	@ParameterizedTest
	@MethodSource("jars")
	void eachJarHasTheLicense(Path jar) throws IOException {
		try (JarFile file = new JarFile(jar.toFile())) {
			ZipEntry license = file.getEntry("META-INF/LICENSE");
			assertThat(license).isNotNull();
			assertThat(file.getInputStream(license))
				.hasBinaryContent(Files.readAllBytes(Pom.REPOSITORY.resolve("LICENSE")));
		}
	}

	@ParameterizedTest
	@MethodSource("released")
	void eachModuleHasAName(Pom pom) throws IOException {
		try (JarFile file = new JarFile(pom.jar("").toFile())) {
			String name = file.getManifest().getMainAttributes().getValue(new Attributes.Name("Automatic-Module-Name"));
			assertThat(name).isEqualTo(pom.text("properties", "automatic.module.name")).startsWith("dev.cairn");
		}
	}

	@ParameterizedTest
	@MethodSource("released")
	void eachModuleHasItsSources(Pom pom) throws IOException {
		assertThat(entries(pom.jar("sources"))).containsAll(sources(pom));
	}

	@ParameterizedTest
	@MethodSource("released")
	void eachModuleHasItsJavadoc(Pom pom) throws IOException {
		List<String> documented = sources(pom).stream()
			.filter((name) -> name.endsWith("/package-info.java"))
			.map((name) -> name.replace("package-info.java", "package-summary.html"))
			.toList();
		List<String> pages = entries(pom.jar("javadoc"));
		assertThat(pages).contains("META-INF/LICENSE");
		if (!documented.isEmpty()) {
			assertThat(pages).contains("index.html").containsAnyElementsOf(documented);
		}
	}

	/** The JDK refuses modules with the same name, and with a package in common. */
	@Test
	void theJarsCanBeOnOneModulePath() {
		List<Path> jars = Pom.releasedJars().stream().map((pom) -> pom.jar("")).toList();
		List<ModuleReference> modules = jars.stream()
			.flatMap((jar) -> ModuleFinder.of(jar).findAll().stream())
			.toList();
		assertThat(modules).extracting((module) -> module.descriptor().name())
			.containsExactlyInAnyOrder("dev.cairn", "dev.cairn.spring", "dev.cairn.starter", "dev.cairn.test",
					"dev.cairn.mcp", "dev.cairn.console", "dev.cairn.host", "dev.cairn.collector",
					"dev.cairn.analytics");
		assertThat(modules.stream().flatMap((module) -> module.descriptor().packages().stream()))
			.doesNotHaveDuplicates()
			.contains("dev.cairn", "dev.cairn.spring.core");
	}

	/**
	 * It is an application in one jar, whose classes of core and Jackson were renamed.
	 */
	@Test
	void theHostViewRunsByItself(@TempDir Path pipes) throws Exception {
		Path jar = Pom.of(Pom.REPOSITORY.resolve("extensions/host")).jar("");
		Process host = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-jar",
				jar.toString(), "-p", "0", "-d", pipes.toString())
			.redirectErrorStream(true)
			.start();
		try (BufferedReader output = host.inputReader()) {
			String started = output.readLine();
			assertThat(started).contains("http://127.0.0.1:");
			URI stats = URI.create(started.replaceFirst(".*(http://[^/]+/).*", "$1stats?details"));
			assertThat(HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(stats).build(), HttpResponse.BodyHandlers.ofString())
				.body()).startsWith("{\"stats\":{},\"timestamp\":");
		}
		finally {
			host.destroyForcibly();
		}
	}

	private static List<String> entries(Path jar) throws IOException {
		try (JarFile file = new JarFile(jar.toFile())) {
			return file.stream().map(ZipEntry::getName).toList();
		}
	}

	private static List<String> sources(Pom pom) throws IOException {
		Path root = pom.directory().resolve("src/main/java");
		if (!Files.isDirectory(root)) {
			return List.of();
		}
		try (Stream<Path> files = Files.walk(root)) {
			return files.filter(Files::isRegularFile)
				.map((file) -> root.relativize(file).toString().replace('\\', '/'))
				.toList();
		}
	}

}
