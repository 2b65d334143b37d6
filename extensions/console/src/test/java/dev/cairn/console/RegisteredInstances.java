package dev.cairn.console;

import java.net.URI;
import java.util.List;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The instances of the page about the console.
 */
@Configuration(proxyBeanMethods = false)
class RegisteredInstances {

	@Bean
	InstanceSource registeredInstances(Registry registry) {
		return () -> registry.find("shop")
			.stream()
			.map((found) -> Instance.of(found.id(), found.actuator()).withBearerToken(registry.token()))
			.toList();
	}

	/** Of the application. */
	interface Registry {

		List<Found> find(String service);

		String token();

	}

	/** An instance that it has found. */
	record Found(String id, URI actuator) {
	}

}
