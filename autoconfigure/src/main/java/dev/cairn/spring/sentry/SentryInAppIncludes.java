package dev.cairn.spring.sentry;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.sentry.spring.boot4.InAppIncludesResolver;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.util.ClassUtils;

/**
 * Has Sentry's client find the package of the application without creating the bean of
 * its main class. That one may depend on Cairn, which depends on the client.
 */
final class SentryInAppIncludes implements BeanPostProcessor {

	private static final String RESOLVER = "inAppPackagesResolver";

	private final ListableBeanFactory beans;

	SentryInAppIncludes(ListableBeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String name) {
		return name.equals(RESOLVER) ? new InAppIncludesResolver() {

			@Override
			public List<String> resolveInAppIncludes() {
				return packages();
			}

		} : bean;
	}

	private List<String> packages() {
		return Stream.of(this.beans.getBeanNamesForAnnotation(SpringBootConfiguration.class))
			.map((name) -> this.beans.getType(name, false))
			.filter(Objects::nonNull)
			.map((type) -> ClassUtils.getUserClass(type).getPackageName())
			.toList();
	}

}
