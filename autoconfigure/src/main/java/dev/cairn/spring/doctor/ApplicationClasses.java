package dev.cairn.spring.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.spring.aop.InterceptedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;
import org.springframework.util.ClassUtils;

/**
 * The classes of the application: those of its beans, and all of its packages.
 */
final class ApplicationClasses {

	/** A larger application is not read as a whole. */
	private static final int MAX_CLASSES = 2_000;

	private ApplicationClasses() {
	}

	static Stream<Class<?>> ofBeans(ConfigurableListableBeanFactory beans, ApplicationFrames application) {
		return InterceptedMethods.types(beans)
			.values()
			.stream()
			.<Class<?>>map(ClassUtils::getUserClass)
			.distinct()
			.filter((type) -> application.contains(type.getName()));
	}

	/** Reads the class files in the packages, without loading the classes. */
	static List<MetadataReader> read(BeanFactory beans, ClassLoader loader) throws IOException {
		ResourcePatternResolver resolver = new PathMatchingResourcePatternResolver(loader);
		MetadataReaderFactory readers = new SimpleMetadataReaderFactory(resolver);
		List<MetadataReader> classes = new ArrayList<>();
		for (String name : AutoConfigurationPackages.has(beans) ? AutoConfigurationPackages.get(beans)
				: List.<String>of()) {
			for (Resource resource : resolver
				.getResources("classpath*:" + ClassUtils.convertClassNameToResourcePath(name) + "/**/*.class")) {
				if (classes.size() == MAX_CLASSES || Thread.currentThread().isInterrupted()) {
					return classes;
				}
				classes.add(readers.getMetadataReader(resource));
			}
		}
		return classes;
	}

	/** Returns the class file, or {@code null} if there is none, as in a native image. */
	static @Nullable InputStream open(Class<?> type) {
		return type.getResourceAsStream(ClassUtils.getClassFileName(type));
	}

}
