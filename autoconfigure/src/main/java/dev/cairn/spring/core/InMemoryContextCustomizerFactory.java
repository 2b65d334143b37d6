package dev.cairn.spring.core;

import java.util.List;
import java.util.stream.Stream;

import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;

import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Keeps the messages of an application's tests in memory instead of the default files,
 * unless the test configures files or a broker. A record, since the customizer is part of
 * the key under which contexts are cached.
 */
record InMemoryContextCustomizerFactory() implements ContextCustomizerFactory, ContextCustomizer {

	private static final int CAPACITY = 10_000;

	@Override
	public ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		return this;
	}

	/** The default sink for files backs off from a bean of its name. */
	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration merged) {
		if (!hasDestination(context.getEnvironment())
				&& context.getBeanFactory() instanceof BeanDefinitionRegistry beans) {
			beans.registerBeanDefinition("cairnFileSink",
					BeanDefinitionBuilder
						.rootBeanDefinition(MemorySink.class,
								() -> new MemorySink(context.getBean(Accounts.class).channel("memory"), CAPACITY))
						.setLazyInit(true)
						.setDestroyMethodName("")
						.getBeanDefinition());
		}
	}

	private static boolean hasDestination(Environment environment) {
		return Stream
			.of("cairn.file.enabled", "cairn.file.directory", "spring.kafka.bootstrap-servers",
					"spring.kafka.producer.bootstrap-servers")
			.anyMatch((property) -> OnCairnCondition.hasValue(environment, property));
	}

}
