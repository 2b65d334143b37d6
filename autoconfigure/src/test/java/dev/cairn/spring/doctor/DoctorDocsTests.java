package dev.cairn.spring.doctor;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the page about the doctor to the checks that there are.
 */
class DoctorDocsTests {

	private static final Path PAGE = Path.of("..", "src", "docs", "doctor.md");

	@Test
	void everyCheckHasARowAndNoOther() throws IOException {
		List<String> rows = Files.readString(PAGE)
			.lines()
			.filter((line) -> line.startsWith("| `"))
			.map((line) -> line.substring(3, line.indexOf('`', 3)))
			.toList();
		assertThat(rows).isSorted().containsExactlyInAnyOrderElementsOf(checks().toList());
	}

	private static Stream<String> checks() {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false) {

			@Override
			protected boolean isCandidateComponent(AnnotatedBeanDefinition definition) {
				return definition.getMetadata().isConcrete() && !definition.getMetadata().getClassName().contains("$");
			}

		};
		scanner.addIncludeFilter(new AssignableTypeFilter(DoctorCheck.class));
		return scanner.findCandidateComponents("dev.cairn.spring")
			.stream()
			.map((definition) -> ClassUtils.resolveClassName(definition.getBeanClassName(), null))
			.map(DoctorDocsTests::name);
	}

	/** The name depends on nothing else. */
	private static String name(Class<?> type) {
		try {
			Constructor<?> constructor = type.getDeclaredConstructors()[0];
			constructor.setAccessible(true);
			Object[] arguments = Stream.of(constructor.getParameterTypes()).map(DoctorDocsTests::anyValue).toArray();
			return ((DoctorCheck) constructor.newInstance(arguments)).name();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable Object anyValue(Class<?> type) {
		if (type == int.class) {
			return 0;
		}
		return (type == long.class) ? 0L : null;
	}

}
