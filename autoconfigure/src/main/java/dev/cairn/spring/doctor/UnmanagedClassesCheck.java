package dev.cairn.spring.doctor;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.spring.aop.InterceptedMethods;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.util.ClassUtils;

/**
 * Finds annotated methods of classes of the application that are no beans. Components are
 * left out: a profile or a condition may have excluded them on purpose.
 */
record UnmanagedClassesCheck(ConfigurableApplicationContext context) implements DoctorCheck {

	private static final String COMPONENT = "org.springframework.stereotype.Component";

	@Override
	public String name() {
		return "unmanaged-classes";
	}

	@Override
	public List<Finding> examine() throws IOException {
		ConfigurableListableBeanFactory beans = this.context.getBeanFactory();
		Set<String> managed = InterceptedMethods.types(beans)
			.values()
			.stream()
			.flatMap(UnmanagedClassesCheck::hierarchy)
			.collect(Collectors.toSet());
		ClassLoader loader = this.context.getClassLoader();
		return ApplicationClasses.read(beans, (loader != null) ? loader : getClass().getClassLoader())
			.stream()
			.map(MetadataReader::getAnnotationMetadata)
			.filter((type) -> type.isConcrete() && !managed.contains(type.getClassName())
					&& !type.isAnnotated(COMPONENT))
			.flatMap(UnmanagedClassesCheck::findings)
			.toList();
	}

	private static Stream<String> hierarchy(Class<?> type) {
		return Stream
			.concat(Stream.<Class<?>>iterate(type, (part) -> part != null && part != Object.class,
					Class::getSuperclass), ClassUtils.getAllInterfacesForClassAsSet(type).stream())
			.map(Class::getName);
	}

	private static Stream<Finding> findings(AnnotationMetadata type) {
		return Annotations.NAMES.stream()
			.flatMap((annotation) -> type.getAnnotatedMethods(annotation)
				.stream()
				.map((method) -> new Finding(
						"@" + ClassUtils.getShortName(annotation) + " has no effect, because the class is not a bean",
						type.getClassName() + "#" + method.getMethodName(), "Calls of the method are not recorded",
						"@Component on " + ClassUtils.getShortName(type.getClassName())
								+ ", or a @Bean method that returns it")));
	}

}
