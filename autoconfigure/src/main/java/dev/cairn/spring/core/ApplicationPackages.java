package dev.cairn.spring.core;

import java.util.List;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The packages of the application's own classes. Asks no bean of Cairn, so that it can be
 * used before beans are made.
 */
public final class ApplicationPackages {

	private static final String PROPERTY = "cairn.incidents.application-packages";

	private ApplicationPackages() {
	}

	public static List<String> of(BeanFactory beans, Environment environment) {
		List<String> said = Binder.get(environment).bind(PROPERTY, Bindable.listOf(String.class)).orElse(List.of());
		if (!said.isEmpty()) {
			return said;
		}
		return AutoConfigurationPackages.has(beans) ? AutoConfigurationPackages.get(beans) : List.of();
	}

}
