package dev.cairn.release;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests of the poms that are uploaded: what Maven Central requires of them.
 */
class ReleasedPomsTests {

	private static final String VERSION = System.getProperty("cairn.release.version");

	static List<Pom> released() {
		return Pom.released();
	}

	@Test
	void onlyTheseModulesAreReleased() {
		assertThat(Pom.released()).extracting(Pom::artifactId)
			.containsExactlyInAnyOrder("cairn-parent", "cairn-bom", "cairn-core", "cairn-spring-boot-autoconfigure",
					"cairn-spring-boot-starter", "cairn-test", "cairn-mcp", "cairn-console", "cairn-host",
					"cairn-collector", "cairn-analytics");
	}

	@ParameterizedTest
	@MethodSource("released")
	void eachPomDescribesItsModule(Pom pom) {
		assertThat(pom.text("name")).isNotEmpty();
		assertThat(pom.text("description")).isNotEmpty();
		Pom complete = pom.text("parent", "artifactId").isEmpty() ? pom : Pom.parent();
		assertThat(complete.text("url")).startsWith("https://");
		assertThat(complete.text("licenses", "license", "name")).isNotEmpty();
		assertThat(complete.text("licenses", "license", "url")).startsWith("https://");
		assertThat(complete.text("developers", "developer", "name")).isNotEmpty();
		assertThat(complete.text("developers", "developer", "organization")).isNotEmpty();
		assertThat(complete.text("scm", "connection")).startsWith("scm:git:");
		assertThat(complete.text("scm", "developerConnection")).startsWith("scm:git:");
		assertThat(complete.text("scm", "url")).startsWith("https://");
	}

	/** Otherwise, Maven appends the name of the module to each address. */
	@Test
	void addressesAreInheritedAsTheyAre() {
		Pom parent = Pom.parent();
		assertThat(parent.root().getAttribute("child.project.url.inherit.append.path")).isEqualTo("false");
		assertThat(parent.elements("scm").map((element) -> element.getParentNode()).findFirst())
			.hasValueSatisfying((scm) -> {
				for (String address : List.of("connection", "developerConnection", "url")) {
					assertThat(scm.getAttributes().getNamedItem("child.scm." + address + ".inherit.append.path"))
						.extracting((attribute) -> attribute.getNodeValue())
						.isEqualTo("false");
				}
			});
	}

	@Test
	void theBomManagesTheReleasedJarsAndNothingElse() {
		Pom bom = Pom.of(Pom.REPOSITORY.resolve("extensions/bom"));
		assertThat(bom.text("parent", "artifactId")).as("the parent, with the versions of libraries").isEmpty();
		assertThat(bom.text("version")).isEqualTo(VERSION);
		assertThat(bom.elements("dependencyManagement", "dependencies"))
			.extracting((managed) -> Pom.text(managed, "groupId") + ":" + Pom.text(managed, "artifactId") + ":"
					+ Pom.text(managed, "version"))
			.containsExactlyInAnyOrderElementsOf(Pom.releasedJars()
				.stream()
				.map((pom) -> "dev.cairn:" + pom.artifactId() + ":${project.version}")
				.toList());
	}

	@Test
	void theBomAndTheParentDescribeTheSameProject() {
		Pom bom = Pom.of(Pom.REPOSITORY.resolve("extensions/bom"));
		for (String part : List.of("url", "licenses", "developers", "scm")) {
			assertThat(bom.text(part).replaceAll("\\s+", " ")).as(part)
				.isEqualTo(Pom.parent().text(part).replaceAll("\\s+", " "));
		}
	}

	@Test
	void aReleaseHasAnAddress() {
		assumeThat(VERSION).doesNotEndWith("-SNAPSHOT");
		assertThat(Pom.parent().text("url")).as("the placeholder").doesNotContain(".example");
	}

}
