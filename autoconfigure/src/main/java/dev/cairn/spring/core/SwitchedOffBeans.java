package dev.cairn.spring.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.CachingMetadataReaderFactory;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.util.StringUtils;

/**
 * Makes the beans lazy that are left with {@code cairn.enabled=false}, and removes those
 * that are off when an application starts that was processed ahead of time. Only beans
 * whose name begins with {@code cairn} are removed.
 */
class SwitchedOffBeans implements BeanDefinitionRegistryPostProcessor {

	private static final String PACKAGE = "dev.cairn.spring.";

	private static final String OWN = "cairn";

	private final Environment environment;

	private final MetadataReaderFactory metadata = new CachingMetadataReaderFactory(
			SwitchedOffBeans.class.getClassLoader());

	SwitchedOffBeans(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (AotDetector.useGeneratedArtifacts()) {
			remove(registry, false);
			remove(registry, true);
			removeDependencies(registry);
		}
		// Beans that are lazy in the build would be so in each start
		if (!CairnDefaults.isBuilt() && !this.environment.getProperty("cairn.enabled", Boolean.class, true)) {
			for (String name : registry.getBeanDefinitionNames()) {
				BeanDefinition definition = registry.getBeanDefinition(name);
				definition.setLazyInit(definition.isLazyInit() || configurationOf(definition) != null);
			}
		}
	}

	/** Conditions that depend on beans come last. */
	private void remove(BeanDefinitionRegistry registry, boolean dependingOnBeans) {
		for (String name : registry.getBeanDefinitionNames()) {
			String configuration = configurationOf(registry.getBeanDefinition(name));
			if (!name.startsWith(OWN) || configuration == null) {
				continue;
			}
			List<MergedAnnotation<ConditionalOnCairn>> conditions = conditions(configuration, name);
			if (conditions.stream()
				.filter((each) -> each.getStringArray("insteadOf").length > 0 == dependingOnBeans)
				.anyMatch((each) -> OnCairnCondition.reasonToBeOff(each, this.environment,
						registry::containsBeanDefinition) != null)) {
				registry.removeBeanDefinition(name);
				conditions.stream()
					.map((each) -> each.getString("otherwise"))
					.filter(StringUtils::hasText)
					.findFirst()
					.ifPresent((otherwise) -> registry.registerBeanDefinition(name, definition(otherwise)));
			}
		}
	}

	private static RootBeanDefinition definition(String otherwise) {
		int method = otherwise.indexOf('#');
		RootBeanDefinition definition = new RootBeanDefinition(
				(method < 0) ? otherwise : otherwise.substring(0, method));
		if (method >= 0) {
			definition.setFactoryMethodName(otherwise.substring(method + 1));
			definition.setDestroyMethodName("");
		}
		return definition;
	}

	private static void removeDependencies(BeanDefinitionRegistry registry) {
		for (String name : registry.getBeanDefinitionNames()) {
			BeanDefinition definition = registry.getBeanDefinition(name);
			String[] dependencies = definition.getDependsOn();
			if (dependencies != null) {
				definition.setDependsOn(Arrays.stream(dependencies)
					.filter((bean) -> !bean.startsWith(OWN) || registry.containsBeanDefinition(bean))
					.toArray(String[]::new));
			}
		}
	}

	static boolean isOfCairn(BeanDefinition definition) {
		return configurationOf(definition) != null;
	}

	/** The class of a static method is that of the definition. */
	private static @Nullable String configurationOf(BeanDefinition definition) {
		String factory = definition.getFactoryBeanName();
		String name = (factory != null) ? factory : definition.getBeanClassName();
		return (name != null && name.startsWith(PACKAGE)) ? name : null;
	}

	/** Those of the method, of its class and of the classes around it. */
	private List<MergedAnnotation<ConditionalOnCairn>> conditions(String configuration, String method) {
		AnnotationMetadata type = read(configuration);
		return Stream.concat(
				type.getAnnotatedMethods(ConditionalOnCairn.class.getName())
					.stream()
					.filter((annotated) -> annotated.getMethodName().equals(method)),
				Stream.iterate(type, (each) -> each != null,
						(each) -> (each.getEnclosingClassName() != null) ? read(each.getEnclosingClassName()) : null))
			.map(OnCairnCondition::of)
			.filter(MergedAnnotation::isPresent)
			.toList();
	}

	private AnnotationMetadata read(String type) {
		try {
			return this.metadata.getMetadataReader(type).getAnnotationMetadata();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
