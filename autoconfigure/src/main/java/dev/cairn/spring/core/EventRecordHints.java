package dev.cairn.spring.core;

import java.util.ArrayList;
import java.util.List;

import dev.cairn.EventType;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * Finds the records with {@link EventType @EventType} in the packages of the application,
 * so that a native image can read their components. Other events are only known when they
 * are published.
 */
class EventRecordHints implements BeanFactoryInitializationAotProcessor {

	@Override
	public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
			ConfigurableListableBeanFactory beanFactory) {
		Class<?>[] records = AutoConfigurationPackages.has(beanFactory) ? find(beanFactory) : new Class<?>[0];
		return (records.length == 0) ? null : (context, code) -> new BindingReflectionHintsRegistrar()
			.registerReflectionHints(context.getRuntimeHints().reflection(), records);
	}

	private static Class<?>[] find(ConfigurableListableBeanFactory beanFactory) {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.addIncludeFilter(new AnnotationTypeFilter(EventType.class));
		List<Class<?>> records = new ArrayList<>();
		for (String name : AutoConfigurationPackages.get(beanFactory)) {
			scanner.findCandidateComponents(name)
				.forEach((found) -> records.add(ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()),
						beanFactory.getBeanClassLoader())));
		}
		return records.toArray(Class<?>[]::new);
	}

}
