package dev.cairn.spring.tracing;

import java.util.Collection;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.ClassUtils;

/**
 * Logs the libraries that are required for what is selected and that are missing.
 */
final class MissingLibraries implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(MissingLibraries.class);

	private final Collection<Instrument> selected;

	private final boolean traced;

	private final ClassLoader loader;

	MissingLibraries(Collection<Instrument> selected, boolean traced, ClassLoader loader) {
		this.selected = Instrument.expand(selected);
		this.traced = traced;
		this.loader = loader;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.selected.isEmpty()) {
			return;
		}
		if (!this.traced) {
			logger.info(
					"Cairn: there are no spans (cairn.tracing.instrument), because there is no tracer; add {} or {}",
					"org.springframework.boot:spring-boot-starter-zipkin",
					"org.springframework.boot:spring-boot-starter-opentelemetry");
			return;
		}
		for (Instrument instrument : this.selected) {
			Instrument.Library library = instrument.library();
			if (library != null && isPresent(library.user()) && !isPresent(library.required())) {
				logger.info("Cairn: there are no spans for {} (cairn.tracing.instrument), because {} is missing; add{}",
						library.spans(), library.coordinates(), dependency(library.coordinates()));
			}
		}
	}

	private boolean isPresent(String type) {
		return ClassUtils.isPresent(type, this.loader);
	}

	private static String dependency(String coordinates) {
		String[] parts = coordinates.split(":");
		String version = (parts.length > 2) ? "<version>" + parts[2] + "</version>" : "";
		return " <dependency><groupId>" + parts[0] + "</groupId><artifactId>" + parts[1] + "</artifactId>" + version
				+ "</dependency>";
	}

}
