package dev.cairn.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.CachingMetadataReaderFactory;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the imports of the slices to the slices that there are. All of Boot's modules
 * with slices are on the class path.
 */
class SliceImportsTests {

	private static final Set<String> WEB = Set.of("dev.cairn.spring.web.error.WebErrorsAutoConfiguration",
			"dev.cairn.spring.web.request.RequestsAutoConfiguration");

	private final PathMatchingResourcePatternResolver resources = new PathMatchingResourcePatternResolver();

	@Test
	void everySliceOfBootHasCairn() throws IOException {
		Set<String> slices = slices();
		assertThat(slices).hasSizeGreaterThan(19);
		assertThat(imported()).isEqualTo(slices);
	}

	@Test
	void allSlicesImportTheSame() throws IOException {
		Set<String> expected = new TreeSet<>(imports(AutoConfigureCairn.class.getName()));
		expected.removeAll(WEB);
		assertThat(imported()).allSatisfy((slice) -> {
			Set<String> imports = new TreeSet<>(imports(slice));
			imports.removeAll(WEB);
			assertThat(imports).isEqualTo(expected);
		});
	}

	@Test
	void importsAutoConfigurationsThatThereAre() {
		assertThat(imports(AutoConfigureCairn.class.getName())).containsAll(WEB)
			.contains("dev.cairn.spring.core.CairnAutoConfiguration", CairnTestAutoConfiguration.class.getName())
			.allSatisfy((type) -> assertThat(ClassUtils.isPresent(type, getClass().getClassLoader())).isTrue());
	}

	/** Returns the annotations that replace the auto-configuration of an application. */
	private Set<String> slices() throws IOException {
		Set<String> slices = new TreeSet<>();
		CachingMetadataReaderFactory reader = new CachingMetadataReaderFactory();
		for (Resource type : this.resources.getResources("classpath*:org/springframework/boot/**/*Test.class")) {
			AnnotationMetadata metadata = reader.getMetadataReader(type).getAnnotationMetadata();
			if (metadata.isAnnotation() && metadata.hasAnnotation(OverrideAutoConfiguration.class.getName())
					&& metadata.hasAnnotation(ImportAutoConfiguration.class.getName())) {
				slices.add(metadata.getClassName());
			}
		}
		return slices;
	}

	private Set<String> imported() throws IOException {
		Set<String> imported = new TreeSet<>();
		Arrays.stream(this.resources.getResources("classpath*:META-INF/spring/org.springframework.boot.*.imports"))
			.filter(SliceImportsTests::isOurs)
			.map((resource) -> resource.getFilename().replace(".imports", ""))
			.filter((name) -> name.endsWith("Test"))
			.forEach(imported::add);
		return imported;
	}

	private static boolean isOurs(Resource resource) {
		try {
			return resource.getContentAsString(StandardCharsets.UTF_8).contains("dev.cairn.");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Reads the file, since not all annotations can be loaded. */
	private List<String> imports(String annotation) {
		try {
			return this.resources.getResource("classpath:META-INF/spring/" + annotation + ".imports")
				.getContentAsString(StandardCharsets.UTF_8)
				.lines()
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
