package dev.cairn.spring.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.MethodMetadata;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/**
 * Removes the beans that are switched off when an application starts that was processed
 * ahead of time. A bean whose name does not begin with {@code cairn} takes the place of a
 * bean of another library, which the build left out: such a bean stays and asks the
 * {@link Switch} by itself.
 */
class SwitchedOffBeans implements BeanDefinitionRegistryPostProcessor {

	private static final String PACKAGE = "dev.cairn.spring.";

	private static final String OWN = "cairn";

	private final Environment environment;

	private final MetadataReaderFactory metadata = MetadataReaderFactory
		.create(SwitchedOffBeans.class.getClassLoader());

	private final Map<String, AnnotationMetadata> read = new HashMap<>();

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
	}

	private void remove(BeanDefinitionRegistry registry, boolean dependingOnBeans) {
		for (String name : registry.getBeanDefinitionNames()) {
			String configuration = configurationOf(registry.getBeanDefinition(name));
			if (name.startsWith(OWN) && configuration != null
					&& isOff(switches(configuration, name), registry, dependingOnBeans)) {
				remove(registry, name, switches(configuration, name));
			}
		}
	}

	private static void remove(BeanDefinitionRegistry registry, String bean, List<Switch> switches) {
		registry.removeBeanDefinition(bean);
		String otherwise = switches.stream().map(Switch::otherwise).filter(Objects::nonNull).findFirst().orElse(null);
		if (otherwise != null) {
			registry.registerBeanDefinition(bean, new RootBeanDefinition(otherwise));
		}
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

	/** The class of a static method is that of the definition. */
	private static @Nullable String configurationOf(BeanDefinition definition) {
		String factory = definition.getFactoryBeanName();
		String name = (factory != null) ? factory : definition.getBeanClassName();
		return (name != null && name.startsWith(PACKAGE)) ? name : null;
	}

	/** Those of the method, of its class and of the classes around it. */
	private List<Switch> switches(String configuration, String method) {
		List<Switch> found = new ArrayList<>();
		AnnotationMetadata type = read(configuration);
		for (MethodMetadata annotated : type.getAnnotatedMethods(ConditionalOnCairn.class.getName())) {
			if (annotated.getMethodName().equals(method)) {
				found.add(Switch.of(annotated));
			}
		}
		found.add(Switch.of(type));
		for (String outer = type.getEnclosingClassName(); outer != null; outer = read(outer).getEnclosingClassName()) {
			found.add(Switch.of(read(outer)));
		}
		return found;
	}

	private boolean isOff(List<Switch> switches, BeanDefinitionRegistry registry, boolean dependingOnBeans) {
		return switches.stream()
			.anyMatch((each) -> each.dependsOnBeans() == dependingOnBeans
					&& each.reasonToBeOff(this.environment, registry::containsBeanDefinition) != null);
	}

	private AnnotationMetadata read(String type) {
		return this.read.computeIfAbsent(type, (name) -> {
			try {
				return this.metadata.getMetadataReader(name).getAnnotationMetadata();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
	}

}
